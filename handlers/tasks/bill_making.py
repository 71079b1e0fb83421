"""Make bills of the rates of one account that are on no bill yet (R-678-05, D25).

The writes, in order: the plan, which names the rates; each rate, with a reference to the bill it
will be on; the bills, each in one write. A bill is there only when all its rates say so. Its id
follows from the plan, so whoever goes on makes the same bills.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from handlers import raising
from handlers.changing import alter
from handlers.drafting import draft_of_new
from handlers.service import Service
from handlers.tasks.plans import Plan
from persistence.errors import Duplicate, Missing
from persistence.store import Scope
from tmf_apis.behaviour.billing import NoLine, Total, amounts, billed, is_billable, line_of
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.tmf630.instants import microseconds
from tmf_apis.tmf630.query import All, Comparison, Cursor, Kind, Operator, Query, Shape, Step

Json = dict[str, Any]

#: Rates that are read at once, and changed at once; the share of the time that is spent on it.
READ, AT_ONCE, SHARE = 200, 8, 0.5

_ACCOUNT = (Step("billingAccount", Shape.ONE), Step("id", Shape.ONE))
_IS_BILLED = (Step("isBilled", Shape.ONE),)


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
    """Makes bills in one API, by its services of rates and of bills."""

    rates: Service
    bills: Service

    async def make(self, plan: Plan, account: str, bill: Json, until: int | None = None) -> Made:
        """Bill an account; `bill` are the attributes all its bills have besides their sums.

        Rates dated after `until` (microseconds since 1970) are left. The plan stays until the
        caller has told of the bills and drops it.
        """
        about = await plan.about()
        if about is None:
            about = await plan.make(self._billable(account, until), at=self.rates.now())
        made, at = Made(), about["at"]
        async for ids in plan.parts():
            for start in range(0, len(ids), AT_ONCE):
                began = monotonic()
                batch = ids[start : start + AT_ONCE]
                await asyncio.gather(*(self._claim(plan, at, id, made) for id in batch))
                await asyncio.sleep((monotonic() - began) * (1 - SHARE) / SHARE)
        async for rate in self._claimed(plan, at):
            total = Total(line_of(rate).currency)
            made.bills.setdefault(rate["bill"]["id"], total).add(rate)
        for id, total in made.bills.items():
            await self._put(id, bill | _headed(id, at, total), total)
        return made

    async def _billable(self, account: str, until: int | None) -> AsyncIterator[list[str]]:
        """The ids of the rates of an account that are on no bill yet."""
        where = All(
            (
                Comparison(_ACCOUNT, Operator.EQ, (account,), Kind.TEXT),
                Comparison(_IS_BILLED, Operator.EQ, (False,), Kind.BOOLEAN),
            )
        )
        cursor: Cursor | None = None
        while True:
            query = Query(where, limit=READ, cursor=cursor)
            found = await self.rates.store.find(self.rates.collection, query, Scope())
            yield [
                record.id for record in found.records if _is_due(orjson.loads(record.body), until)
            ]
            if found.last is None or len(found.records) < READ:
                return
            cursor = Cursor(found.last)

    async def _claim(self, plan: Plan, at: str, id: str, made: Made) -> None:
        """Put a rate on the bill of its currency, unless it is on one."""
        try:
            rate = await self._rate(id)
            if not is_billable(rate):
                return
            bill = bill_id(plan.name, at, line_of(rate).currency)
            decide = partial(_claimed_for, bill, self.rates.spec.typed)
            await alter(self.rates, id, decide, Moment(self.rates.now(), By.SERVER))
        except NoLine as fault:
            made.faults.append(f"{id}: {fault}")
        except Missing:
            return

    async def _claimed(self, plan: Plan, at: str) -> AsyncIterator[Json]:
        """The rates of a plan that are on one of its bills."""
        async for ids in plan.parts():
            for id in ids:
                try:
                    rate = await self._rate(id)
                    ours = bill_id(plan.name, at, line_of(rate).currency)
                except (Missing, NoLine):
                    continue
                if (rate.get("bill") or {}).get("id") == ours:
                    yield rate

    async def _rate(self, id: str) -> Json:
        record = await self.rates.store.get(self.rates.collection, id, Scope())
        rate: Json = orjson.loads(record.body)
        return rate

    async def _put(self, id: str, bill: Json, total: Total) -> None:
        """Keep a bill; one that is there is the same."""
        typed = self.bills.spec.typed
        document = {"id": id, **bill, **amounts(total, typed=typed)}
        draft = await draft_of_new(self.bills, Scope(), document, fresh=True)
        place = self.bills.settings.origin + self.bills.collection.name
        events = raising.of_creation(self.bills, place, draft)
        try:
            await self.bills.store.create(self.bills.collection, draft, Scope(), events)
        except Duplicate:
            return


def biller_of(siblings: Mapping[str, Service]) -> Biller:
    """The biller of an API, by its services."""
    return Biller(siblings["appliedCustomerBillingRate"], siblings["customerBill"])


def bill_id(plan: str, at: str, currency: str) -> str:
    """The id of the bill in a currency that a plan made at some time leads to."""
    return str(uuid5(NAMESPACE_URL, f"{plan} {at} {currency}"))


def _claimed_for(bill: str, typed: bool, rate: Json) -> Json | None:
    return billed(rate, bill, typed=typed) if is_billable(rate) else None


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


def _is_due(rate: Json, until: int | None) -> bool:
    at = rate.get("date")
    when = microseconds(at) if isinstance(at, str) else None
    return is_billable(rate) and (until is None or when is None or when <= until)
