"""Which reads are tried among short ones."""

import pytest

from persistence import trials
from persistence.trials import LONG, REST, Trials

SHAPE, OTHER = "SELECT 1", "SELECT 2"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which a test moves."""
    moment = [100.0]
    monkeypatch.setattr(trials, "monotonic", lambda: moment[0])
    return moment


def test_what_was_long_is_not_tried_for_a_while(now: list[float]) -> None:
    known = Trials()
    known.failed(SHAPE)
    assert not known.is_worth(SHAPE)
    assert known.is_worth("")
    now[0] += LONG
    assert known.is_worth(SHAPE)
    known.went_well(SHAPE)
    assert known.is_worth(SHAPE)


def test_after_one_that_failed_what_is_not_known_rests(now: list[float]) -> None:
    known = Trials()
    known.went_well(OTHER)
    known.failed(SHAPE)
    assert known.is_worth(OTHER)
    assert not known.is_worth("SELECT 3")
    now[0] += REST
    assert known.is_worth("SELECT 3")


def test_what_was_held_up_once_is_tried_again(now: list[float]) -> None:
    known = Trials()
    known.went_well(SHAPE)
    known.held_up(SHAPE)
    assert known.is_worth(SHAPE)
    known.held_up(SHAPE)
    assert not known.is_worth(SHAPE)
    now[0] += LONG
    assert known.is_worth(SHAPE)


def test_what_went_well_in_between_was_held_up_by_chance(now: list[float]) -> None:
    known = Trials()
    for _ in range(5):
        known.held_up(SHAPE)
        known.went_well(SHAPE)
    assert known.is_worth(SHAPE)
    assert now == [100.0]


def test_the_shapes_that_are_known_are_bounded() -> None:
    known = Trials()
    for number in range(10_000):
        known.went_well(f"shape {number}")
    assert len(known._long) == 2_000
