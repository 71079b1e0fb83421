"""The run of an order: the steps that may be done are done, side by side, until none is left.

The record of the plan is written after each round. A step that fails is tried again, then its item
is `held` with a message until somebody says what to do. What is given up is undone in the reverse
order, and its item fails; a cancelled order is undone whole (docs/decisions/0021).
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from handlers.flow.attempting import attempt
from handlers.flow.binding import are_bound, with_points
from handlers.flow.deeds import Deeds
from handlers.flow.doing import Doing
from handlers.flow.holding import hold, hold_for_steps, warn
from handlers.flow.planning import planned
from handlers.flow.reach import Reach, change
from handlers.flow.records import FlowRecord, begin, load
from handlers.flow.replanning import follow, is_followed, left_undone, planned_now
from handlers.flow.returning import go_on_when_back, wait_for
from handlers.flow.undoing import undo
from handlers.neighbours.failing import Away
from handlers.service import Service
from handlers.tasks import progressing
from handlers.tasks.task import Later, Task
from persistence.store import Scope
from tmf_apis.behaviour.order_states import (
    ACKNOWLEDGED,
    ASSESSING,
    CANCELLED,
    CANCELLING,
    COMPLETED,
    HELD,
    IN_PROGRESS,
)
from tmf_apis.behaviour.sandbox import PREFIX
from tmf_apis.flow import documents as make
from tmf_apis.flow import standing
from tmf_apis.flow.items import digests_of, items_of
from tmf_apis.flow.mapping import Rules
from tmf_apis.flow.planner import PlanError
from tmf_apis.flow.telling import WAIT, waits_for_neighbours
from tmf_apis.flow.timeouts import USUAL

Json = dict[str, Any]

#: Seconds between two attempts at a step.
PAUSE = 1.0
#: Steps of one order that are done side by side: an order of many items leaves room for others.
SIDE_BY_SIDE = 4
#: Seconds between two looks at an order about whose cancellation somebody decides.
LOOK = 0.5
#: Seconds that an order may be old when it is first seen: what was loaded stays as it is.
_NEW = 24 * 3600.0
_INFINITE = float("inf")


@dataclass
class Flow:
    """Carries product orders out."""

    reach: Reach
    rules: Rules
    deeds: Deeds
    #: Seconds that a step may take, by its kind.
    timeouts: Mapping[str, float] = field(default_factory=lambda: USUAL)
    #: Orders in progress that no flow began: loaded ones, which are left alone.
    _foreign: set[str] = field(default_factory=set)

    def waiting(self, service: Service) -> frozenset[str]:
        """The states of orders that there is something to do for."""
        ours = frozenset({ACKNOWLEDGED, IN_PROGRESS, ASSESSING, CANCELLING})
        ours |= {HELD} if self.reach.neighbours() else set()
        return ours | progressing.waiting(service)

    def due(self, service: Service, order: Json, age: float) -> float:
        """Seconds until an order is looked at; those with a wish are the sandbox's."""
        if self.is_wish(service, order):
            return progressing.due(service, order, age)
        if order["id"] in self._foreign and order.get("state") != CANCELLING:
            return _INFINITE
        if order.get("state") == ACKNOWLEDGED:
            return 0.0 if progressing.age_of(service, order) <= _NEW else _INFINITE
        if order.get("state") == HELD and not waits_for_neighbours(order):
            return _INFINITE
        return 0.0 if order.get("state") in self.waiting(service) else _INFINITE

    async def perform(self, task: Task) -> None:
        """Carry an order out, or go on where somebody stopped. Raises `Later`."""
        if self.is_wish(task.service, task.document):
            await progressing.perform(task)
            return
        record = await load(self.reach.orders.store, task.id)
        if record is None:
            if task.state != ACKNOWLEDGED:
                await self._not_ours(task)
                return
            record = await self.begun(task.document)
        while True:
            order = await self._order(task.id)
            if order.get("state") == ACKNOWLEDGED:
                order = await self._start(order)
            if order.get("state") == ASSESSING:
                raise Later(LOOK)
            if order.get("state") == CANCELLING:
                await self._cancel(task, order, record)
                return
            if order.get("state") == HELD and standing.away(record.about):
                await go_on_when_back(self.reach, record, order)
                continue
            if order.get("state") != IN_PROGRESS:
                await warn(self.reach, order)
                await self._note(record, order)
                return
            if not await self._further(order, record):
                return

    async def _cancel(self, task: Task, order: Json, record: FlowRecord) -> None:
        """Undo all of an order, which then is cancelled."""
        await left_undone(self.reach, self.deeds, record, order)
        await self._undo(order, record, record.steps, cancelled=True)
        await self._note(record, order)
        task.document = order
        await progressing.perform(task)

    async def _further(self, order: Json, record: FlowRecord) -> bool:
        """Bring an order in progress further; whether there may be more to do. Raises `Later`."""
        if lost := standing.given_up(record.steps):
            await self._give_up(order, record, lost)
            return True
        try:
            if not await self._planned(order, record):
                return False
        except Away as error:
            await wait_for(self.reach, record, order, error)
            return True
        await self._try_again(order, record)
        if await self._round(order, record):
            return True
        order = await self._order(order["id"])
        if order.get("state") == IN_PROGRESS and not is_followed(record, order):
            return True
        if order.get("state") == HELD and standing.away(record.about):
            return True
        await self._note(record, order)
        return False

    async def plan(self, id: str) -> list[Json]:
        """The steps of an order as they would be. Raises `Missing` and `PlanError`."""
        return await planned(self.reach, self.rules, await self._order(id))

    async def follow(self, record: FlowRecord, order: Json) -> None:
        """Have the plan be that of an order that nobody else holds. Raises `PlanError`."""
        await follow(self.reach, self.rules, self.deeds, record, order)

    async def _not_ours(self, task: Task) -> None:
        if task.state == CANCELLING:
            await progressing.perform(task)
        elif task.state == ASSESSING:
            raise Later(LOOK)
        else:
            self._foreign.add(task.id)

    async def begun(self, order: Json) -> FlowRecord:
        """The record of an order, written down now unless it was before."""
        about = {"id": order["id"], "begun": self.reach.orders.now(), "chosen": {}, "steps": []}
        return await begin(self.reach.orders.store, about)

    async def _start(self, order: Json) -> Json:
        def decide(now: Json) -> Json | None:
            if now.get("state") != ACKNOWLEDGED:
                return None
            return with_points(self.reach, now) | {"state": IN_PROGRESS}

        return await change(self.reach.orders, order["id"], decide)

    async def _planned(self, order: Json, record: FlowRecord) -> bool:
        """Whether the order has a plan that is its own now; where none can be made, all of it is
        held. Raises `Away`.
        """
        if record.about.get(standing.AWAY):
            await record.save(lambda about: about.pop(standing.AWAY, None))
        try:
            if not record.steps:
                steps = await planned(self.reach, self.rules, order)
                fresh = [step | {"state": standing.WAITING, "attempts": 0} for step in steps]
                await record.save(lambda about: planned_now(about, about["steps"] or fresh))
            elif not is_followed(record, order):
                await self.follow(record, order)
        except PlanError as error:
            await record.save(lambda about: about.update(unplanned=digests_of(order)))
            await hold(self.reach, order, {item.id: str(error) for item in items_of(order)}, "plan")
            await self._note(record, await self._order(order["id"]))
            return False
        return True

    async def _try_again(self, order: Json, record: FlowRecord) -> None:
        """Have steps tried again that are held while their items go on: somebody moved these."""
        going = {i.id for i in items_of(order) if i.document.get("state") == IN_PROGRESS}
        again = {s["id"] for s in record.steps if s["state"] == HELD and s["item"] in going}

        def mend(about: Json) -> None:
            for step in about["steps"]:
                if step["id"] in again:
                    step.update(state=standing.WAITING, attempts=0)

        if again:
            await record.save(mend)

    async def _round(self, order: Json, record: FlowRecord) -> bool:
        """Do what may be done; whether there may be more. Raises `Later`."""
        ready = self._ready(record)
        if not await are_bound(self.reach, order, record, ready):
            return True
        if not ready:
            if blocked := standing.blocked(record.steps):
                passing = bool(standing.away(record.about))
                await hold(self.reach, order, blocked, WAIT, passing=passing)
            return False
        room = asyncio.Semaphore(SIDE_BY_SIDE)

        async def done(step: Json) -> tuple[str, Json]:
            async with room:
                return await self._done(order, record, step)

        results = await asyncio.gather(*map(done, ready), return_exceptions=True)
        changes = dict(one for one in results if not isinstance(one, BaseException))

        def mend(about: Json) -> None:
            if any(change["state"] == standing.DONE for change in changes.values()):
                about.pop("returns", None)
            for step in about["steps"]:
                step.update(changes.get(step["id"], {}))
                about["chosen"].update(step.get("chosen") or {})

        await record.save(mend)
        held = [step for step in record.steps if changes.get(step["id"], {}).get("state") == HELD]
        await hold_for_steps(self.reach, order, held)
        # The store was away for some: what the others did is noted by now.
        for one in results:
            if isinstance(one, BaseException):
                raise one
        failed = [c for c in changes.values() if c["error"] and c["state"] == standing.WAITING]
        if len(failed) == len(changes):
            raise Later(PAUSE)
        return True

    def _ready(self, record: FlowRecord) -> list[Json]:
        """The steps to be done next."""
        return standing.ready(record.steps)

    async def _done(self, order: Json, record: FlowRecord, step: Json) -> tuple[str, Json]:
        """The id of a step after an attempt at it, and what is to be noted of it."""
        kind, deeds = step["kind"], self.deeds
        doing = Doing(self.reach, deeds.activation, order, step, chosen=record.about["chosen"])
        return step["id"], await attempt(doing, deeds.steps[kind][0], self.timeouts[kind])

    async def _give_up(self, order: Json, record: FlowRecord, lost: Iterable[str]) -> None:
        """Undo what was made for items that are given up, and have them fail."""
        items = set(lost)
        steps = [step for step in record.steps if step["item"] in items]
        await self._undo(order, record, steps, cancelled=False)
        states = dict.fromkeys(items, "failed")
        await change(self.reach.orders, order["id"], lambda now: make.in_state(now, states))

    async def _undo(
        self, order: Json, record: FlowRecord, steps: list[Json], *, cancelled: bool
    ) -> None:
        """Undo steps in the reverse order, but for those of items that are done.

        The order says so before its record does.
        """
        over = standing.finished(steps) | {
            item.id for item in items_of(order) if item.document.get("state") == COMPLETED
        }
        chosen = record.about["chosen"]
        undone = [step for step in steps if step["item"] not in over]
        await undo(self.reach, self.deeds, order, undone, chosen, cancelled=cancelled)
        names = {step["id"] for step in undone}
        at = self.reach.orders.now()

        def mend(about: Json) -> None:
            for step in about["steps"]:
                if step["id"] in names:
                    step.update(state=standing.UNDONE, ended=at)

        await record.save(mend)

    async def _note(self, record: FlowRecord, order: Json) -> None:
        """Write down how the order stands now that nothing is left to do."""
        state = CANCELLED if order.get("state") == CANCELLING else order.get("state")
        if record.about.get("state") != state:
            at = self.reach.orders.now()
            await record.save(lambda about: about.update(state=state, ended=at))

    async def _order(self, id: str) -> Json:
        service = self.reach.orders
        found: Json = orjson.loads((await service.store.get(service.collection, id, Scope())).body)
        return found

    def is_wish(self, service: Service, order: Json) -> bool:
        """Whether the sandbox moves an order, for its category asks it to."""
        asked = str(order.get("category") or "").startswith(PREFIX)
        return asked and service.settings.sandbox
