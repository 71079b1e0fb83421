"""An order is cancelled or amended at each step of its plan: nothing is left half built (0026).

Every other time whoever did the last step ended before that was written down. All of it together is
a proof: `make prove ARGS=amendments`.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.handlers.flow import in_between as play
from tests.handlers.flow.desk import Desk
from tests.handlers.flow.in_between import (
    AMEND,
    AMENDMENTS,
    CANCEL,
    ORDER,
    STEPS,
    TOUCHING,
    ordered,
)
from tests.handlers.flow.outcome import Snapshot, problems
from tests.handlers.flow.stepping import Office


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with asyncio.Runner() as runner:
        office = runner.run(Office.opened(tmp_path_factory.mktemp("between")))
        yield Desk(runner, office)
        runner.run(office.store.close())


def test_the_plans_have_so_many_steps(desk: Desk) -> None:
    office = desk.office
    desk.run(office.settle(desk.run(office.order(ORDER))))
    assert len(office.flow.done) == STEPS


@pytest.mark.parametrize("steps", range(STEPS))
def test_it_is_cancelled_at_each_step(desk: Desk, steps: int) -> None:
    # The tenth one completes the first item: done and not noted, it stays all the same.
    assert desk.run(play.cancelled(desk.office, steps, sudden=steps % 2 == 0)) == []


@pytest.mark.parametrize("steps", range(STEPS))
def test_it_is_amended_at_each_step(desk: Desk, steps: int) -> None:
    assert desk.run(play.amended(desk.office, "all", steps, sudden=steps % 2 == 1)) == []


@pytest.mark.parametrize("steps", range(0, STEPS, 5))
@pytest.mark.parametrize("how", sorted(AMENDMENTS.keys() - {"all"}))
def test_some_of_it_is_amended(desk: Desk, steps: int, how: str) -> None:
    assert desk.run(play.amended(desk.office, how, steps, sudden=steps % 2 == 0)) == []


@pytest.mark.parametrize("steps", range(0, STEPS, 5))
@pytest.mark.parametrize("first", [CANCEL, AMEND, "both"])
def test_it_is_cancelled_and_amended_at_the_same_moment(desk: Desk, steps: int, first: str) -> None:
    assert desk.run(play.both(desk.office, first, steps, sudden=bool(steps % 2))) == []


@pytest.mark.parametrize(
    ("action", "steps"), [(action, n) for action, steps in TOUCHING.items() for n in range(steps)]
)
@pytest.mark.parametrize("how", [CANCEL, AMEND])
def test_what_is_there_is_left_as_it_was(desk: Desk, action: str, steps: int, how: str) -> None:
    sudden = bool(steps % 2) is (how == AMEND)
    assert desk.run(play.left_alone(desk.office, action, steps, how=how, sudden=sudden)) == []


@pytest.mark.parametrize(("steps", "free"), [(3, True), (4, False)])
def test_activation_may_be_the_point_of_no_return(tmp_path: Path, steps: int, free: bool) -> None:
    async def played() -> None:
        office = await Office.opened(tmp_path, point_of_no_return="activation")
        id = await office.order(ORDER)
        await office.carry_on(id, steps)
        task = await office.ask(AMEND, id, modifiedItem=[ordered("1", "offer-5g-business")])
        await office.settle(id, task)
        found = await office.read(office.service("TMF622", AMEND), task)
        assert found["state"] == ("done" if free else "rejected")
        order = await office.read(office.reach.orders, id)
        assert all("pointOfNoReturn" in item for item in order["productOrderItem"])
        assert problems(await Snapshot.taken(office), id) == []
        await office.store.close()

    asyncio.run(played())
