"""Time goes on: what stays active is charged each month, once, and what ends is given back."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest

from handlers.app import collections_of
from handlers.flow import charging, rate_steps
from handlers.flow.charging import CHARGES, ChargeNote
from handlers.flow.reach import change, put
from handlers.loading import Batch
from handlers.reading import Line
from handlers.walking import walk
from persistence.store import Scope
from tests.handlers.flow.ordering import added, order_of, touching
from tests.handlers.flow.stepping import Office
from tests.handlers.flow.till import ACCOUNT, FIRST, Till
from tests.handlers.serving import STORE, store_in
from tmf_apis.catalog import choose
from tmf_apis.cli.billing import _run
from tmf_apis.settings import Settings
from tmf_apis.tmf630.query import ALWAYS

Json = dict[str, Any]

#: On this day a fourth month has begun.
LATER = "2026-04-15T10:00:00+00:00"
#: 15 a month and 5 for the SIM: one of the 31 days of January, then three months.
WANTED = [("2026-01-31", 0.48), ("2026-02-01", 15), ("2026-03-01", 15), ("2026-04-01", 15)]


class Killed(BaseException):
    """The process ended."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    with asyncio.Runner() as runner:
        office = runner.run(Office.opened(tmp_path_factory.mktemp("charging")))
        yield Till(runner, office)
        runner.run(office.store.close())


def test_a_bill_three_months_later_has_each_month_once(desk: Till) -> None:
    product = desk.product()
    assert desk.charged(product) == WANTED[:1]
    desk.office.at(LATER)
    task = desk.run(desk.office.bill(ACCOUNT))
    assert (task["state"], desk.charged(product)) == ("done", WANTED)
    bills = desk.office.service("TMF678", "customerBill")
    bill = desk.run(desk.office.read(bills, task["customerBill"]["id"]))
    lines = [r for r in desk.every(desk.office.reach.rates) if r["bill"]["id"] == bill["id"]]
    assert len([r for r in lines if r["product"]["id"] == product]) == 5
    assert bill["taxExcludedAmount"]["value"] == 50.48
    assert bill["taxIncludedAmount"]["value"] == 60.58
    assert bill["billingPeriod"]["endDateTime"] == "2026-04-30T23:59:59.000Z"
    # Asked again, there is nothing; a month later there is a month.
    assert desk.run(desk.office.bill(ACCOUNT))["state"] == "rejected"
    desk.office.at("2026-05-01T00:00:00+00:00")
    again = desk.run(desk.office.bill(ACCOUNT))["customerBill"]["id"]
    assert desk.run(desk.office.read(bills, again))["taxExcludedAmount"]["value"] == 15
    # One that ends in the middle gets back the rest of what was charged last.
    desk.office.at("2026-05-10T12:00:00+00:00")
    desk.end(product)
    (credit,) = desk.rates(product, "credit")
    assert credit["taxExcludedAmount"]["value"] == -10.16  # 21 of 31 days.
    desk.office.at("2026-08-01T00:00:00+00:00")
    last = desk.run(desk.office.bill(ACCOUNT))["customerBill"]["id"]
    assert desk.run(desk.office.read(bills, last))["taxIncludedAmount"]["value"] == -12.19
    assert not desk.noted(product)


def test_what_ends_before_anybody_bills_is_charged_until_then(desk: Till) -> None:
    product = desk.product()
    desk.office.at("2026-03-10T12:00:00+00:00")
    desk.end(product)
    assert desk.charged(product) == WANTED[:3]
    (credit,) = desk.rates(product, "credit")
    assert credit["taxExcludedAmount"]["value"] == -10.16
    desk.office.at(LATER)
    desk.run(desk.charging.charge_all())
    assert desk.charged(product) == WANTED[:3]


