"""Every error has the one shape, whoever in the server has found it (R-203 to R-205)."""

import re
from collections.abc import Iterator

from conformance.invariants.seen import ITEM, LIST, Fault, Seen

#: Answered by what stands before an API as well: gateways and parsers of HTTP.
_BEFORE = frozenset({408, 413, 414, 421, 429, 431, 494, 503})
#: Paths and queries that a parser of HTTP may refuse before anybody reads them.
_MALFORMED = re.compile(r"%(?![0-9A-Fa-f]{2})|%00|%[89A-Fa-f][0-9A-Fa-f]|[^\x21-\x7e]")
_LONG = 2000
_TEXTS = ("message", "status", "referenceError", "@type", "@baseType", "@schemaLocation")


def concerns(seen: Seen) -> bool:
    """Whether the API has refused something, and the client takes JSON."""
    refused = 400 <= seen.status < 500 or seen.status == 501
    if not refused or seen.status in _BEFORE or seen.status == 406 or seen.method == "HEAD":
        return False
    url = seen.exchange.url
    beneath = len(url) > _LONG or _MALFORMED.search(url) or ".." in url
    return seen.takes_json and not (beneath and seen.status in (400, 404))


def faults(seen: Seen) -> Iterator[Fault]:
    """What an error lacks; a body that is none lacks everything."""
    rule = "R-203" if _of_the_api(seen) else "R-205"
    error = seen.body
    if not isinstance(error, dict):
        got = seen.content[:200].decode(errors="backslashreplace") or "nothing"
        yield Fault(rule, "an Error body, one JSON object", f"{seen.status} {got}")
        return
    for name in ("code", "reason"):
        value = error.get(name)
        if not (isinstance(value, str) and value):
            yield Fault(rule, f"{name} as a text", repr(value))
    for name in _TEXTS:
        if not isinstance(error.get(name), str | None):
            yield Fault(rule, f"{name} as a text", repr(error[name]))
    status = error.get("status")
    if isinstance(status, str) and status != str(seen.status):
        yield Fault("R-205", f"status {seen.status}", status)
    if seen.api.major == "v5" and error.get("@type") != "Error":
        yield Fault("R-204", "@type Error", repr(error.get("@type")))


def _of_the_api(seen: Seen) -> bool:
    """Whether what the file defines was refused, a method that it does not define with it (R-107),
    and not what a framework has no place for.
    """
    return seen.place.kind in (LIST, ITEM) and seen.status != 415
