"""Buckets of tokens: whatever a client does, it gets its rate and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.limiting import buckets
from handlers.limiting.buckets import Buckets, Taken


def test_a_bucket_holds_the_tokens_of_a_second_and_gets_them_back() -> None:
    bucket = Buckets(4)
    assert [bucket.take("a", 10.0) for _ in range(5)] == [
        Taken(True, 3, 1), Taken(True, 2, 1), Taken(True, 1, 1), Taken(True, 0, 1),
        Taken(False, 0, 1),
    ]  # fmt: skip
    assert bucket.take("a", 10.2) == Taken(False, 0, 1)
    assert bucket.take("a", 10.25) == Taken(True, 0, 1)
    assert bucket.take("a", 99.0) == Taken(True, 3, 1)


def test_a_slow_rate_gives_one_token_and_says_when_the_next_one_comes() -> None:
    bucket = Buckets(0.1)
    assert bucket.take("a", 0.0) == Taken(True, 0, 10)
    assert bucket.take("a", 3.5) == Taken(False, 0, 7)
    assert bucket.take("a", 9.9) == Taken(False, 0, 1)
    assert bucket.take("a", 10.0) == Taken(True, 0, 10)


@given(st.floats(0, 1e6))
def test_seconds_are_those_of_the_rate_at_any_moment(now: float) -> None:
    bucket = Buckets(0.05)
    assert bucket.take("a", now) == Taken(True, 0, 20)
    assert bucket.take("a", now) == Taken(False, 0, 20)


def test_clients_have_buckets_of_their_own() -> None:
    bucket = Buckets(1)
    assert bucket.take("a", 0.0).granted
    assert not bucket.take("a", 0.0).granted
    assert bucket.take("b", 0.0).granted


def test_those_who_are_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "MOST", 3)
    bucket = Buckets(1)
    for client in "abc":
        assert bucket.take(client, 0.0).granted
    assert bucket.take("d", 0.5).granted  # For which the first one is forgotten.
    assert bucket.take("a", 0.5).granted
    assert not bucket.take("c", 0.5).granted
    assert bucket.take("e", 9.0).granted
    assert len(bucket._full_at) == 1


@given(
    st.sampled_from([0.3, 1, 2.5, 7, 100]),
    st.lists(st.floats(0, 0.5), min_size=1, max_size=200),
)
def test_nobody_gets_more_than_the_rate(rate: float, pauses: list[float]) -> None:
    bucket, now = Buckets(rate), 1000.0
    granted = []
    for pause in pauses:
        now += pause
        if bucket.take("a", now).granted:
            granted.append(now)
    for first, begun in enumerate(granted):
        for last in range(first, len(granted)):
            most = bucket.size + (granted[last] - begun) * rate
            assert last - first + 1 <= most + 1e-6
