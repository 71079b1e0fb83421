"""The Link header (RFC 8288), as far as pages are linked by it (R-609)."""

import re
from urllib.parse import urljoin, urlsplit

from conformance.client import Answer
from conformance.outcomes import applies, demand
from conformance.trial import Trial

#: The relations between pages; a server may link to anything else as well.
PAGES = frozenset({"self", "first", "prev", "next", "last"})

_PARAMETER = r';\s*([\w!#$%&\'*+.^`|~-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*))?\s*'
_VALUE = re.compile(rf"\s*<([^<>]*)>\s*((?:{_PARAMETER})*)(?:,|$)", re.ASCII)


def parse(text: str) -> list[tuple[str, dict[str, str]]] | None:
    """The targets of a header with their parameters, the first of a name; None if malformed."""
    found, position = [], 0
    while position < len(text.rstrip()):
        match = _VALUE.match(text, position)
        if match is None:
            return None
        parameters: dict[str, str] = {}
        for name, value in re.findall(_PARAMETER, match[2]):
            plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
            parameters.setdefault(name.lower(), plain)
        found.append((match[1], parameters))
        position = match.end()
    return found


def page_links(answer: Answer) -> dict[str, str]:
    """The URLs of related pages by relation; the check does not apply where none is offered."""
    text = answer.headers.get("link", "")
    applies(text, "no Link is sent")
    parsed = parse(text)
    demand(parsed, 'a Link such as <...>; rel="next"', text, "R-609")
    found = {
        relation: urljoin(answer.url, target)
        for target, parameters in reversed(parsed or [])
        for relation in parameters.get("rel", "").lower().split()
        if relation in PAGES
    }
    applies(found, "no Link leads to another page")
    return found


def next_page(answer: Answer) -> str:
    """The URL of the next page; empty where none is offered."""
    for target, parameters in parse(answer.headers.get("link", "")) or []:
        if "next" in parameters.get("rel", "").lower().split():
            return urljoin(answer.url, target)
    return ""


def reached(trial: Trial, link: str) -> str:
    """A link as this client reaches the server, which may stand behind a gateway."""
    base, parts = urlsplit(trial.session.client.base), urlsplit(link)
    path = parts.path or f"{base.path}{trial.path}"
    return f"{base.scheme}://{base.netloc}{path}" + (f"?{parts.query}" if parts.query else "")
