"""The way to the server: what is late is answered and left to end by itself."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, DuplicateKeyError, OperationFailure

from persistence.errors import Refused, Unavailable
from persistence.mongo.failures import Late
from persistence.mongo.lane import Lane


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def test_what_a_command_gives_is_given() -> None:
    async def seven() -> int:
        return 7

    assert run(Lane(1).run(seven(), 1)) == 7


@pytest.mark.parametrize("told_to_server", [False, True])
def test_a_late_command_is_not_cancelled(told_to_server: bool) -> None:
    """PyMongo's pool may lose its lock for good when it is, up to Python 3.11."""

    async def tried() -> str:
        ended: list[str] = []
        go_on = asyncio.Event()

        async def command() -> None:
            try:
                await go_on.wait()
                ended.append("by itself")
            except asyncio.CancelledError:
                ended.append("cancelled")
                raise

        lane = Lane(1)
        with pytest.raises(Late, match=r"no answer within 0\.01 seconds"):
            await lane.run(command(), 0.01, told_to_server=told_to_server)
        go_on.set()
        await lane.drained(1)
        return ended[0]

    assert run(tried()) == "by itself"


def test_a_command_whose_caller_is_cancelled_goes_on() -> None:
    async def tried() -> bool:
        done = asyncio.Event()

        async def command() -> None:
            await asyncio.sleep(0.01)
            done.set()

        lane = Lane(1)
        asking = asyncio.create_task(lane.run(command(), 1))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await lane.drained(1)
        return done.is_set()

    assert run(tried())


def test_a_late_command_keeps_its_place_until_it_ends() -> None:
    async def tried() -> list[str]:
        seen: list[str] = []
        go_on = asyncio.Event()
        lane = Lane(1)

        async def other() -> None:
            seen.append("another")

        with pytest.raises(Late):
            await lane.run(_waiting(go_on), 0.01)
        with pytest.raises(Late, match="no connection was free"):
            await lane.run(other(), 0.01)
        go_on.set()
        await lane.run(other(), 1)
        return seen

    assert run(tried()) == ["another"]


def test_more_than_may_wait_are_shed_at_once() -> None:
    async def tried() -> None:
        go_on = asyncio.Event()
        lane = Lane(1, places=2)
        first = [asyncio.create_task(lane.run(_waiting(go_on), 5)) for _ in range(2)]
        await asyncio.sleep(0.01)
        with pytest.raises(Unavailable, match="2 commands are under way"):
            await lane.run(_waiting(go_on), 5)
        go_on.set()
        await asyncio.gather(*first)
        await lane.run(_waiting(go_on), 5)

    run(tried())


def test_a_part_of_a_lane_leaves_room_for_others() -> None:
    async def tried() -> None:
        go_on = asyncio.Event()
        lane = Lane(3)
        lists = Lane(2, within=lane)
        slow = [asyncio.create_task(lists.run(_waiting(go_on), 5)) for _ in range(9)]
        await asyncio.sleep(0.01)
        await lane.run(asyncio.sleep(0), 0.1)
        go_on.set()
        await asyncio.gather(*slow)

    run(tried())


def test_places_are_given_back_whatever_happens() -> None:
    async def tried() -> None:
        go_on = asyncio.Event()
        lane = Lane(1)
        lists = Lane(1, within=lane)
        for _ in range(3):
            held = asyncio.create_task(lane.run(_waiting(go_on), 5))
            await asyncio.sleep(0)
            with pytest.raises(Late):
                await lists.run(_waiting(go_on), 0.01)
            with pytest.raises(Unavailable):
                await lane.run(_raising(AutoReconnect("gone")), 0.0)
            go_on.set()
            await held
            with pytest.raises(Unavailable, match="gone"):
                await lists.run(_raising(AutoReconnect("gone")), 1)
            go_on.clear()
        await lists.run(asyncio.sleep(0), 0.1)

    run(tried())


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DuplicateKeyError("E11000"), DuplicateKeyError),
        (AutoReconnect("gone"), Unavailable),
        (OperationFailure("killed", 50), Late),
        (OperationFailure("not authorized", 13), Refused),
        (ValueError("a bug"), ValueError),
    ],
)
def test_failures_are_told_in_our_words(error: Exception, told: type[Exception]) -> None:
    with pytest.raises(told):
        run(Lane(1).run(_raising(error), 1))


async def _waiting(until: asyncio.Event) -> None:
    await until.wait()


async def _raising(error: Exception) -> None:
    raise error