@pytest.mark.parametrize(
    ("status", "more", "months"),
    [
        ("suspended", {}, 4),
        ("terminated", {"terminationDate": "2026-03-31T23:00:00Z"}, 3),
        ("terminated", {"terminationDate": "2027-01-01T00:00:00Z"}, 4),
        ("terminated", {"terminationDate": "9999-12-31T23:59:59-01:00"}, 4),
        ("terminated", {"terminationDate": "2026-03-31T23:59:60Z"}, 4),
        ("terminated", {}, 1),
    ],
)
def test_what_somebody_else_ends_is_charged_no_more(
    desk: Till, status: str, more: Json, months: int
) -> None:
    product = desk.product()
    ended = {"status": status} | more
    desk.run(change(desk.office.reach.products, product, lambda known: known | ended))
    desk.office.at(LATER)
    desk.run(desk.charging.charge_all())
    assert desk.charged(product) == WANTED[:months]
    assert desk.noted(product) is (status == "suspended")


def test_nothing_is_charged_that_has_not_begun(desk: Till) -> None:
    product = desk.product()
    desk.office.at("2026-02-28T23:59:59+00:00")
    desk.run(desk.charging.charge_all(charging.date(2099, 1, 1)))
    assert desk.charged(product) == WANTED[:2]
    # A clock that goes back takes nothing back and charges nothing anew.
    desk.office.at("2026-01-31T23:00:00+00:00")
    desk.run(desk.charging.charge_all())
    assert desk.charged(product) == WANTED[:2]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("ended", "writes"), [(how, n) for how, most in ((False, 5), (True, 6)) for n in range(most)]
)
def test_killed_at_any_write_each_month_is_there_once(
    desk: Till, monkeypatch: pytest.MonkeyPatch, ended: bool, writes: int, before: bool
) -> None:
    product = desk.product()
    desk.run(_alone(desk, product))
    left = writes + 1

    def dying(work: Callable[..., Any]) -> Callable[..., Any]:
        async def done(*given: Any) -> None:
            nonlocal left
            left -= 1
            if left or not before:
                await work(*given)
            if not left:
                raise Killed

        return done

    desk.office.at("2026-03-10T12:00:00+00:00" if ended else LATER)
    order = order_of(touching("1", "delete", product))
    id = desk.run(desk.office.order(order, after=True)) if ended else ""
    with monkeypatch.context() as patch, suppress(Killed):
        for place, name in ((charging, "put"), (rate_steps, "put")):
            patch.setattr(place, name, dying(put))
        for name in ("save", "drop"):
            # The record of the order itself is another matter.
            patch.setattr(ChargeNote, name, dying(getattr(ChargeNote, name)))
        desk.run(desk.office.settle(id) if ended else desk.charging.charge_account(ACCOUNT))
    assert left == 0
    desk.run(desk.charging.charge_all())
    if ended:
        desk.run(desk.office.settle(id))
    assert Counter(desk.charged(product)) == Counter(WANTED[:3] if ended else WANTED)
    assert [r["taxExcludedAmount"]["value"] for r in desk.rates(product, "credit")] == (
        [-10.16] if ended else []
    )


async def _alone(desk: Till, product: str) -> None:
    """Have all other products be over, so that writes are those of one."""
    products = desk.office.reach.products
    async for records in walk(desk.office.store, CHARGES, ALWAYS, 500):
        for record in records:
            if record.id != product:
                await ChargeNote(desk.office.store, record).drop()
    assert (await desk.office.read(products, product))["status"] == "active"


def test_several_at_once_charge_once(desk: Till) -> None:
    product = desk.product()
    desk.office.at(LATER)

    async def together() -> None:
        works = [desk.charging.charge_all, lambda: desk.charging.charge_account(ACCOUNT)] * 3
        await asyncio.gather(*(work() for work in works))

    desk.run(together())
    assert desk.charged(product) == WANTED


