"""A read and the write that follows it share what a client is ready to wait."""

from contextvars import Context

import pytest

from persistence import arrival
from persistence.mongo import patience
from persistence.mongo.patience import Patience

#: Seconds of a client, and of nobody.
SECONDS = Patience(2.0, 30.0)


def lefts(monkeypatch: pytest.MonkeyPatch, *reads: float) -> list[float]:
    """What each of two writes has of 2 seconds, after reads that took so many seconds."""
    moments = iter([moment for seconds in reads for moment in (10.0, 10.0 + seconds)])
    monkeypatch.setattr(patience, "monotonic", lambda: next(moments))

    def request() -> list[float]:
        arrival.arrive()
        for _ in reads:
            with patience.counted():
                pass
        return [SECONDS.left(), SECONDS.left()]

    return Context().run(request)


def test_a_write_alone_has_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lefts(monkeypatch) == [2.0, 2.0]


def test_the_time_of_the_read_before_it_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lefts(monkeypatch, 0.5) == [1.5, 2.0]


def test_of_several_reads_the_last_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lefts(monkeypatch, 1.5, 0.5) == [1.5, 2.0]


def test_something_is_left_after_the_longest_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lefts(monkeypatch, 5.0) == [patience.LEAST, 2.0]


def test_a_read_that_fails_counts_as_well() -> None:
    def request() -> float:
        arrival.arrive()
        with pytest.raises(ValueError, match="gone"), patience.counted():
            raise ValueError("gone")
        return SECONDS.left()

    assert Context().run(request) < 2.0


def test_what_no_client_waits_for_may_take_longer() -> None:
    assert Context().run(lambda: (SECONDS.allowed, SECONDS.left())) == (30.0, 30.0)
