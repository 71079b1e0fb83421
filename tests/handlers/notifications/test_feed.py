"""Each page of the log is read once for all couriers, and what is there is not waited for."""

import asyncio

import orjson
import pytest

from handlers.notifications import feed as module
from handlers.notifications.feed import Feed
from handlers.notifications.notice import Notice
from persistence.store import Logged
from tmf_apis.tmf630.subscriptions import interest


class Log:
    """As much of a store as a feed uses: events in the log, and some that wait beside it."""

    def __init__(self, logged: int, waiting: int = 0, size: int = 0) -> None:
        self.size = size
        self.numbers = list(range(1, logged + 1))
        self.waiting = waiting
        self.calls: list[str] = []

    async def events(self, after: int, limit: int) -> list[Logged]:
        self.calls.append(f"read {after}")
        return [_logged(n, self.size) for n in self.numbers if n > after][:limit]

    async def settle(self) -> int:
        self.calls.append("settle")
        moved, self.waiting = self.waiting, 0
        self.numbers += range(len(self.numbers) + 1, len(self.numbers) + moved + 1)
        return moved


def _logged(number: int, size: int = 0) -> Logged:
    body = b"null\n" + orjson.dumps({"x": " " * size})
    return Logged(number, "/api/order", "1", "OrderCreateEvent", 0, body)


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


@pytest.mark.parametrize(("size", "again"), [(10, False), (module._BYTES, True)])
def test_pages_of_large_events_are_let_go_sooner(size: int, again: bool) -> None:
    log = Log(logged=3, size=size)
    assert read(log, 0, 1, 1, 0) == [[1, 2, 3], [2, 3], [2, 3], [1, 2, 3]]
    reads = ["read 0", "read 1"]
    assert log.calls == [*reads, "read 0"] if again else reads


@pytest.mark.parametrize(
    ("query", "least"), [("", 0), ("event.order.state=x", 1), ("event.order.state.regex=a{99}", 9)]
)
def test_an_event_tells_what_it_is_to_look_at_it(query: str, least: int) -> None:
    notice = Notice(_logged(1, 100))
    effort = notice.effort(interest(query, None))
    assert effort // notice.size >= least
    assert effort // notice.size <= 2 * least + 1
