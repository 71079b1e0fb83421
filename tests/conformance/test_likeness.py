import pytest

from conformance.instants import microseconds
from conformance.likeness import equal, unlike


def test_more_than_was_sent_may_be_there() -> None:
    assert unlike({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}], "d": 3}) == ""


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        ({"a": 1}, {}),
        ({"a": [1]}, {"a": [1, 2]}),
        ({"a": True}, {"a": 1}),
        ({"a": "x"}, {"a": "X"}),
    ],
)
def test_what_is_missing_or_different_is_told(sent: object, got: object) -> None:
    assert unlike(sent, got)


def test_moments_are_equal_however_they_are_spelt() -> None:
    assert equal("2031-01-01T12:00:00Z", "2031-01-01T14:00:00.000+02:00")
    assert not equal("2031-01-01T12:00:00Z", "2031-01-01T12:00:01Z")


def test_only_date_times_are_moments() -> None:
    assert microseconds("1970-01-01T00:00:01.5Z") == 1_500_000
    assert [microseconds(text) for text in ("1970-01-01", "soon", 5, None)] == [None] * 4
