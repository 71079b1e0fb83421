"""Discounts and surcharges: against an independent computation."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmf_apis.flow.alterations import UnknownAlteration, in_order, of_catalogue, of_item
from tmf_apis.flow.rates import charges, rate_of

Json = dict[str, Any]
AT, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC).date()
POUND = {"unit": "GBP", "value": 1}


def alteration(**more: Any) -> Json:
    price = {name: more.pop(name) for name in ("percentage", "dutyFreeAmount") if name in more}
    return {"name": "A", "priceType": "discount", "price": price} | more


def price(*alterations: Json, amount: float = 30, kind: str = "recurring") -> Json:
    whole = {"id": "p", "name": "Fee", "type": kind, "amount": {"unit": "GBP", "value": amount},
             "tax": [{"category": "VAT", "rate": 20}]}  # fmt: skip
    return whole | {"alterations": in_order(alterations, whole)}


def months(*alterations: Json, amount: float = 30) -> list[float]:
    """What is charged for each of six whole months."""
    found = charges([price(*alterations, amount=amount)], AT, UNTIL)
    return [float(charge.net) for charge in found]


@pytest.mark.parametrize(
    ("alterations", "charged"),
    [
        ([], [30] * 6),
        ([alteration(percentage=20, applicationDuration=3)], [24, 24, 24, 30, 30, 30]),
        ([alteration(percentage=-20)], [24] * 6),
        ([alteration(percentage=10, priceType="Surcharge")], [33] * 6),
        ([alteration(dutyFreeAmount={"unit": "GBP", "value": -9})], [21] * 6),
        ([alteration(percentage=0, dutyFreeAmount={"unit": "GBP", "value": 9})], [21] * 6),
        ([alteration(price={"taxIncludedAmount": {"unit": "GBP", "value": 12}})], [20] * 6),
        ([alteration(percentage=100, applicationDuration=1)], [0, *[30] * 5]),
        ([alteration(percentage=50, applicationDuration=0)], [30] * 6),
        ([alteration(dutyFreeAmount={"unit": "GBP", "value": 31})], [0] * 6),
        (
            [
                alteration(percentage=50, priority=2),
                alteration(dutyFreeAmount={"unit": "GBP", "value": 10}, priority=1),
            ],
            [10] * 6,
        ),
        (
            [
                alteration(percentage=50, priority=1),
                alteration(dutyFreeAmount={"unit": "GBP", "value": 10}, priority=2),
            ],
            [5] * 6,
        ),
    ],
)
def test_each_period_is_altered(alterations: list[Json], charged: list[float]) -> None:
    assert months(*alterations) == charged


@given(
    st.integers(1, 100_000),
    st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(0, 6), st.integers(1, 100), st.booleans(), st.booleans()
        ),
        max_size=4,
    ),
)
def test_several_are_reckoned_one_after_the_other(
    pence: int, given_: list[tuple[int, int, int, bool, bool]]
) -> None:
    alterations = [
        alteration(
            priority=priority,
            applicationDuration=duration,
            priceType="surcharge" if adds else "discount",
            **({"percentage": size} if share else {"dutyFreeAmount": POUND | {"value": size}}),
        )
        for priority, duration, size, share, adds in given_
    ]
    wanted = []
    for month in range(6):
        left = Fraction(pence, 100)
        for _, duration, size, share, adds in sorted(given_, key=lambda one: one[0]):
            if month < duration:
                part = abs(left) * size / 100 if share else Fraction(size)
                left += part if adds else -part
        exact = Decimal(max(left, Fraction(0)).numerator) / max(left, Fraction(0)).denominator
        wanted.append(float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP)))
    assert months(*alterations, amount=pence / 100) == wanted


def test_what_is_charged_once_is_altered_as_well_and_the_rate_says_by_what() -> None:
    (charge,) = charges([price(alteration(percentage=50), kind="oneTime")], AT)
    rate = rate_of("r", charge, {"id": "x", "name": "X"}, {"id": "ba"})
    assert rate["taxIncludedAmount"]["value"] == 18
    assert rate["description"] == "X, Fee, A"


def test_a_part_of_a_month_is_a_part_of_what_is_altered() -> None:
    (charge,) = charges([price(alteration(percentage=50))], AT.replace(day=31))
    assert charge.net == Decimal("0.48")  # 15 x 1 / 31


@pytest.mark.parametrize(
    "wrong",
    [
        alteration(),
        {"name": "A"},
        alteration(dutyFreeAmount={"unit": "EUR", "value": 1}),
        alteration(percentage="10"),
    ],
)
def test_what_cannot_be_reckoned_with_is_refused(wrong: Json) -> None:
    with pytest.raises(UnknownAlteration, match="A: it"):
        price(wrong)


def related(kind: str, to: str) -> Json:
    return {"popRelationship": [{"id": to, "relationshipType": kind}]}


def test_a_price_of_the_catalogue_alters_another_one() -> None:
    fee, other = {"id": "fee"}, {"id": "other"} | related("discounts", "elsewhere")
    off = {"id": "off", "name": "Off", "percentage": 10} | related("discounts", "fee")
    more = {"id": "more", "name": "More", "price": POUND} | related("surcharges", "fee")
    charged, found = of_catalogue([off, fee, more, other])
    assert charged == [fee, other]
    assert [(one["name"], one["priceType"]) for one in found["fee"]] == [
        ("Off", "discount"), ("More", "surcharge"),
    ]  # fmt: skip
    assert [one["price"] for one in found["fee"]] == [
        {"@type": "Price", "percentage": 10},
        {"@type": "Price", "dutyFreeAmount": POUND},
    ]


PRICES = [{"id": "fee", "priceType": "recurring"}, {"id": "sim", "priceType": "oneTime"}]


@pytest.mark.parametrize(
    ("about", "meant"),
    [
        ({"productOfferingPrice": {"id": "sim"}, "priceType": "recurring"}, ["sim"]),
        ({"priceType": "Recurring"}, ["fee"]),
    ],
)
def test_an_item_alters_the_price_it_names_or_those_of_its_kind(
    about: Json, meant: list[str]
) -> None:
    one = alteration(percentage=5)
    found = of_item({"itemPrice": [about | {"priceAlteration": [one]}, about]}, PRICES)
    assert found == {id: [one] for id in meant}


def test_an_item_that_alters_what_is_not_there_is_refused() -> None:
    wrong = {"name": "Welcome", "priceType": "usage", "priceAlteration": [alteration(percentage=5)]}
    with pytest.raises(UnknownAlteration, match="Welcome: the offering has no such price"):
        of_item({"itemPrice": [wrong]}, PRICES)
    assert of_item({"itemPrice": [{"priceType": "usage"}]}, PRICES) == {}
