"""Somebody whom a store knows well: in records, events, dead letters, idempotency keys, bookmarks
and the audit, with texts that stand nowhere else.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import uuid4

import httpx
import orjson

from handlers.app import collections_of
from handlers.notifications.dead import LETTERS
from handlers.privacy.holding import Holdings
from handlers.services import services
from persistence.forgetting import Forgetful
from persistence.store import Collection, Draft, Scope
from tests.handlers.facts import Case, Json, case
from tests.handlers.permission.callers import caller, of_party
from tests.handlers.serving import Server, store_of
from tmf_apis.catalog import choose

WHOLE = choose()
MERGE = {"Content-Type": "application/merge-patch+json"}
Outcome = TypeVar("Outcome")
#: The collections of each server: to find them takes a while.
_KEPT: dict[str, list[Collection]] = {}


PERSON, CUSTOMER = case("TMF632-v5/individual"), case("TMF629-v4/customer")
ACCOUNT, PRODUCT = case("TMF666-v5/billingAccount"), case("TMF637-v5/product")
ORDERS = (case("TMF622-v4/productOrder"), case("TMF622-v5/productOrder"))
SERVICE, BILL = case("TMF638-v5/service"), case("TMF678-v5/customerBill")
RATE = case("TMF678-v5/appliedCustomerBillingRate")


@dataclass
class Life:
    """What there is of one person, whose texts begin with a mark."""

    server: Server
    mark: str
    party: str = ""
    customer: str = ""
    account: str = ""
    orders: list[tuple[Case, str]] = field(default_factory=list)
    service: str = ""
    bill: str = ""

    @property
    def marks(self) -> list[str]:
        """The texts that stand nowhere else."""
        said = ("Name", "mail", "lane", "note", "packed", "place", "value", "after", "other")
        return [f"{self.mark}-{word}" for word in said]

    def live(self) -> "Life":
        """Have it order, change its mind, be billed, and be asked about."""
        name, mail, lane, note, packed, place, value, after, other = self.marks
        with caller(self.server, "admin") as admin:
            medium = [
                {"@type": "EmailContactMedium", "contactType": "home", "emailAddress": mail},
                {"@type": "GeographicAddressContactMedium", "contactType": "home", "street1": lane},
            ]
            person = admin.make(PERSON, name=name, contactMedium=medium)
            self.party = person["id"]
            engaged = {"id": self.party, "name": name, "@referredType": "Individual"}
            told = [{"name": "allergy", "value": value}]
            self.customer = admin.make(
                CUSTOMER, name=name, engagedParty=engaged, characteristic=told
            )["id"]
            self.account = admin.make(ACCOUNT, name=name, **of_party(ACCOUNT, self.customer))["id"]
            admin.make(PRODUCT, **of_party(PRODUCT, self.customer))
            self.service = admin.make(
                SERVICE, name=f"Line of {name}", note=[_note(SERVICE, note)],
                **_named(SERVICE, self.customer, name),
            )["id"]  # fmt: skip
            for of in ORDERS:
                self.orders.append((of, self._order(of, name, note, packed * 4000)))
                url = of.item(self.orders[-1][1])
                changed = {"note": [_note(of, other)], "description": f"for {name}"}
                assert admin.client.patch(url, json=changed, headers=MERGE).status_code == 200
                changed = {"note": [_note(of, after)], "description": "for somebody"}
                assert admin.client.patch(url, json=changed, headers=MERGE).status_code == 200
            admin.client.get(f"{CUSTOMER.path}?name={name}&name={'x' * 2100}&limit=1")
            assert admin.client.get(f"{CUSTOMER.path}/{name}").status_code == 404
            self.bill = self._load(admin, BILL, name, place)
            rate = RATE.sample() | {"id": str(uuid4()), "billingAccount": self._paying(name)}
            admin.load(RATE, rate | {"name": "a fee"})
        self._bury()
        return self

    def _order(self, of: Case, name: str, *notes: str) -> str:
        item = {"id": "1", "action": "add"}
        typed = {"@type": "ProductOrderItem"} if of.api.major == "v5" else {}
        body: Json = {
            "productOrderItem": [item | typed], "note": [_note(of, text) for text in notes],
            **_named(of, self.customer, name),
        }  # fmt: skip
        body |= {"@type": "ProductOrder"} if of.api.major == "v5" else {}
        with caller(self.server, "customer", party=self.customer, sub=name) as client:
            key = {"Idempotency-Key": f"key of {name} {uuid4()}"}
            made = client.client.post(of.path, json=body, headers=key)
            assert made.status_code == 201, made.text
            refused = client.client.post(PRODUCT.path, json={"name": name})
            assert refused.status_code == 403
        return str(made.json()["id"])

    def _paying(self, name: str) -> Json:
        return {"@type": "BillingAccountRef", "id": self.account, "name": name}

    def _load(self, admin: Server, of: Case, name: str, place: str) -> str:
        document = of.sample() | {"id": str(uuid4()), "billingAccount": self._paying(name)}
        document |= {"billDocument": [{"@type": "Attachment", "description": place}]}
        return str(admin.load(of, document | _named(of, self.customer, name))["id"])

    def _bury(self) -> None:
        """Have an event of an order that nobody took."""

        async def work(holdings: Holdings) -> None:
            await holdings.store.settle()
            events = await holdings.store.events(0, 1000)
            mine = next(event for event in events if event.id == self.orders[0][1])
            letter = {
                "id": f"sub.{mine.sequence}", "api": "/x", "subscription": "sub",
                "collection": mine.collection, "resource": mine.id, "replay": False,
                "event": mine.body.decode(),
            }  # fmt: skip
            draft = Draft(letter["id"], letter, orjson.dumps(letter))
            await holdings.store.create(LETTERS, draft, Scope())

        on(self.server, work)

    def shown(self, of: Case, id: str) -> httpx.Response:
        """A record as an administrator sees it."""
        with caller(self.server, "admin") as admin:
            return admin.client.get(of.item(id))


def on(server: Server, work: Callable[[Holdings], Awaitable[Outcome]]) -> Outcome:
    """What some work gives on the store of a server that goes on running."""
    settings, catalog = server.settings, server.catalog

    async def done() -> Outcome:
        store = store_of(settings.store)
        assert isinstance(store, Forgetful)
        served = services(catalog.apis, store, settings)
        known = {service.collection.name for service in served}
        kept = _KEPT.get(server.url) or collections_of(catalog, settings, store)
        _KEPT[server.url] = kept
        await store.open(kept)
        try:
            return await work(Holdings(store, served, [c for c in kept if c.name not in known]))
        finally:
            await store.close()

    return asyncio.run(done())


def _note(of: Case, text: str) -> Json:
    return {"text": text} | ({"@type": "Note"} if of.api.major == "v5" else {})


def _named(of: Case, id: str, name: str) -> Json:
    """What names a customer as a party, with its name."""
    said = of_party(of, id)["relatedParty"]
    for one in said:
        one.get("partyOrPartyRole", one).update(name=name, **{"@referredType": "Customer"})
    return {"relatedParty": said}
