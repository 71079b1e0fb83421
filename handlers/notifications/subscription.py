"""A subscription as it is kept: what the client registered, and how far its delivery is.

Both are one record, so that neither exists without the other. Whoever writes the delivery does
so only on top of what it has seen; a lease is a name and a time written that way.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from time import time
from typing import Any

import orjson

from persistence.store import Collection, Draft, Record, Scope, Store
from tmf_apis.spec.attributes import Attribute

Json = dict[str, Any]

_DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a subscription is served.

    All events up to `position` are done. `holder` is the worker that serves it, until `until`.
    `failing` and `paused` are since when, 0 for not at all; `error` is what happened last.
    Times are microseconds since 1970.
    """

    position: int = 0
    holder: str = ""
    until: int = 0
    failing: int = 0
    paused: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A registration in the hub of the API at `base_path`, whose events are of the type `event`."""

    base_path: str
    event: Attribute
    collection: Collection
    record: Record
    registered: Json
    delivery: Delivery

    @property
    def id(self) -> str:
        """The id its hub gave it."""
        return self.record.id

    @property
    def callback(self) -> str:
        """Where its events go."""
        return str(self.registered["callback"])

    @property
    def query(self) -> str:
        """Which events it asks for."""
        return str(self.registered.get("query", ""))

    @property
    def state(self) -> str:
        """One word for a person: paused, failing or active."""
        if self.delivery.paused:
            return "paused"
        return "failing" if self.delivery.failing else "active"


def draft(registered: Json, position: int) -> Draft:
    """A new registration, to be served from the events behind a position."""
    return _draft(registered, Delivery(position))


def read(base_path: str, event: Attribute, collection: Collection, record: Record) -> Subscription:
    """A subscription as its record has it."""
    registered = orjson.loads(record.body)
    delivery = Delivery(**registered.pop(_DELIVERY, {}))
    return Subscription(base_path, event, collection, record, registered, delivery)


async def save(store: Store, subscription: Subscription, delivery: Delivery) -> Subscription:
    """The subscription with another delivery; raises `Stale` when somebody else wrote it."""
    changed = _draft(subscription.registered, delivery)
    collection, seen = subscription.collection, subscription.record
    record = await store.replace(collection, seen, changed, Scope())
    return replace(subscription, record=record, delivery=delivery)


def resumed(delivery: Delivery) -> Delivery:
    """The delivery of a subscription that is no longer paused."""
    return replace(delivery, paused=0, failing=0)


def microseconds() -> int:
    """Now, as records have it."""
    return int(time() * 1_000_000)


def _draft(registered: Mapping[str, Any], delivery: Delivery) -> Draft:
    document = {**registered, _DELIVERY: asdict(delivery)}
    return Draft(document["id"], document, orjson.dumps(document))
