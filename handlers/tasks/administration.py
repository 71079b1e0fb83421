"""What an operator does about tasks: look at them, have them tried again, cancel them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from handlers.changing import alter
from handlers.tasks.holding import HOLDINGS, NOBODY, Holding, Lost
from handlers.tasks.kinds import WorkKind
from handlers.tasks.plans import Plan
from persistence.errors import Missing
from persistence.store import Record, Scope, Store
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.tmf630.instants import instant, now_text
from tmf_apis.tmf630.query import Cursor, Query

Json = dict[str, Any]

#: Tasks that are read at once.
BATCH = 100
#: The states of a task that was cancelled: the first of them that its machine leads to.
_CANCELLED = ("canceled", "cancelled", "terminatedWithError", "Failed", "rejected")


class Over(Exception):
    """The task is over: nothing can be done about it any more. The text is its state."""


@dataclass(frozen=True, slots=True)
class Row:
    """A task that is not over, as an operator sees it.

    `progress` is how much of how much is done, where the task counts; `attempts` how often it
    failed by a fault of the server, `error` how the last time.
    """

    id: str
    resource: str
    state: str
    since: str
    held: bool
    progress: str
    attempts: int
    error: str


async def overview(kinds: Sequence[WorkKind]) -> list[Row]:
    """Every task that is not over, by kind and in the order they were made."""
    return [
        await _row(kind, record) for kind in kinds if kind.is_task async for record in _open(kind)
    ]


async def retry(kinds: Sequence[WorkKind], id: str) -> None:
    """Have a task tried anew at once, whoever holds it. Raises `Missing` and `Over`."""
    kind, record = await _found(kinds, id)
    _demand_open(kind, record)
    holding = await _holding(kind.service.store, kind.name(id))
    if holding is not None:
        try:
            await holding.begin_anew()
        except Lost as error:
            raise Missing(id) from error


async def cancel(kinds: Sequence[WorkKind], id: str) -> str:
    """End a task; the state it ends in. What it did stays. Raises `Missing` and `Over`."""
    kind, record = await _found(kinds, id)
    _demand_open(kind, record)
    service = kind.service
    name = service.rules.state or ""
    machine = service.behaviour and service.behaviour.machine(name)

    def decide(task: Json) -> Json | None:
        targets = machine.moves.get(str(task.get(name)), {}) if machine else {}
        state = next((state for state in _CANCELLED if state in targets), None)
        if state is None:
            return None
        return task | {name: state, service.rules.reason: "cancelled by the operator"}

    ended = await alter(service, id, decide, Moment(service.now, By.SERVER))
    return str(ended[name])


async def _open(kind: WorkKind) -> AsyncIterator[Record]:
    cursor: Cursor | None = None
    while True:
        query = Query(kind.where, limit=BATCH, cursor=cursor)
        found = await kind.service.store.find(kind.service.collection, query, Scope())
        for record in found.records:
            yield record
        if found.last is None or len(found.records) < BATCH:
            return
        cursor = Cursor(found.last)


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
