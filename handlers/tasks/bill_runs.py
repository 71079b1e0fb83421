"""A bill run: the bills of a regular cycle for all accounts that have rates on no bill (L-678-D).

An account is billed by a plan of its own, as in `bill_making`; its name is that of the cycle and
the account. A run that ended suddenly left plans, and any run of the API completes them first. Two
runs at once meet in the same plans and make the same bills; each takes the accounts in an order of
its own, so that they mostly do not meet.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from random import shuffle
from typing import Any

import orjson

from handlers.service import Service
from handlers.tasks.bill_making import Biller, Made
from handlers.tasks.plans import Plan, complete_plans
from persistence.errors import Missing
from persistence.store import Scope
from tmf_apis.behaviour.billing import NoLine, Total, is_due, line_of

Json = dict[str, Any]

#: Rates that are read at once, and accounts that are billed at once.
READ, ACCOUNTS = 1000, 8

#: Told how many accounts were billed, or how many there are.
Progress = Callable[[int], None]


class NoCycle(Exception):
    """There is no such billing cycle."""


@dataclass(frozen=True, slots=True)
class Account:
    """What there is to bill on an account: a total of each currency, and faults of rates."""

    reference: Json
    totals: dict[str, Total] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Billed:
    """A bill of a run: the account, the id of the bill (none in a trial), and the sums."""

    account: str
    bill: str
    total: Total


@dataclass(slots=True)
class Outcome:
    """The bills of a run, and why rates were left out."""

    bills: list[Billed] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, account: str, made: Made) -> None:
        """Add what came of one account."""
        self.bills += [Billed(account, id, total) for id, total in made.bills.items()]
        self.faults += made.faults


async def heading(siblings: Mapping[str, Service], cycle: str) -> Json:
    """What the bills of a cycle have besides their account and sums.

    Where the API has no cycles, the cycle is but a name for the run. Raises `NoCycle`.
    """
    bill = {"@type": "CustomerBill", "state": "new", "runType": "onCycle", "category": "normal"}
    cycles = siblings.get("billCycle")
    if cycles is None:
        return bill
    try:
        record = await cycles.store.get(cycles.collection, cycle, Scope())
    except Missing as error:
        raise NoCycle(cycle) from error
    known: Json = orjson.loads(record.body)
    typed = {"@type": "BillCycleRef"} if cycles.spec.typed else {}
    name = {"name": known["name"]} if "name" in known else {}
    due = {"paymentDueDate": known["paymentDueDate"]} if "paymentDueDate" in known else {}
    reference = {"id": cycle, **name, **typed, "@referredType": "BillCycle"}
    return bill | {"billCycle": reference} | due


async def unbilled(
    rates: Service, until: int | None, coming: AsyncIterator[Json] | None = None
) -> dict[str, Account]:
    """The accounts that have rates on no bill, by id, and what there is to bill on each; with
    those that are `coming`.
    """
    found: dict[str, Account] = {}
    async for records in rates.store.export(rates.collection, 0, READ):
        for record in records:
            _count({"id": record.id, **orjson.loads(record.body)}, until, found)
    if coming is not None:
        async for rate in coming:
            _count(rate, until, found)
    return found


def _count(rate: Json, until: int | None, found: dict[str, Account]) -> None:
    """Add a rate to what there is to bill on its account."""
    reference = rate.get("billingAccount") or {}
    if not is_due(rate, until) or not isinstance(reference.get("id"), str):
        return
    account = found.setdefault(reference["id"], Account(reference))
    try:
        currency = line_of(rate).currency
        account.totals.setdefault(currency, Total(currency)).add(rate)
    except NoLine as fault:
        account.faults.append(f"{rate['id']}: {fault}")


def trial(accounts: Mapping[str, Account]) -> Outcome:
    """What a run would make of some accounts."""
    outcome = Outcome()
    for id, account in accounts.items():
        outcome.bills += [Billed(id, "", total) for total in account.totals.values()]
        outcome.faults += account.faults
    return outcome


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a cycle. `bill` is its `heading`; rates dated after `until` are left."""

    biller: Biller
    cycle: str
    bill: Json
    until: int | None = None

    async def resume(self, outcome: Outcome) -> None:
        """Complete what runs of the API left that ended suddenly, of whatever cycle."""
        for plan in await complete_plans(self.biller.rates.store, self._prefix):
            about = await plan.about()
            if about is not None:
                made = await self.biller.carry_out(plan, about)
                outcome.add(about["bill"]["billingAccount"]["id"], made)
                await plan.drop()

    async def carry_out(
        self, accounts: Mapping[str, Account], outcome: Outcome, progress: Progress
    ) -> None:
        """Bill some accounts."""
        waiting = list(accounts)
        shuffle(waiting)

        async def work() -> None:
            while waiting:
                id = waiting.pop()
                await self._bill(id, accounts[id], outcome)
                progress(1)

        working = [asyncio.create_task(work()) for _ in range(ACCOUNTS)]
        try:
            await asyncio.gather(*working)
        finally:
            for task in working:
                task.cancel()

    async def _bill(self, id: str, account: Account, outcome: Outcome) -> None:
        plan = Plan(self.biller.rates.store, f"{self._prefix}{self.cycle}/{id}")
        bill = {"billingAccount": account.reference} | self.bill
        outcome.add(id, await self.biller.make(plan, id, bill, self.until))
        await plan.drop()

    @property
    def _prefix(self) -> str:
        """What the names of the plans of all runs of the API begin with."""
        return f"{self.biller.bills.collection.name}/runs/"
