"""Pauses grow with the time that nothing gets through, and end with it."""

import asyncio

import pytest

from handlers.notifications import pace
from handlers.notifications.pace import LONGEST, SHORTEST, Failures, Pace, share


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that shows its only number, and no chance."""
    now = [1000.0]
    monkeypatch.setattr(pace, "monotonic", lambda: now[0])
    monkeypatch.setattr(pace, "_CHANCE", 0.0)
    return now


def test_pauses_double_until_they_are_long(clock: list[float]) -> None:
    failures, pauses = Failures(), []
    assert failures.pause() == 0
    for _ in range(13):
        failures.add("no")
        pauses.append(failures.pause())
        clock[0] += pauses[-1]
    assert pauses == [0.5, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert (pauses[0], pauses[-1]) == (SHORTEST, LONGEST)


def test_a_day_of_failures_is_a_few_hundred_attempts(clock: list[float]) -> None:
    failures, attempts, begin = Failures(), 0, clock[0]
    while clock[0] - begin < 24 * 3600:
        failures.add("no")
        attempts += 1
        clock[0] += failures.pause()
    assert 200 < attempts < 400


@pytest.mark.parametrize(
    ("couriers", "posts"), [(1, 8), (64, 8), (65, 7), (256, 2), (300, 1), (5_000, 1)]
)
def test_among_many_couriers_each_has_fewer_posts_at_once(couriers: int, posts: int) -> None:
    assert share(8, couriers) == posts
    assert share(1, couriers) == 1


def test_a_success_ends_the_row(clock: list[float]) -> None:
    failures = Failures()
    failures.add("no")
    clock[0] += 100
    failures.clear()
    assert failures.pause() == 0
    failures.add("again")
    assert (failures.pause(), failures.count, failures.error) == (SHORTEST, 1, "again")


def test_a_listener_that_is_down_is_tried_by_one_at_a_time() -> None:
    async def most_at_once(down: bool) -> int:
        turns, now, most = Pace(4), 0, 0
        for _ in range(4 if down else 3):
            turns.failures.add("no")

        async def go() -> None:
            nonlocal now, most
            async with turns.turn():
                now += 1
                most = max(most, now)
                await asyncio.sleep(0.01)
                now -= 1

        await asyncio.gather(*(go() for _ in range(10)))
        assert turns.is_down == down
        return most

    assert asyncio.run(most_at_once(down=False)) == 4
    assert asyncio.run(most_at_once(down=True)) == 1
