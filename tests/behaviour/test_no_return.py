"""Until when an item may be changed or cancelled."""

from typing import Any

import pytest

from tmf_apis.behaviour.no_return import Clock, Policy, passed, point_after, policy, with_point

Json = dict[str, Any]
NAME = "productOrderItem"
AT, LATER = "1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("irrevocable", Policy()),
        ("activation", Policy(activation=True)),
        ("after:0", Policy(after=0.0)),
        ("after:1.5", Policy(after=1.5)),
    ],
)
def test_a_setting_names_a_policy(text: str, found: Policy) -> None:
    assert policy(text) == found


@pytest.mark.parametrize("text", ["", "never", "after:", "after:x", "after:-1", "after:nan"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        policy(text)


@pytest.mark.parametrize(
    ("after", "made", "point"),
    [(None, AT, None), (1.0, None, None), (1.0, AT, "1970-01-01T00:00:02.000Z")],
)
def test_the_point_may_follow_from_when_an_order_was_made(
    after: float | None, made: Any, point: str | None
) -> None:
    assert point_after(Policy(after=after), made) == point


def order(*items: Json) -> Json:
    return {NAME: list(items)}


@pytest.mark.parametrize(
    ("item", "clock", "late"),
    [
        ({"id": "1"}, Clock(9), False),
        ({"id": "1", "pointOfNoReturn": AT}, Clock(999_999), False),
        ({"id": "1", "pointOfNoReturn": AT}, Clock(1_000_000), True),
        ({"id": "1"}, Clock(1_000_000, AT), True),
        ({"id": "1", "pointOfNoReturn": LATER}, Clock(1_000_000, AT), False),
        ({"id": "1", "state": "completed", "pointOfNoReturn": AT}, Clock(1_000_000), False),
        ({"id": "1", NAME: [{"id": "2", "pointOfNoReturn": AT}]}, Clock(1_000_000), True),
    ],
)
def test_an_open_item_that_is_past_its_point_binds_the_order(
    item: Json, clock: Clock, late: bool
) -> None:
    fault = passed(NAME, order(item), clock)
    assert (fault is not None) is late
    assert not late or "past its point of no return, which was 1970" in str(fault)


def test_of_two_points_the_earlier_one_counts() -> None:
    items = ({"id": "1"}, {"id": "2", NAME: [{"id": "3", "pointOfNoReturn": AT}]}, {"id": "4"})
    found = with_point(NAME, order(*items), {"1", "3"}, LATER)
    assert found == order({"id": "1", "pointOfNoReturn": LATER}, *items[1:])
    again = with_point(NAME, found, {"1"}, AT)
    assert again[NAME][0]["pointOfNoReturn"] == AT
