"""The invariants: which exchanges each concerns, and what it finds wrong in one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance.invariants import (
    counts,
    dates,
    errors,
    identity,
    leaks,
    linking,
    media,
    methods,
    schemas,
    statuses,
)
from conformance.invariants.seen import Fault, Seen


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that holds of every exchange; `rules` are those a fault may break."""

    name: str
    title: str
    rules: tuple[str, ...]
    concerns: Callable[[Seen], bool]
    faults: Callable[[Seen], Iterable[Fault]]


INVARIANTS = (
    Invariant("nothing_breaks_the_server", "No exchange of the run ends in a 5xx",
              ("S-002",), statuses.concerns_any, statuses.breakdowns),
    Invariant("successes_are_told", "Every success has the status and the kind of body of its verb",
              ("R-201", "R-701", "R-815", "R-611"), statuses.concerns_success, statuses.successes),
    Invariant("bodies_are_json", "Every body is JSON in UTF-8 and says so",
              ("R-109",), media.concerns, media.faults),
    Invariant("errors_have_one_shape", "Every error is an Error",
              ("R-203", "R-204", "R-205"), errors.concerns, errors.faults),
    Invariant("errors_leak_nothing", "No error shows how the server is made",
              ("R-205",), leaks.concerns, leaks.faults),
    Invariant("refused_methods_are_told", "Every 405 allows something else",
              ("R-107",), methods.concerns, methods.faults),
    Invariant("records_fit", "Every record that is shown fits its schema, after any verb",
              ("S-001", "R-709", "R-711", "R-1201", "R-1204"), schemas.concerns, schemas.faults),
    Invariant("records_are_themselves", "Every id, href and path of a record agree",
              ("R-103", "R-304", "R-1205"), identity.concerns, identity.faults),
    Invariant("creations_are_located", "Every 201 has the Location of what it shows",
              ("R-701", "R-104"), identity.concerns_created, identity.created),
    Invariant("lists_count_themselves", "Every list counts itself and keeps to its limit",
              ("R-608", "R-607", "R-605", "R-610"), counts.concerns, counts.faults),
    Invariant("links_are_well_formed", "Every Link of a list can be read",
              ("R-609",), linking.concerns, linking.faults),
    Invariant("headers_keep_time", "Dates and tags of every answer are well-formed and possible",
              ("R-112", "R-113"), dates.concerns, dates.faults),
)  # fmt: skip
