"""Each page of the log is read once for all couriers, and what is there is not waited for."""

import asyncio

import orjson
import pytest

from handlers.notifications import feed as module
from handlers.notifications.feed import Feed
from persistence.store import Logged


class Log:
    """As much of a store as a feed uses: events in the log, and some that wait beside it."""

    def __init__(self, logged: int, waiting: int = 0) -> None:
        self.numbers = list(range(1, logged + 1))
        self.waiting = waiting
        self.calls: list[str] = []

    async def events(self, after: int, limit: int) -> list[Logged]:
        self.calls.append(f"read {after}")
        return [_logged(n) for n in self.numbers if n > after][:limit]

    async def settle(self) -> int:
        self.calls.append("settle")
        moved, self.waiting = self.waiting, 0
        self.numbers += range(len(self.numbers) + 1, len(self.numbers) + moved + 1)
        return moved


def _logged(number: int) -> Logged:
    return Logged(number, "/api/order", "1", "OrderCreateEvent", 0, b"null\n" + orjson.dumps({}))


def read(log: Log, *positions: int) -> list[list[int]]:
    """The numbers a feed gives behind each position."""

    async def all_of_them() -> list[list[int]]:
        feed = Feed(log)  # type: ignore[arg-type]
        return [[notice.sequence for notice in await feed.after(p)] for p in positions]

    return asyncio.run(all_of_them())


def test_what_is_in_the_log_is_given_without_moving_more_there() -> None:
    log = Log(logged=2, waiting=5)
    assert read(log, 0) == [[1, 2]]
    assert log.calls == ["read 0"]


def test_behind_the_end_of_the_log_comes_what_waited() -> None:
    log = Log(logged=2, waiting=1)
    assert read(log, 2) == [[3]]
    assert log.calls == ["read 2", "settle", "read 2"]


def test_nothing_is_asked_for_again_at_once() -> None:
    log = Log(logged=2)
    assert read(log, 2, 2, 1, 1, 5) == [[], [], [2], [2], []]
    assert log.calls == ["read 2", "settle", "read 1", "read 5"]


def test_a_little_later_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRESH", 0.0)
    log = Log(logged=0)
    assert read(log, 0, 0) == [[], []]
    assert log.calls == ["read 0", "settle"] * 2