def reduced(kind: str) -> Json:
    """A price of an item: half of it in the first two periods."""
    half = {"@type": "Price", "percentage": 50}
    alteration = {"@type": "PriceAlteration", "name": "Welcome", "priceType": "discount"}
    alteration |= {"applicationDuration": 2, "price": half}
    fee = {"@type": "Price", "dutyFreeAmount": {"unit": "GBP", "value": 15}}
    of_kind = {"@type": "OrderPrice", "priceType": kind, "price": fee}
    return of_kind | {"priceAlteration": [alteration]}


def test_what_an_item_alters_is_altered_in_the_first_periods(desk: Till) -> None:
    product = desk.product(itemPrice=[reduced("recurring")])
    desk.office.at(LATER)
    desk.run(desk.charging.charge_all())
    wanted = [("2026-01-31", 0.24), ("2026-02-01", 7.5), *WANTED[2:]]
    assert desk.charged(product) == wanted
    assert [r["description"].count(", Welcome") for r in desk.rates(product)] == [1, 1, 0, 0]
    known = desk.run(desk.office.read(desk.office.reach.products, product))
    fee, sim = known["productPrice"]
    assert (fee["priceAlteration"], "priceAlteration" in sim) == (
        reduced("recurring")["priceAlteration"],
        False,
    )
    reach = desk.office.reach
    assert reach.products.stored_validator.fault(known) is None
    faults = [reach.rates.stored_validator.fault(rate) for rate in desk.rates(product)]
    assert faults == [None] * 4


def test_an_order_that_alters_a_price_that_is_not_there_is_held(desk: Till) -> None:
    item = added("1", "offer-5g-light", itemPrice=[reduced("usage")])
    id = desk.run(desk.office.order(order_of(item)))
    desk.run(desk.office.settle(id))
    order = desk.run(desk.office.read(desk.office.reach.orders, id))
    assert order["state"] == "held"
    (error,) = order["productOrderErrorMessage"]
    assert "the offering has no such price to be altered" in error["message"]


def test_a_credit_that_an_operator_loads_is_on_the_next_bill(desk: Till) -> None:
    rate = {
        "@type": "AppliedCustomerBillingRate",
        "id": "sorry",
        "isBilled": False,
        "appliedBillingRateType": "credit",
        "billingAccount": {"@type": "BillingAccountRef", "id": "ba-of-credit"},
        "product": {"@type": "ProductRef", "id": "any"},
        "date": FIRST,
        "taxExcludedAmount": {"unit": "GBP", "value": -7.5},
        "appliedTax": [{"@type": "AppliedBillingTaxRate", "taxCategory": "VAT", "taxRate": 20}],
    }
    service = desk.office.reach.rates
    batch = Batch(service, lambda: [Line(1, orjson.dumps(rate))])
    desk.run(desk.office.store.load(service.collection, batch, Scope()))
    task = desk.run(desk.office.bill("ba-of-credit"))
    bills = desk.office.service("TMF678", "customerBill")
    bill = desk.run(desk.office.read(bills, task["customerBill"]["id"]))
    assert bill["amountDue"]["value"] == -9
    assert desk.run(desk.office.bill("ba-of-credit"))["state"] == "rejected"


def test_a_bill_run_charges_first_and_a_trial_only_says_so(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        desk = Till(runner, runner.run(Office.opened(tmp_path)))
        product = desk.product()
        settings, catalog = Settings(store=store_in(tmp_path, STORE)), choose()
        runner.run(desk.office.store.close())

        def outcome(*, trial: bool) -> list[tuple[str, int, str]]:
            # Until the end of a day in April, in microseconds.
            done = runner.run(_run(settings, catalog, "v4", "c", 1_776_211_199_000_000, trial))
            assert done.faults == []
            return [(b.account, b.total.count, str(b.total.excluded)) for b in done.bills]

        wanted = [(ACCOUNT, 5, "50.48")]
        assert outcome(trial=True) == wanted
        assert outcome(trial=False) == wanted
        assert outcome(trial=False) == []
        store = desk.office.store
        runner.run(store.open(collections_of(choose(amendments=True), settings, store)))
        assert desk.charged(product) == WANTED
        runner.run(store.close())
