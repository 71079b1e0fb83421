"""Bill runs, two at a time, over 1,000 products that nobody charged for three months, killed.

Each pair is ended by kill -9 at a random moment, one in each share of the work. In the end every
product is charged for each month once, by a reckoning of its own, and every rate is on one bill.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

from handlers.app import collections_of
from handlers.flow.charging import Charging
from handlers.flow.reach import put as keep
from handlers.flow.reach import reach_of
from handlers.services import services
from tests.bills import Billed, disagreements, put, read_bills
from tests.handlers.serving import store_in, store_of
from tests.proofs.bills import run
from tmf_apis.catalog import choose
from tmf_apis.settings import Settings

Json = dict[str, Any]

PRODUCTS, ACCOUNTS, KILLS = 1000, 200, 10
FEE, UNTIL = 31, datetime(2026, 4, 30, 12, tzinfo=UTC)
_PRICE = {"id": "fee", "name": "Fee", "type": "recurring", "amount": {"unit": "GBP", "value": FEE}}


def prove(kind: str = "sqlite") -> dict[str, Any]:
    """What became of the products, on one kind of store."""
    random = Random(3)
    with TemporaryDirectory() as folder:
        url = store_in(Path(folder), kind)
        begun = asyncio.run(arranged(url, random))
        put(url, "v5", "billCycle", [{"id": "c1", "@type": "BillCycle", "name": "One"}])
        wanted = Counter((id, day) for id, at in begun.items() for day in days(at))
        work = 2 * wanted.total() - PRODUCTS
        with Billed(url, "v5") as billed:
            shares = ((n + random.random()) / (KILLS + 1) for n in range(KILLS))
            kills = sum(ended(url, billed, int(share * work)) for share in shares)
        done = run(url, "--until", UNTIL.isoformat()).wait()
        bills, rates = read_bills(url, "v5")
    found = Counter(
        (r["product"]["id"], r["periodCoverage"]["startDateTime"][:10]) for r in rates.values()
    )
    problems = disagreements(bills, rates)
    problems += [f"{count} times {of}" for of, count in (found - wanted).items()]
    problems += [f"missing {of}" for of in wanted - found]
    return {
        "holds": not problems and done == 0 and kills >= KILLS,
        "summary": f"{len(rates)} rates of {PRODUCTS} products on {len(bills)} bills, by two runs"
        f" at a time, {kills} of them ended suddenly; {len(problems)} problems",
        "problems": problems[:20],
    }


def days(at: datetime) -> list[str]:
    """The first days of the months that a product is charged for."""
    first = at.date()
    until = (UNTIL.date() - first).days
    later = (first + timedelta(days=number) for number in range(1, until + 1))
    return [str(first), *(str(day) for day in later if day.day == 1)]


def ended(url: str, billed: Billed, wanted: int) -> int:
    """Two runs at a time until so many rates were made or billed; how many were still at it when
    they were killed.
    """
    both = [run(url, "--until", UNTIL.isoformat()) for _ in range(2)]
    while billed.made() - PRODUCTS + billed.count() < wanted and any(
        one.poll() is None for one in both
    ):
        sleep(0.01)
    running = sum(one.poll() is None for one in both)
    for one in both:
        one.kill()
        one.wait()
    return running


async def arranged(url: str, random: Random) -> dict[str, datetime]:
    """Put products into a new store that became active early in the year; when each did."""
    catalog, settings, store = choose(), Settings(store=url), store_of(url)
    await store.open(collections_of(catalog, settings, store))
    reach = reach_of(services(catalog.apis, store, settings))
    assert reach is not None
    begun = {}
    for number in range(PRODUCTS):
        at = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=random.randrange(40))
        account = {"@type": "BillingAccountRef", "id": f"account-{number % ACCOUNTS}"}
        product = {"id": f"p-{number}", "@type": "Product", "status": "active"}
        product |= {"billingAccount": account}
        await keep(reach.products, product)
        await Charging(reach).begin(product, [_PRICE], at)
        begun[f"p-{number}"] = at
    await store.close()
    return begun
