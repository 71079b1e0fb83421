"""No request breaks the server, and successes have the status of their verb (S-002, R-201)."""

from collections.abc import Iterator

from conformance.invariants.seen import BROKEN, ITEM, LIST, Fault, Seen

#: The successes of each verb where it is offered, and the rule that names them.
_SUCCESSES = {
    ("GET", LIST): ((200, 206), "R-201"),
    ("GET", ITEM): ((200,), "R-201"),
    ("POST", LIST): ((201, 202), "R-701"),
    ("PATCH", ITEM): ((200, 202), "R-201"),
    ("DELETE", ITEM): ((204, 202), "R-815"),
}
_WINDOW = ("offset", "limit", "before", "after")


def concerns_any(_: Seen) -> bool:
    """Every exchange."""
    return True


def breakdowns(seen: Seen) -> Iterator[Fault]:
    """A 5xx other than those that say something of the request or the hour."""
    if seen.status >= 500 and seen.status not in (501, 503):
        got = seen.content[:200].decode(errors="backslashreplace")
        yield Fault("S-002", "no 5xx", f"{seen.status} {got}".strip())


def concerns_success(seen: Seen) -> bool:
    """Whether an operation of the file was carried out."""
    return seen.ok and (seen.method, seen.place.kind) in _SUCCESSES


def successes(seen: Seen) -> Iterator[Fault]:
    """A success under another status, or with a body of another kind."""
    statuses, rule = _SUCCESSES[seen.method, seen.place.kind]
    if seen.status not in statuses:
        yield Fault(rule, " or ".join(map(str, statuses)), str(seen.status))
    elif seen.status == 206 and not _windowed(seen):
        yield Fault("R-611", "200 for a list that was not asked for in parts", "206")
    elif seen.method == "GET" and seen.body is not None and seen.body is not BROKEN:
        wanted = list if seen.place.kind == LIST else dict
        if not isinstance(seen.body, wanted):
            what = "an array" if wanted is list else "one object"
            yield Fault("R-201", what, seen.content[:200].decode(errors="backslashreplace"))


def _windowed(seen: Seen) -> bool:
    return "range" in seen.asked or any(name in _WINDOW for name, _ in seen.parameters)
