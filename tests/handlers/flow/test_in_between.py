"""An order is cancelled or amended at each step of its plan: nothing is left half built (0024)."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.handlers.flow.ordering import added, order_of
from tests.handlers.flow.outcome import problems
from tests.handlers.flow.stepping import Office

Json = dict[str, Any]

AMEND, CANCEL = "amendProductOrder", "cancelProductOrder"
#: The steps of an order of a mobile line and of a pack of channels.
STEPS = 18


@dataclass
class Desk:
    """An office, and the loop that it works in."""

    office: Office
    runner: asyncio.Runner

    def run(self, work: Any) -> Any:
        return self.runner.run(work)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with asyncio.Runner() as runner:
        office = runner.run(Office.opened(tmp_path_factory.mktemp("between")))
        yield Desk(office, runner)
        runner.run(office.store.close())


def ordered(id: str, offering: str, **more: Any) -> Json:
    return added(id, offering, quantity=1, **more)


ORDER = order_of(ordered("1", "offer-5g-light"), ordered("2", "offer-tv-pack"))
ALL_AT_ONCE = {
    "addedItem": [ordered("3", "offer-router-mesh")],
    "modifiedItem": [ordered("1", "offer-5g-business")],
    "removedItem": ["2"],
}


async def begun(office: Office, steps: int, *, sudden: bool = False) -> str:
    """An order of which so many steps are done."""
    id = await office.order(ORDER)
    if steps:
        await office.carry_on(id, steps, sudden=sudden)
    return id


def item_states(order: Json) -> dict[str, str]:
    return {item["id"]: item["state"] for item in order["productOrderItem"]}


each_step = pytest.mark.parametrize("steps", range(STEPS))
#: Whether the last step was done by one who ended before it was written down.
ways = pytest.mark.parametrize("sudden", [False, True], ids=["noted", "sudden"])


def test_the_plan_has_so_many_steps(desk: Desk) -> None:
    async def play() -> int:
        desk.office.flow.done.clear()
        await desk.office.settle(await begun(desk.office, 0))
        return len(desk.office.flow.done)

    assert desk.run(play()) == STEPS


@each_step
@ways
def test_it_is_cancelled_at_each_step(desk: Desk, steps: int, sudden: bool) -> None:
    async def play() -> None:
        office = desk.office
        id = await begun(office, steps, sudden=sudden)
        before = item_states(await office.read(office.reach.orders, id))
        task = await office.ask(CANCEL, id)
        await office.settle(id, task)
        order = await office.read(office.reach.orders, id)
        wanted = {
            item: "completed" if state == "completed" else "cancelled"
            for item, state in before.items()
        }
        assert item_states(order) == wanted
        assert order["state"] == ("partial" if "completed" in wanted.values() else "cancelled")
        assert (await office.read(office.service("TMF622", CANCEL), task))["state"] == "done"
        assert await problems(office, id) == []

    desk.run(play())


@each_step
@ways
def test_it_is_amended_at_each_step(desk: Desk, steps: int, sudden: bool) -> None:
    async def play() -> None:
        office = desk.office
        id = await begun(office, steps, sudden=sudden)
        before = item_states(await office.read(office.reach.orders, id))
        task = await office.ask(AMEND, id, **ALL_AT_ONCE)
        await office.settle(id, task)
        order = await office.read(office.reach.orders, id)
        found = await office.read(office.service("TMF622", AMEND), task)
        if "completed" in before.values():
            assert found["state"] == "rejected"
            assert "is completed, which is final" in found["reason"]
            assert item_states(order) == {"1": "completed", "2": "completed"}
        else:
            assert found["state"] == "done", found
            assert item_states(order) == {"1": "completed", "3": "completed"}
        assert order["state"] == "completed"
        assert await problems(office, id) == []

    desk.run(play())
