"""Date-times as instants: what is one, which one it is (R-1201, R-414, D12)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import naive
from tmf_apis.tmf630.instants import instant, microseconds, moment, now_text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.rule("R-1201", "R-414")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01", 0),
        ("1970-01-01T00:00", 0),
        ("1970-01-01T00:00:00", 0),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01 00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T01:00:00+0100", 0),
        ("1969-12-31T19:00:00-05:00", 0),
        ("1970-01-01T00:00:00-00:00", 0),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1970-01-01T00:00:00.0000019Z", 1),
        ("1970-01-01T00:00:00.1Z", 100_000),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("1970-01-01T00:00:01Z", 1_000_000),
        ("1969-12-31T23:59:60Z", 0),
        ("2000-02-29", 951_782_400_000_000),
        ("2024-02-29T12:00:00Z", 1_709_208_000_000_000),
        ("0000-01-01", -62_167_219_200_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ("2024-01-01T00:00:00+23:59", 1_703_980_860_000_000),
    ],
)
def test_a_date_time_names_an_instant(text: str, expected: int) -> None:
    assert microseconds(text) == expected


@pytest.mark.rule("R-1201", "R-414")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024",
        "2024-01",
        "2024-13-01",
        "2024-00-01",
        "2024-01-00",
        "2024-01-32",
        "2023-02-29",
        "1900-02-29",
        "2024-04-31",
        "2024-1-1",
        "20240101",
        "2024-01-01T",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:61Z",
        "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00.5Z",
        "2024-01-01T00:00:00+24:00",
        "2024-01-01T00:00:00+01:60",
        "2024-01-01T00:00:00+1",
        "2024-01-01T00:00:00 Z",
        "2024-01-01Z",
        " 2024-01-01",
        "2024-01-01\n",
        "2024-01-01T00:00:00Z\n",
        "２０２４-01-01",
        "-2024-01-01",
        "2024-W01-1",
    ],
)
def test_anything_else_names_none(text: str) -> None:
    assert microseconds(text) is None


@pytest.mark.rule("R-1201")
@given(
    st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)),
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_instants_are_those_of_the_calendar(moment: datetime, minutes: int) -> None:
    local = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    expected = (local - EPOCH) // timedelta(microseconds=1)
    assert microseconds(local.isoformat()) == expected
    assert naive._instant(local.isoformat()) == expected


@given(st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]([Tt ][0-9:.]*)?([Zz]|[+-][0-9:]*)?"))
def test_the_naive_reading_agrees_on_what_is_a_date_time(text: str) -> None:
    if not text.startswith("0000"):
        assert microseconds(text) == naive._instant(text)


@pytest.mark.rule("R-1201")
@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2024, 1, 2, 3, 4, 5, 6789, UTC), "2024-01-02T03:04:05.006Z"),
        (datetime(2024, 1, 2, tzinfo=timezone(timedelta(hours=2))), "2024-01-01T22:00:00.000Z"),
    ],
)
def test_now_is_told_in_utc_to_the_millisecond(moment: datetime, text: str) -> None:
    assert now_text(moment) == text
    assert microseconds(text) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-31T23:59:60Z", datetime(2027, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-01:00", datetime.max.replace(tzinfo=UTC)),
        ("0000-01-01T00:00:00Z", datetime.min.replace(tzinfo=UTC)),
        ("soon", None),
    ],
)
def test_a_moment_is_kept_within_the_years_there_are(text: str, expected: datetime | None) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(("at", "year"), [(-(10**18), 1), (0, 1970), (10**18, 9999)])
def test_an_instant_is_kept_within_the_years_there_are(at: int, year: int) -> None:
    assert instant(at).year == year
