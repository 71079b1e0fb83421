"""The links between pages, as checks follow them (R-609)."""

from urllib.parse import urljoin, urlsplit

from conformance.client import Answer
from conformance.link_header import parse, relations
from conformance.outcomes import applies, demand
from conformance.trial import Trial


def page_links(answer: Answer) -> dict[str, str]:
    """The URLs of related pages by relation; the check does not apply where none is offered."""
    text = answer.headers.get("link", "")
    applies(text, "no Link is sent")
    demand(parse(text), 'a Link such as <...>; rel="next"', text, "R-609")
    found = {name: urljoin(answer.url, target) for name, target in relations(text).items()}
    applies(found, "no Link leads to another page")
    return found


def next_page(answer: Answer) -> str:
    """The URL of the next page; empty where none is offered."""
    target = relations(answer.headers.get("link", "")).get("next", "")
    return urljoin(answer.url, target) if target else ""


def reached(trial: Trial, link: str) -> str:
    """A link as this client reaches the server, which may stand behind a gateway."""
    base, parts = urlsplit(trial.session.client.base), urlsplit(link)
    path = parts.path or f"{base.path}{trial.path}"
    return f"{base.scheme}://{base.netloc}{path}" + (f"?{parts.query}" if parts.query else "")
