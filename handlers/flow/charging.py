"""What products are charged for as time goes on: each period in advance, once (0021).

A product that is charged has a record: its prices as they were ordered, the moment it became
active, and two days. What began until `due` is to be charged, what began until `done` is. The
writes, in order: `due`; the rates; `done`. Ids of rates follow from product, price and period, so
whoever finds `due` ahead goes on, and so may several at once. `ended` says that `due` stays as it
is.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from handlers.flow import notes
from handlers.flow.reach import Reach, matching, put, read, remove
from handlers.walking import walk
from persistence.errors import Missing
from persistence.store import Collection, Record, Store
from tmf_apis.behaviour.billing import is_billable
from tmf_apis.flow import rates
from tmf_apis.flow.planner import id_of
from tmf_apis.tmf630.instants import moment
from tmf_apis.tmf630.query import ALWAYS

Json = dict[str, Any]

CHARGES = Collection("flow/charges")
#: States in which a product is charged for: it is kept for its customer.
_CHARGED = frozenset({"active", "suspended", "pendingTerminate"})
_ACCOUNT = "billingAccount.id"
#: Records that are read at once, and products that are charged for side by side.
_READ, _AT_ONCE = 500, 16


class ChargeNote(notes.Note):
    """The record of one product that is charged for."""

    def __init__(self, store: Store, record: Record) -> None:
        super().__init__(store, CHARGES, record)


@dataclass(frozen=True, slots=True)
class Charging:
    """Charges for products: to be asked before anybody looks at what there is to bill."""

    reach: Reach

    async def begin(self, product: Json, prices: list[Json], at: datetime) -> None:
        """Charge for a product that became active at a moment, and from now on."""
        about, store = _begun(product["id"], prices, at), self.reach.rates.store
        found = ChargeNote(store, await notes.begin(store, CHARGES, about))
        await self._complete(found, product)
        if all(price.get("type") != "recurring" for price in prices):
            await found.drop()

    async def charge_account(self, account: str) -> None:
        """Charge for what began until today, for the products of an account."""
        async for products in matching(self.reach.products, {_ACCOUNT: account}, _READ):
            for product in products:
                if note := await self._of(product["id"]):
                    await self._charge(note, self._today)

    async def charge_all(self, until: date | None = None) -> None:
        """The same for all products; what begins after a day is left."""
        day = min(until or self._today, self._today)
        async for page in self._all():
            for start in range(0, len(page), _AT_ONCE):
                some = page[start : start + _AT_ONCE]
                await asyncio.gather(*(self._charge(found, day) for found in some))

    async def coming(self, until: date | None = None) -> AsyncIterator[Json]:
        """The rates that `charge_all` would make."""
        day = min(until or self._today, self._today)
        async for page in self._all():
            for found in page:
                product = await self._product(found)
                due = str(day) if _is_charged(product) else self._last(found.about, product)
                for rate in _rates(found.about | {"due": due}, product):
                    if not await read(self.reach.rates, rate["id"]):
                        yield rate

    async def end(self, product: Json, at: datetime) -> None:
        """Charge for what began until a product ended, and for nothing after that."""
        found = await self._of(product["id"])
        if found is not None:
            await self._end(found, product, str(at.date()))

    async def take_back(self, product: Json, prices: list[Json], at: datetime) -> None:
        """Have it be as if a product never was charged for; what is on a bill stays."""
        found = await self._of(product["id"])
        about = _begun(product["id"], prices, at) if found is None else found.about
        for rate in _rates(about | {"done": None}, product):
            there = await read(self.reach.rates, rate["id"])
            if there and is_billable(there):
                await remove(self.reach.rates, rate["id"])
        if found is not None:
            await found.drop()

    @property
    def _today(self) -> date:
        return self.reach.rates.clock().astimezone(UTC).date()

    async def _charge(self, found: ChargeNote, day: date) -> None:
        """Charge for what began until a day that is not later than this one."""
        if not any(_charges(found.about | {"due": str(day)})):
            return
        product = await self._product(found)
        if not _is_charged(product):
            await self._end(found, product, self._last(found.about, product))
        elif product.get("billingAccount"):
            with suppress(Missing):
                await found.save(_extend(str(day)))
                await self._complete(found, product)

    async def _end(self, found: ChargeNote, product: Json, day: str) -> None:
        """Charge until a day for the last time."""
        with suppress(Missing):
            await found.save(_extend(day, ended=True))
            await self._complete(found, product)
        await found.drop()

    def _last(self, about: Json, product: Json) -> str:
        """The last day of a product that is charged for no more."""
        ended = moment(product.get("terminationDate") or "")
        return str(about["due"] if ended is None else min(ended.date(), self._today))

    async def _complete(self, found: ChargeNote, product: Json) -> None:
        """Make the rates of what is due, and note that they are there. Raises `Missing`."""
        due = found.about["due"]
        for rate in _rates(found.about, product):
            await put(self.reach.rates, rate)

        def mend(about: Json) -> None:
            about["done"] = max(about.get("done", ""), due)

        await found.save(mend)

    async def _product(self, found: ChargeNote) -> Json:
        return await read(self.reach.products, found.about["id"])

    async def _of(self, product: str) -> ChargeNote | None:
        store = self.reach.rates.store
        record = await notes.find(store, CHARGES, product)
        return None if record is None else ChargeNote(store, record)

    async def _all(self) -> AsyncIterator[list[ChargeNote]]:
        store = self.reach.rates.store
        async for records in walk(store, CHARGES, ALWAYS, _READ):
            yield [ChargeNote(store, record) for record in records]


def _begun(product: str, prices: list[Json], at: datetime) -> Json:
    """The record of a product that becomes active."""
    return {"id": product, "prices": prices, "begun": at.isoformat(), "due": str(at.date())}


def _is_charged(product: Json) -> bool:
    return product.get("status") in _CHARGED


def _extend(day: str, *, ended: bool = False) -> Callable[[Json], None]:
    """Have what begins until a day be due, unless it is said where that ends."""

    def mend(about: Json) -> None:
        if not about.get("ended"):
            about.update(due=max(about["due"], day), ended=ended)

    return mend


def _charges(about: Json) -> Iterator[rates.Charge]:
    """What is due and not done."""
    done, due = about.get("done"), date.fromisoformat(about["due"])
    after = date.fromisoformat(done) if done else None
    return rates.charges(about["prices"], datetime.fromisoformat(about["begun"]), due, after)


def _rates(about: Json, product: Json) -> Iterator[Json]:
    """The rates of it, of a product whose account is known."""
    if not product.get("billingAccount"):
        return
    named = {name: product[name] for name in ("id", "name") if product.get(name)}
    for charge in _charges(about):
        id = id_of(product["id"], *charge.names)
        yield rates.rate_of(id, charge, named, product["billingAccount"])
