"""`tmf-apis bill-run`: what it bills, prints and refuses, and that several do no harm."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result

from persistence.opening import open_store
from tests.bills import CATALOG, disagreements, put, read_bills
from tests.handlers.serving import STORE, store_in
from tests.test_cli import alone, run
from tmf_apis.cli.billing import _run
from tmf_apis.settings import Settings

__all__ = ["alone"]
Json = dict[str, Any]

both = pytest.mark.parametrize("version", ["v4", "v5"])


@pytest.fixture(autouse=True)
def one_api(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other APIs have no part in it, and take long to read."""
    monkeypatch.setattr("tmf_apis.cli.billing.catalog_of", lambda _settings: CATALOG)


@pytest.fixture
def store(tmp_path: Path) -> str:
    return store_in(tmp_path, STORE)


def rate(version: str, id: str, account: str, value: float, **more: Any) -> Json:
    typed = {"@type": "BillingAccountRef"} if version == "v5" else {}
    money = {"unit": "GBP", "value": value}
    return {
        "id": id,
        "@type": "AppliedCustomerBillingRate",
        "isBilled": False,
        "date": "2026-01-31T23:00:00Z",
        "billingAccount": {"id": account, "@referredType": "BillingAccount"} | typed,
        "taxExcludedAmount": money,
    } | more


def arrange(store: str, version: str, *rates: Json) -> None:
    put(store, version, "appliedCustomerBillingRate", rates)
    if version == "v5":
        due = {"paymentDueDate": "2026-03-01T00:00:00Z"}
        put(store, version, "billCycle", [{"id": "c1", "@type": "BillCycle", "name": "One"} | due])


def bill_run(store: str, version: str, *flags: str) -> Result:
    return run("bill-run", "--cycle", "c1", "--version", version, "--store", store, *flags)


def rows(done: Result) -> list[Json]:
    found: list[Json] = orjson.loads(done.stdout)
    return found


@both
def test_all_accounts_are_billed_once(version: str, store: str) -> None:
    arrange(
        store,
        version,
        rate(version, "r1", "a1", 12),
        rate(version, "r2", "a2", 1.5),
        rate(version, "r3", "a2", 2),
        rate(version, "r4", "a2", 200, taxExcludedAmount={"unit": "JPY", "value": 200}),
    )
    trial = bill_run(store, version, "--dry-run", "--json")
    assert trial.exit_code == 0
    assert trial.stderr == "3 bills with 4 rates would be made.\n"
    done = bill_run(store, version, "--json")
    assert done.exit_code == 0
    assert done.stderr == "3 bills with 4 rates.\n"
    amounts = [
        ("a1", "GBP", 1, "12.00"), ("a2", "GBP", 2, "3.50"), ("a2", "JPY", 1, "200")
    ]  # fmt: skip
    for outcome in (trial, done):
        found = rows(outcome)
        assert [(r["account"], r["currency"], r["rates"], r["withTax"]) for r in found] == amounts
    assert {row["bill"] for row in rows(trial)} == {""}
    assert len({row["bill"] for row in rows(done)}) == 3
    again = bill_run(store, version, "--json")
    assert (again.exit_code, again.stdout, again.stderr) == (0, "[]\n", "0 bills with 0 rates.\n")


def test_rates_of_later_days_are_left(store: str) -> None:
    arrange(
        store,
        "v5",
        rate("v5", "r1", "a1", 1),
        rate("v5", "r2", "a1", 2, date="2026-02-01T00:00:00Z"),
    )
    first = rows(bill_run(store, "v5", "--until", "2026-01-31", "--json"))
    assert [(row["rates"], row["withTax"]) for row in first] == [(1, "1.00")]
    second = rows(bill_run(store, "v5", "--until", "2026-02-01T00:00:00Z", "--json"))
    assert [(row["rates"], row["withTax"]) for row in second] == [(1, "2.00")]


def test_until_may_be_past_the_last_year(store: str) -> None:
    arrange(store, "v5", rate("v5", "r1", "a1", 1))
    done = bill_run(store, "v5", "--until", "9999-12-31T23:59:59-01:00", "--json")
    assert (done.exit_code, done.stderr) == (0, "1 bills with 1 rates.\n")


def test_rates_that_cannot_be_billed_are_told(store: str) -> None:
    odd = rate("v5", "r2", "a1", 0)
    del odd["taxExcludedAmount"]
    arrange(store, "v5", rate("v5", "r1", "a1", 1), odd)
    for flags in (["--dry-run"], []):
        done = bill_run(store, "v5", *flags)
        assert done.exit_code == 1
        assert done.stderr.endswith("\nleft out: r2: it has no amount of money\n")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--cycle", "c9"], "There is no billing cycle c9 in v5; `billCycle` lists them.\n"),
        (["--version", "v9"],
         "No API that bills is served in v9; `tmf-apis specs` lists what is.\n"),
        (["--until", "soon"], "--until soon: give a day (2026-01-31) or a date-time"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_refused(flags: list[str], message: str, store: str) -> None:
    arrange(store, "v5", rate("v5", "r1", "a1", 1))
    done = bill_run(store, "v5", *flags)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(message)


def test_a_run_makes_no_store(store: str) -> None:
    done = bill_run(store, "v5")
    assert done.exit_code == 2
    assert done.stderr.startswith("TMF_STORE: ")


def test_runs_at_once_make_each_bill_once(store: str) -> None:
    accounts = [f"a{number % 7}" for number in range(60)]
    arrange(store, "v5", *(rate("v5", f"r{n}", a, 1) for n, a in enumerate(accounts)))

    async def all_runs() -> None:
        settings = Settings(store=store)
        await asyncio.gather(
            *(_run(settings, CATALOG, "v5", "c1", None, dry_run=False) for _ in range(3))
        )

    asyncio.run(all_runs())
    bills, rates = read_bills(store, "v5")
    assert len(bills) == 7
    assert disagreements(bills, rates) == []


class Ended(Exception):
    """A process ended suddenly."""


class Dying:
    """A store that is there for so many writes more."""

    def __init__(self, store: Any, writes: int) -> None:
        self._store = store
        self._left = writes

    def __getattr__(self, name: str) -> Any:
        if name in ("create", "replace", "delete"):
            if self._left <= 0:
                raise Ended
            self._left -= 1
        return getattr(self._store, name)


def test_a_run_that_ends_suddenly_is_completed(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = [rate("v5", f"r{n}", f"a{n % 3}", n + 0.5) for n in range(12)]
    arrange(store, "v5", *rates)
    for writes in (1, 3, 6, 2, 9, 5):

        def dying(url: str, writes: int = writes) -> Any:
            return Dying(open_store(url), writes)

        monkeypatch.setattr("tmf_apis.cli.billing.open_store", dying)
        ended = bill_run(store, "v5")
        assert isinstance(ended.exception, Ended) or ended.exit_code == 0
        assert disagreements(*read_bills(store, "v5"), over=False) == []
    monkeypatch.setattr("tmf_apis.cli.billing.open_store", open_store)
    assert bill_run(store, "v5").exit_code == 0
    bills, found = read_bills(store, "v5")
    assert disagreements(bills, found) == []
    assert (len(bills), len(found)) == (3, 12)
