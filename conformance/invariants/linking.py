"""Links between pages can be read, and keep what was asked for (R-609)."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote_plus, urljoin, urlsplit

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
        elif (known := _origins(seen)) and (host := _origin(seen, target)) not in known:
            wanted = f"a link {relation} to {' or '.join(sorted(known))}, as the records have it"
            yield Fault("R-609", wanted, host)
    own = relations(text).get("self")
    if own is not None and (moved := _moved(seen, own)):
        yield Fault("R-609", f"a link self to where it was got: {moved}", own)
    if "next" in relations(text) and seen.body == [] and seen.parameter("limit") != "0":
        yield Fault("R-609", "no next after an empty page", text)


def _lost(url: str, target: str) -> set[str]:
    """The parameters that a link drops, or gives less often than they were given; one with a
    parameter of its own may stand for them.
    """
    asked, kept = _names(url), _names(target)
    if kept.keys() - asked.keys() - _WINDOW:
        return set()
    # A list of values is as good as a name that is repeated.
    listed = {name for name, count in kept.items() if count == 1 and _lists(target, name)}
    lost = {name for name, count in asked.items() if kept[name] < count and name not in listed}
    return lost - _WINDOW


def _names(url: str) -> Counter[str]:
    """How often each parameter is given."""
    parts = urlsplit(url).query.split("&")
    names = (unquote_plus(part.partition("=")[0], errors="replace") for part in parts)
    # Separators alone name nothing.
    return Counter(name for name in names if re.search(r"\w", name))


def _lists(url: str, name: str) -> bool:
    parts = [part.partition("=") for part in urlsplit(url).query.split("&")]
    return any(unquote_plus(key) == name and re.search(",|%2C", v, re.I) for key, _, v in parts)


def _origin(seen: Seen, target: str) -> str:
    return _host(urljoin(seen.exchange.url, target))


def _origins(seen: Seen) -> set[str]:
    """Where the server says that its records are (R-105), and where it was asked; empty where it
    says nothing.
    """
    hrefs = [record.get("href") for record in seen.records]
    said = {_host(href) for href in hrefs if isinstance(href, str) and "://" in href}
    return said | {_host(seen.exchange.url)} if said else set()


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return url


def _moved(seen: Seen, target: str) -> str:
    """The offset a page was asked for, where a link to itself has another one; empty if none."""
    asked = seen.parameter("offset") or ""
    kept = dict(part.partition("=")[::2] for part in urlsplit(target).query.split("&"))
    given = kept.get("offset", "0")
    if not asked.isdecimal() or {"before", "after"} & kept.keys():
        return ""
    same = given.isdecimal() and int(given) == int(asked)
    return "" if same else f"offset={asked}"
