"""An order is cancelled or amended at each step of its plan: nothing is left half built (0026)."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.flow.ordering import added, order_of, touching
from tests.handlers.flow.outcome import problems, standing
from tests.handlers.flow.stepping import Office
from tmf_apis.flow.documents import characteristics

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
MORE = {"addedItem": [ordered("3", "offer-router-mesh")]}
OTHERWISE = {"modifiedItem": [ordered("1", "offer-5g-business")]}
LESS = {"removedItem": ["2"]}
#: Amendments, with the items that are completed in the end.
AMENDMENTS = {
    "more": (MORE, "123"),
    "otherwise": (OTHERWISE, "12"),
    "less": (LESS, "1"),
    "all": (MORE | OTHERWISE | LESS, "13"),
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
@pytest.mark.parametrize("how", AMENDMENTS)
def test_it_is_amended_at_each_step(desk: Desk, steps: int, how: str) -> None:
    changes, left = AMENDMENTS[how]
    # Every other time whoever did the last step ended before it was written down.
    sudden = bool(steps % 2) is (how in ("more", "all"))

    async def play() -> None:
        office = desk.office
        id = await begun(office, steps, sudden=sudden)
        before = item_states(await office.read(office.reach.orders, id))
        task = await office.ask(AMEND, id, **changes)
        await office.settle(id, task)
        order = await office.read(office.reach.orders, id)
        found = await office.read(office.service("TMF622", AMEND), task)
        if before["1"] == "completed" and "modifiedItem" in changes:
            assert found["state"] == "rejected"
            assert "the item 1 is completed, which is final" in found["reason"]
            assert item_states(order) == {"1": "completed", "2": "completed"}
        else:
            assert found["state"] == "done", found
            assert item_states(order) == dict.fromkeys(left, "completed")
        assert order["state"] == "completed"
        assert await problems(office, id) == []

    desk.run(play())


@pytest.mark.parametrize("steps", range(0, STEPS, 2))
@pytest.mark.parametrize("first", [CANCEL, AMEND, "both"])
def test_it_is_cancelled_and_amended_at_the_same_moment(desk: Desk, steps: int, first: str) -> None:
    async def play() -> None:
        office = desk.office
        id = await begun(office, steps, sudden=steps % 4 == 0)
        cancel = await office.ask(CANCEL, id)
        amend = await office.ask(AMEND, id, **(MORE | LESS))
        if first == "both":
            await asyncio.gather(office.look_at(cancel), office.look_at(amend))
        tasks = [cancel, amend] if first == CANCEL else [amend, cancel]
        await office.settle(id, *tasks)
        order = await office.read(office.reach.orders, id)
        found = [
            (await office.read(office.service("TMF622", name), task))["state"]
            for name, task in ((CANCEL, cancel), (AMEND, amend))
        ]
        assert found[0] == "done"
        assert found[1] in ("done", "rejected")
        assert found[1] == "done" or first != AMEND
        assert order["state"] in ("cancelled", "partial")
        assert ("3" in item_states(order)) is (found[1] == "done")
        assert await problems(office, id) == []

    desk.run(play())


#: How many steps it takes to do something about a mobile line that is there.
TOUCHING = {"modify": 6, "delete": 8}
OTHER = {"productCharacteristic": characteristics({"dataAllowance": 99, "extra": "new"})}


async def touched(office: Office, action: str, steps: int, *, sudden: bool) -> tuple[str, str]:
    """An order that made a mobile line, and one about that of which so many steps are done."""
    first = await office.order(order_of(ordered("1", "offer-5g-light")))
    await office.settle(first)
    (product,) = (await standing(office, first))["products"]
    item = touching("1", action, product["id"], **(OTHER if action == "modify" else {}))
    office.flow.done.clear()
    id = await office.order(order_of(item | {"quantity": 1}), after=True)
    if steps:
        await office.carry_on(id, steps, sudden=sudden)
    return first, id


@pytest.mark.parametrize(
    ("action", "steps"), [(action, n) for action, steps in TOUCHING.items() for n in range(steps)]
)
@ways
def test_what_is_there_is_as_it_was_once_its_change_is_cancelled(
    desk: Desk, action: str, steps: int, sudden: bool
) -> None:
    async def play() -> None:
        office = desk.office
        first, id = await touched(office, action, 0, sudden=False)
        before = await standing(office, first)
        if steps:
            await office.carry_on(id, steps, sudden=sudden)
        bound = any(step.endswith("/cease") for step in office.flow.done)
        task = await office.ask(CANCEL, id)
        await office.settle(id, task)
        order = await office.read(office.reach.orders, id)
        found = await office.read(office.service("TMF622", CANCEL), task)
        if bound:
            assert found["state"] == "terminatedWithError"
            assert "past its point of no return" in found["reason"]
            assert order["state"] == "completed"
            after = await standing(office, first)
            assert after["products"][0]["status"] == "terminated"
            assert {one["state"] for one in after["services"]} == {"terminated"}
        elif order["state"] == "completed":
            assert "completed" in found["reason"]
        else:
            assert (found["state"], order["state"]) == ("done", "cancelled")
            assert await standing(office, first) == before

    desk.run(play())


@pytest.mark.parametrize(
    ("action", "steps"), [(action, n) for action, steps in TOUCHING.items() for n in range(steps)]
)
def test_what_is_there_is_as_it_was_once_an_amendment_leaves_it_alone(
    desk: Desk, action: str, steps: int
) -> None:
    async def play() -> None:
        office = desk.office
        first, id = await touched(office, action, 0, sudden=False)
        before = await standing(office, first)
        if steps:
            await office.carry_on(id, steps)
        bound = any(step.endswith("/cease") for step in office.flow.done)
        changes = {"addedItem": [ordered("2", "offer-router-mesh")], "removedItem": ["1"]}
        task = await office.ask(AMEND, id, **changes)
        await office.settle(id, task)
        order = await office.read(office.reach.orders, id)
        found = await office.read(office.service("TMF622", AMEND), task)
        assert order["state"] == "completed"
        if bound:
            assert "past its point of no return" in found["reason"]
            assert item_states(order) == {"1": "completed"}
        else:
            assert item_states(order) == {"2": "completed"}
            assert await standing(office, first) == before

    desk.run(play())


@pytest.mark.parametrize(("steps", "free"), [(3, True), (4, False), (7, False)])
def test_activation_may_be_the_point_of_no_return(tmp_path: Path, steps: int, free: bool) -> None:
    async def play() -> None:
        office = await Office.opened(tmp_path, point_of_no_return="activation")
        id = await begun(office, steps)
        task = await office.ask(AMEND, id, modifiedItem=[ordered("1", "offer-5g-business")])
        await office.settle(id, task)
        found = await office.read(office.service("TMF622", AMEND), task)
        assert found["state"] == ("done" if free else "rejected")
        order = await office.read(office.reach.orders, id)
        assert item_states(order) == {"1": "completed", "2": "completed"}
        assert all("pointOfNoReturn" in item for item in order["productOrderItem"])
        assert await problems(office, id) == []
        await office.store.close()

    asyncio.run(play())
