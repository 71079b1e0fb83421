"""A crowd comes through a few at a time, and others are served in between."""

import asyncio

import pytest

from handlers.turnstile import Turnstile


async def turns_of(turnstile: Turnstile, crowd: int) -> list[int]:
    """In which turn of the loop each of a crowd came through."""
    turn, came = 0, list[int]()

    async def one() -> None:
        await turnstile.through()
        came.append(turn)

    tasks = [asyncio.create_task(one()) for _ in range(crowd)]
    while len(came) < crowd:
        await asyncio.sleep(0)
        turn += 1
    await asyncio.gather(*tasks)
    return came


@pytest.mark.parametrize(("at_once", "crowd"), [(1, 5), (4, 4), (4, 1000)])
def test_a_few_come_through_in_each_turn_of_the_loop(at_once: int, crowd: int) -> None:
    came = asyncio.run(turns_of(Turnstile(at_once), crowd))
    assert len(came) == crowd
    assert max(came.count(turn) for turn in came) <= at_once
    assert max(came) <= crowd / at_once + 1


def test_they_come_through_in_the_order_they_came() -> None:
    async def scenario() -> list[int]:
        turnstile, came = Turnstile(2), list[int]()

        async def one(number: int) -> None:
            await turnstile.through()
            came.append(number)

        await asyncio.gather(*(one(number) for number in range(50)))
        return came

    assert asyncio.run(scenario()) == [*range(50)]


def test_who_goes_away_takes_no_turn() -> None:
    async def scenario() -> list[int]:
        turnstile = Turnstile(1)
        tasks = [asyncio.create_task(turnstile.through()) for _ in range(10)]
        await asyncio.sleep(0)
        for task in tasks[1:9]:
            task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return [number for number, task in enumerate(tasks) if not task.cancelled()]

    assert asyncio.run(scenario()) == [0, 9]


def test_it_is_open_again_when_the_crowd_is_gone() -> None:
    async def scenario() -> None:
        turnstile = Turnstile(1)
        await turns_of(turnstile, 10)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        before = asyncio.create_task(asyncio.sleep(0))
        await turnstile.through()  # At once: nobody else had a turn.
        assert not before.done()
        await before

    asyncio.run(scenario())
