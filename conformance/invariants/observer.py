"""Sees every exchange of a run, and keeps what is wrong with any of them."""

from dataclasses import dataclass, field

import httpx

from conformance.invariants.bringing import Brought
from conformance.invariants.identity import concerns_created
from conformance.invariants.seen import LIST, Fault, Seen, place
from conformance.invariants.table import INVARIANTS
from conformance.results import Exchange
from conformance.shapes import Shapes
from tmf_apis.spec.model import ApiSpec

#: So many faults are kept of each invariant, and so many addresses to come back to.
KEPT, VISITED, CREATED = 60, 60, 400


@dataclass(frozen=True, slots=True)
class Found:
    """A fault, and the exchange it is in."""

    fault: Fault
    exchange: Exchange


@dataclass(slots=True)
class Judged:
    """What became of one invariant: how many exchanges it concerned, how many were wrong."""

    concerned: int = 0
    wrong: int = 0
    found: list[Found] = field(default_factory=list)


@dataclass(slots=True)
class Visits:
    """What to come back to when nobody writes any more: one exchange of each kind."""

    #: Lists that were read, by resource and by the names of their parameters.
    lists: dict[str, Exchange] = field(default_factory=dict)
    #: Lists that were linked to others, likewise, each with its Link header.
    linked: dict[str, tuple[str, Exchange]] = field(default_factory=dict)
    #: What was created, by Location.
    located: dict[str, Exchange] = field(default_factory=dict)


class Observer:
    """What the exchanges of one run have in common."""

    def __init__(self, api: ApiSpec, base: str, shapes: Shapes) -> None:
        self._api = api
        self._base = base
        self._shapes = shapes
        self._brought = Brought()
        self._judged = {invariant.name: Judged() for invariant in INVARIANTS}
        self.visits = Visits()

    def saw(
        self,
        exchange: Exchange,
        asked: httpx.Headers,
        sent: bytes,
        headers: httpx.Headers,
        content: bytes,
    ) -> None:
        """Look at one exchange that was answered."""
        where = place(self._api, self._base, exchange.url)
        seen = Seen(exchange, where, self._api, self._shapes, asked, sent, headers, content)
        self._brought.note(seen)
        self._visit(seen)
        for invariant in INVARIANTS:
            if invariant.concerns(seen):
                judged = self._judged[invariant.name]
                judged.concerned += 1
                faults = [Found(fault, exchange) for fault in invariant.faults(seen)]
                judged.wrong += bool(faults)
                judged.found += faults[: KEPT - len(judged.found)]

    def judged(self, name: str) -> Judged:
        """What became of an invariant, without what the kit itself has brought about."""
        judged = self._judged[name]
        found = [f for f in judged.found if not self._brought.accounts_for(f.fault)]
        return Judged(judged.concerned, judged.wrong if found else 0, found)

    def _visit(self, seen: Seen) -> None:
        visits = self.visits
        if seen.method == "GET" and seen.place.kind == LIST and seen.status in (200, 206):
            names = sorted({name for name, _ in seen.parameters})
            kind = f"{seen.place.spec.name if seen.place.spec else ''}?{'&'.join(names)}"
            if len(visits.lists) < VISITED:
                visits.lists.setdefault(kind, seen.exchange)
            if "link" in seen.headers and len(visits.linked) < VISITED:
                visits.linked.setdefault(kind, (seen.headers["link"], seen.exchange))
        elif concerns_created(seen) and len(visits.located) < CREATED:
            visits.located[seen.headers.get("location", "")] = seen.exchange
