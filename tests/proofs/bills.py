"""A bill run over 10,000 rates of 500 accounts, ended by kill -9 ten times and run again.

A reader looks all the time: no bill is ever seen whose rates do not add up to it. In the end every
rate is on one bill, and the bills are what a reckoning of its own comes to.
"""

import subprocess
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import sleep
from typing import Any

from tests.bills import Billed, disagreements, put, read_bills
from tests.handlers.serving import store_in
from tests.proofs.serving import PROGRAM

RATES, ACCOUNTS, KILLS = 10_000, 500, 10
VERSION = "v5"


def prove(kind: str = "sqlite") -> dict[str, Any]:
    """What became of the rates, on one kind of store."""
    random, problems = Random(1), list[str]()
    with TemporaryDirectory() as folder:
        url = store_in(Path(folder), kind)
        arrange(url, RATES, ACCOUNTS)
        with Reader(url) as reader, Billed(url, VERSION) as billed:
            kills = sum(ended(run(url), random, billed, share) for share in range(KILLS))
            done = run(url).wait()
        problems += reader.problems
        bills, rates = read_bills(url, VERSION)
        problems += disagreements(bills, rates)
    return {
        "holds": not problems and done == 0 and len(rates) == RATES and kills == KILLS,
        "summary": f"{RATES} rates of {ACCOUNTS} accounts on {len(bills)} bills, ended suddenly"
        f" {kills} times; looked at {reader.looks} times; {len(problems)} problems",
        "problems": problems[:20],
    }


def ended(running: subprocess.Popen[bytes], random: Random, billed: Billed, share: int) -> bool:
    """Kill a run at a random moment of its share of the work; whether it was still at it."""
    wanted = (share + random.random()) * RATES / (KILLS + 1)
    while running.poll() is None and billed.count() < wanted:
        sleep(0.01)
    was_running = running.poll() is None
    running.kill()
    running.wait()
    return was_running


def arrange(url: str, rates: int, accounts: int) -> None:
    """Put rates and a cycle into a new store."""
    random = Random(2)
    put(
        url,
        VERSION,
        "appliedCustomerBillingRate",
        (_rate(random, n, accounts) for n in range(rates)),
    )
    put(url, VERSION, "billCycle", [{"id": "c1", "@type": "BillCycle", "name": "One"}])


def run(url: str, *flags: str) -> subprocess.Popen[bytes]:
    """A bill run in a process of its own."""
    command = [PROGRAM, "bill-run", "--cycle", "c1", "--store", url, *flags]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=quiet)


def _rate(random: Random, number: int, accounts: int) -> dict[str, Any]:
    account = {"@type": "BillingAccountRef", "@referredType": "BillingAccount"}
    kind = random.choice(("taxExcludedAmount", "taxIncludedAmount"))
    currency = random.choice(("GBP", "GBP", "JPY", "BHD"))
    percents = random.choice(((), (0,), (20,), (7.7, 5)))
    return {
        "id": f"rate-{number}",
        "@type": "AppliedCustomerBillingRate",
        "isBilled": False,
        "date": "2026-01-31T23:00:00Z",
        "billingAccount": account | {"id": f"account-{number % accounts}"},
        kind: {"unit": currency, "value": round(random.uniform(-30, 100), 4)},
        "appliedTax": [{"@type": "AppliedBillingTaxRate", "taxRate": rate} for rate in percents],
    }


class Reader:
    """Looks at bills and their rates as long as a block lasts, and notes where they disagree."""

    def __init__(self, url: str) -> None:
        self.problems: list[str] = []
        self.looks = 0
        self._url = url
        self._over = Event()
        self._thread = Thread(target=self._look)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            bills, rates = read_bills(self._url, VERSION)
            self.problems += disagreements(bills, rates, over=False)
            self.looks += 1
