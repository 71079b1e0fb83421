"""What an operator does about tasks: look at them, have them tried again, cancel them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from time import time
from typing import Any

import orjson

from handlers.changing import alter
from handlers.service import Service
from handlers.tasks.holding import HOLDINGS, NOBODY, Holding, Lost
from handlers.tasks.kinds import WorkKind
from handlers.tasks.plans import Plan
from handlers.walking import walk
from persistence.errors import Missing
from persistence.store import Record, Scope, Store
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.tmf630.instants import instant, now_text
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Predicate, Query, Shape, Step

Json = dict[str, Any]

#: Tasks that are read at once.
BATCH = 100
#: The states of a task that was cancelled: the first of them that its machine leads to.
_CANCELLED = ("canceled", "cancelled", "terminatedWithError", "Failed", "rejected")
#: The states of a task that ended badly.
_BAD = ("Failed", "rejected", "terminatedWithError")


class Over(Exception):
    """The task is over: nothing can be done about it any more. The text is its state."""


@dataclass(frozen=True, slots=True)
class Row:
    """A task that is not over, as an operator sees it.

    `progress` is how much of how much is done, where the task counts; `attempts` how often it
    failed by a fault of the server, `error` how the last time, `next` when it is tried again, or
    when it is due that is not yet; empty for at once.
    """

    id: str
    resource: str
    state: str
    since: str
    held: bool
    progress: str
    attempts: int
    error: str
    next: str

    @property
    def standing(self) -> str:
        """One word for a person: waiting, running or failing."""
        if self.attempts:
            return "failing"
        return "running" if self.held else "waiting"


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that ended badly, when, and why."""

    id: str
    resource: str
    state: str
    since: str
    reason: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Tasks that are not over, by kind and in the order they were made, and how many there are."""

    shown: list[Row]
    total: int


async def overview(kinds: Sequence[WorkKind], most: int | None = None) -> Overview:
    """Every task that is not over, or the first so many of each kind."""
    rows, total = list[Row](), 0
    for kind in filter(lambda kind: kind.is_task, kinds):
        found = [record async for record in _open(kind, most)]
        rows += [await _row(kind, record) for record in found]
        total += len(found)
        if most is not None and len(found) == most:
            total += await _count(kind.service, kind.where) - most
    return Overview(rows, total)


async def failures(kinds: Sequence[WorkKind], most: int) -> tuple[list[Failure], int]:
    """Tasks that ended badly, the last of each kind first and so many of it, and how many did."""
    rows, total = list[Failure](), 0
    for kind in filter(lambda kind: kind.is_task, kinds):
        service, where = kind.service, _ended_badly(kind)
        count = await _count(service, where)
        last = Query(where, offset=max(0, count - most), limit=most)
        found = await service.store.find(service.collection, last, Scope())
        rows += [_failure(kind, record) for record in reversed(found.records)]
        total += count
    return sorted(rows, key=lambda row: row.since, reverse=True), total


async def retry(kinds: Sequence[WorkKind], id: str) -> None:
    """Have a task tried anew at once, whoever holds it. Raises `Missing` and `Over`."""
    kind, record = await _found(kinds, id)
    _demand_open(kind, record)
    while (holding := await _holding(kind.service.store, kind.name(id))) is not None:
        with suppress(Lost):  # Its holder wrote something down just then.
            return await holding.begin_anew()


async def cancel(kinds: Sequence[WorkKind], id: str) -> str:
    """End a task; the state it ends in. What it did stays. Raises `Missing` and `Over`."""
    kind, record = await _found(kinds, id)
    _demand_open(kind, record)
    service = kind.service
    name, machine = service.rules.state or "", service.machine

    def decide(task: Json) -> Json | None:
        targets = machine.moves.get(str(task.get(name)), {}) if machine else {}
        state = next((state for state in _CANCELLED if state in targets), None)
        if state is None:
            return None
        return task | {name: state, service.rules.reason: "cancelled by the operator"}

    ended = await alter(service, id, decide, Moment(service.now, By.SERVER))
    return str(ended[name])


async def _open(kind: WorkKind, most: int | None) -> AsyncIterator[Record]:
    pages = walk(kind.service.store, kind.service.collection, kind.where, most or BATCH)
    async for records in pages:
        for record in records:
            yield record
        if most is not None:
            return


async def _count(service: Service, where: Predicate) -> int:
    return (await service.store.find(service.collection, Query(where, limit=0), Scope())).total


def _ended_badly(kind: WorkKind) -> Predicate:
    path = (Step(kind.service.rules.state or "", Shape.ONE),)
    return Comparison(path, Operator.EQ, _BAD, Kind.TEXT)


def _failure(kind: WorkKind, record: Record) -> Failure:
    task, rules = orjson.loads(record.body), kind.service.rules
    return Failure(
        id=record.id,
        resource=kind.service.collection.name,
        state=str(task.get(rules.state or "")),
        since=now_text(instant(record.modified)),
        reason=str(task.get(rules.reason) or ""),
    )


def _next(kind: WorkKind, record: Record, about: Json) -> str:
    """When a task is tried again, or due."""
    if about.get("next"):
        return str(about["next"])
    age = time() - record.modified / 1_000_000
    wait = kind.work.due(kind.service, orjson.loads(record.body), age)
    return now_text(instant(int((time() + wait) * 1_000_000))) if 0 < wait < inf else ""


async def _row(kind: WorkKind, record: Record) -> Row:
    store, name = kind.service.store, kind.name(record.id)
    holding = await _holding(store, name)
    plan = await Plan(store, name).about()
    notes = holding.notes if holding is not None else {}
    return Row(
        id=record.id,
        resource=kind.service.collection.name,
        state=str(orjson.loads(record.body).get(kind.service.rules.state or "")),
        since=now_text(instant(record.modified)),
        held=holding is not None and holding.about["worker"] != NOBODY,
        progress=f"{notes.get('done', 0)} of {plan['count']}" if plan is not None else "",
        attempts=holding.about["attempts"] if holding is not None else 0,
        error=holding.about["error"] if holding is not None else "",
        next=_next(kind, record, holding.about if holding is not None else {}),
    )


async def _holding(store: Store, name: str) -> Holding | None:
    try:
        record = await store.get(HOLDINGS, name, Scope())
    except Missing:
        return None
    return Holding(store, record, orjson.loads(record.body))


async def _found(kinds: Sequence[WorkKind], id: str) -> tuple[WorkKind, Record]:
    """A task by its id, among all kinds. Raises `Missing`."""
    for kind in kinds:
        if kind.is_task:
            try:
                return kind, await kind.service.store.get(kind.service.collection, id, Scope())
            except Missing:
                continue
    raise Missing(id)


def _demand_open(kind: WorkKind, record: Record) -> None:
    state = orjson.loads(record.body).get(kind.service.rules.state or "")
    if state not in kind.states:
        raise Over(str(state))
