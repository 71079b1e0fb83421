"""Make bills of the rates of one account that are on no bill yet (R-678-05, D25).

The writes, in order: the plan, which names the rates; each rate, with a reference to the bill it
will be on; the bills, each in one write. A bill is there only when all its rates say so. Its id
follows from the plan, so whoever goes on makes the same bills, and so do two at once.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from handlers.changing import alter
from handlers.creating import keep
from handlers.drafting import New
from handlers.invoices.attaching import attachment
from handlers.service import Service
from handlers.tasks.plans import Plan
from handlers.walking import walk
from persistence.errors import Duplicate, Missing
from persistence.store import Scope
from tmf_apis.behaviour.billing import NoLine, Total, amounts, billed, is_billable, is_due, line_of
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.tmf630.query import (
    All,
    Comparison,
    Kind,
    Not,
    Operator,
    Query,
    Shape,
    SortKey,
    Step,
)

Json = dict[str, Any]

#: Rates that are read at once.
READ = 500

_ACCOUNT = (Step("billingAccount", Shape.ONE), Step("id", Shape.ONE))
_IS_BILLED = (Step("isBilled", Shape.ONE),)
_LATEST_FIRST = SortKey((Step("billDate", Shape.ONE),), True, Kind.INSTANT)
#: What a bill takes over from the one before of its account, unless it is given.
_CARRIED = ("relatedParty", "paymentMethod", "financialAccount")


@dataclass(slots=True)
class Made:
    """What came of it: the totals of the bills by id, and why rates could not be billed."""

    bills: dict[str, Total] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def largest(self) -> str | None:
        """The id of the bill with the largest amount."""
        return max(self.bills, key=lambda id: self.bills[id].included, default=None)


@dataclass(frozen=True, slots=True)
class Biller:
    """Makes bills in one API, by its services of rates and of bills.

    `at_once` rates are changed at the same time, in a `share` of the time that it takes; the rest
    is left to others.
    """

    rates: Service
    bills: Service
    at_once: int = 8
    share: float = 0.5

    async def make(self, plan: Plan, account: str, bill: Json, until: int | None = None) -> Made:
        """Bill an account; `bill` are the attributes all its bills have besides their sums.

        Rates dated after `until` (microseconds since 1970) are left. The plan stays until the
        caller has told of the bills and drops it.
        """
        about = await plan.about()
        if about is None:
            bill = await self._carried(account) | bill
            about = await plan.make(self._billable(account, until), at=self.rates.now(), bill=bill)
        return await self.carry_out(plan, about)

    async def carry_out(self, plan: Plan, about: Json) -> Made:
        """Make the bills of a plan, or of one that somebody left, what was noted with it given.

        Where the plan is gone, somebody else made them.
        """
        made, at = Made(), about["at"]
        try:
            async for ids in plan.parts(about):
                for start in range(0, len(ids), self.at_once):
                    began = monotonic()
                    batch = ids[start : start + self.at_once]
                    await asyncio.gather(*(self._claim(plan, at, id, made) for id in batch))
                    await asyncio.sleep((monotonic() - began) * (1 - self.share) / self.share)
        except Missing:
            return Made()
        for id, total in made.bills.items():
            await self._put(id, about["bill"] | _headed(id, at, total), total)
        return made

    async def _billable(self, account: str, until: int | None) -> AsyncIterator[list[str]]:
        """The ids of the rates of an account that are on no bill yet."""
        where = All(
            (
                Comparison(_ACCOUNT, Operator.EQ, (account,), Kind.TEXT),
                Not(Comparison(_IS_BILLED, Operator.EQ, (True,), Kind.BOOLEAN)),
            )
        )
        async for records in walk(self.rates.store, self.rates.collection, where, READ):
            yield [record.id for record in records if is_due(orjson.loads(record.body), until)]

    async def _carried(self, account: str) -> Json:
        """What the latest bill of an account says of who pays, and how."""
        where = Comparison(_ACCOUNT, Operator.EQ, (account,), Kind.TEXT)
        query = Query(where, sort=(_LATEST_FIRST,), limit=1)
        found = await self.bills.store.find(self.bills.collection, query, Scope())
        bill: Json = orjson.loads(found.records[0].body) if found.records else {}
        return {name: bill[name] for name in _CARRIED if name in bill}

    async def _claim(self, plan: Plan, at: str, id: str, made: Made) -> None:
        """Put a rate on the bill of its currency, unless it is on one; add it where it is ours."""

        def claimed(rate: Json) -> Json | None:
            if not is_billable(rate):
                return None
            bill = bill_id(plan.name, at, line_of(rate).currency)
            return billed(rate, bill, typed=self.rates.spec.typed)

        try:
            rate = await alter(self.rates, id, claimed, Moment(self.rates.now, By.SERVER))
            bill = (rate.get("bill") or {}).get("id")
            currency = line_of(rate).currency
        except NoLine as fault:
            made.faults.append(f"{id}: {fault}")
        except Missing:
            return
        else:
            if bill == bill_id(plan.name, at, currency):
                made.bills.setdefault(bill, Total(currency)).add(rate)

    async def _put(self, id: str, bill: Json, total: Total) -> None:
        """Keep a bill; one that is there is the same."""
        typed = self.bills.spec.typed
        told = {"billDocument": [attachment(self.bills, id, bill["billNo"])]}
        document = {"id": id, **bill, **amounts(total, typed=typed), **told}
        place = self.bills.settings.origin + self.bills.collection.name
        with suppress(Duplicate):
            moment = Moment(self.bills.now, By.SERVER)
            await keep(self.bills, place, New(document, moment, fresh=True), Scope())


def biller_of(siblings: Mapping[str, Service], **pace: Any) -> Biller:
    """The biller of an API, by its services."""
    return Biller(siblings["appliedCustomerBillingRate"], siblings["customerBill"], **pace)


def bill_id(plan: str, at: str, currency: str) -> str:
    """The id of the bill in a currency that a plan made at some time leads to."""
    return str(uuid5(NAMESPACE_URL, f"{plan} {at} {currency}"))


def _headed(id: str, at: str, total: Total) -> Json:
    """What a bill says of itself: its number, its date, what it covers."""
    period = {"startDateTime": total.start, "endDateTime": total.end}
    covered = {name: value for name, value in period.items() if value is not None}
    return {
        "billNo": f"{at[:4]}-{id[:8].upper()}",
        "billDate": at,
        "lastUpdate": at,
        **({"billingPeriod": covered} if covered else {}),
    }
