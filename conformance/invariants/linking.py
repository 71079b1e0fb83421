"""Links between pages can be read, and keep what was asked for (R-609)."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus, urlsplit

from conformance.invariants.seen import LIST, Fault, Seen
from conformance.link_header import parse, relations

#: What moves a list, and what moves with it.
_WINDOW = frozenset({"offset", "limit", "before", "after"})
#: Characters that no URI holds (RFC 3986).
_NO_URI = re.compile(r'[\s"<>\\^`{|}]|[^\x21-\x7e]|%(?![0-9A-Fa-f]{2})')


def concerns(seen: Seen) -> bool:
    """Whether a list is linked to others."""
    return seen.method == "GET" and seen.place.kind == LIST and seen.ok and "link" in seen.headers


def faults(seen: Seen) -> Iterator[Fault]:
    """A header that is malformed, a target that is no URI, or one that asks for less."""
    text = seen.headers["link"]
    if parse(text) is None:
        yield Fault("R-609", 'a Link such as <...>; rel="next"', text)
        return
    for relation, target in relations(text).items():
        if _NO_URI.search(target):
            yield Fault("R-609", f"a URI as the link {relation}", target)
        elif missing := _lost(seen.exchange.url, target):
            wanted = f"a link {relation} that keeps {', '.join(sorted(missing))}"
            yield Fault("R-609", wanted, target)
    if "next" in relations(text) and seen.body == [] and seen.parameter("limit") != "0":
        yield Fault("R-609", "no next after an empty page", text)


def _lost(url: str, target: str) -> set[str]:
    """The parameters that a link drops; one with a parameter of its own may stand for them."""
    asked, kept = _names(url), _names(target)
    return set() if kept - asked - _WINDOW else asked - kept - _WINDOW


def _names(url: str) -> set[str]:
    parts = urlsplit(url).query.split("&")
    names = (unquote_plus(part.partition("=")[0], errors="replace") for part in parts)
    # Separators alone name nothing.
    return {name for name in names if re.search(r"\w", name)}
