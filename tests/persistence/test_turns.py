"""Clients take turns, and one that has many places gives one up for who has none."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import pytest

from persistence.errors import Busy
from persistence.turns import Turns


class Crowd:
    """Clients that come, and what becomes of each."""

    def __init__(self, at_once: int, places: float) -> None:
        self.turns = Turns(at_once, places, "errands")
        self.told: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        """Those who come, by names: the letter is that of the client."""
        for name in names:
            self.tasks[name] = asyncio.create_task(self._enter(name))
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def leave(self, name: str) -> None:
        self.turns.leave(name[0])
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def go_away(self, name: str) -> None:
        self.tasks[name].cancel()
        await asyncio.gather(self.tasks[name], return_exceptions=True)

    async def _enter(self, name: str) -> None:
        try:
            await self.turns.enter(name[0])
        except Busy as error:
            self.told.append(f"{name}: {error}")
        else:
            self.told.append(name)


def told(crowd: Crowd, scenario: Callable[[Crowd], Awaitable[None]]) -> list[str]:
    async def all_of_it() -> None:
        await scenario(crowd)
        waiting = [each for each in crowd.tasks.values() if not each.done()]
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(all_of_it())
    return crowd.told


def test_one_client_has_its_turns_in_the_order_it_came() -> None:
    async def scenario(crowd: Crowd) -> None:
        await crowd.come("a1", "a2", "a3", "a4")
        await crowd.leave("a1")
        await crowd.leave("a2")

    assert told(Crowd(2, 4), scenario) == ["a1", "a2", "a3", "a4"]


def test_clients_take_turns() -> None:
    async def scenario(crowd: Crowd) -> None:
        await crowd.come("a1", "a2", "a3", "b1", "b2", "c1")
        for name in ("a1", "a2", "b1", "c1", "a3"):
            await crowd.leave(name)

    assert told(Crowd(1, 9), scenario) == ["a1", "a2", "b1", "c1", "a3", "b2"]


def test_who_finds_no_place_is_told_at_once() -> None:
    async def scenario(crowd: Crowd) -> None:
        await crowd.come("a1", "a2", "a3")
        await crowd.leave("a1")
        await crowd.come("a4")

    told_of = "a3: 2 errands are under way"
    assert told(Crowd(1, 2), scenario) == ["a1", told_of, "a2"]


def test_who_has_most_gives_up_its_last_place_for_another() -> None:
    async def scenario(crowd: Crowd) -> None:
        await crowd.come("a1", "a2", "a3", "a4", "b1", "b2")
        await crowd.come("b3")
        await crowd.leave("a1")
        await crowd.leave("a2")

    busy = "4 errands are under way"
    refused = [f"{name}: {busy}" for name in ("a4", "a3", "b3")]
    assert told(Crowd(1, 4), scenario) == ["a1", *refused, "a2", "b1"]


def test_nobody_gives_way_to_who_has_as_much() -> None:
    async def scenario(crowd: Crowd) -> None:
        await crowd.come("a1", "b1", "a2", "b2", "a3", "b3", "c1")

    refused = [f"{name}: 4 errands are under way" for name in ("a3", "b3", "b2")]
    assert told(Crowd(1, 4), scenario) == ["a1", *refused]


def test_what_is_under_way_is_not_given_up() -> None:
    async def scenario(crowd: Crowd) -> None:
        await crowd.come("a1", "a2", "a3", "b1")

    assert told(Crowd(3, 3), scenario) == ["a1", "a2", "a3", "b1: 3 errands are under way"]


def test_who_goes_away_leaves_its_place() -> None:
    async def scenario(crowd: Crowd) -> None:
        await crowd.come("a1", "a2", "b1")
        await crowd.go_away("a2")
        await crowd.come("c1")
        await crowd.leave("a1")
        await crowd.leave("b1")
        await crowd.leave("c1")
        await crowd.come("d1")

    assert told(Crowd(1, 3), scenario) == ["a1", "b1", "c1", "d1"]


def test_a_turn_that_comes_to_who_just_went_away_is_passed_on() -> None:
    async def scenario(crowd: Crowd) -> None:
        await crowd.come("a1", "a2", "b1", "c1")
        crowd.turns.leave("a")
        crowd.tasks["a2"].cancel()
        crowd.tasks["c1"].cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await crowd.leave("b1")
        await crowd.come("d1", "d2")

    assert told(Crowd(1, 4), scenario) == ["a1", "b1", "d1"]


def test_a_block_that_lasts_until_a_moment() -> None:
    async def scenario() -> list[str]:
        turns = Turns(1, 5, "errands")
        found = []
        until = monotonic() + 0.05
        async with turns.turn("a", until):
            with pytest.raises(TimeoutError):
                async with turns.turn("b", until):
                    found.append("b")
        async with turns.turn("c", until + 5):
            found.append("c")
        return found

    assert asyncio.run(scenario()) == ["c"]
