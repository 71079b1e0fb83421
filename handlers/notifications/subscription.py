"""A subscription as it is kept: what the client registered, and how far its delivery is.

Both are one record, so that neither exists without the other. Whoever writes the delivery does
so only on top of what it has seen.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from time import time
from typing import Any

import orjson

from persistence.store import Collection, Draft, Record, Scope, Store
from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.subscriptions import SECRET

Json = dict[str, Any]

_DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a subscription is served.

    All events up to `position` are done. `lease` names who serves it, empty for nobody.
    `replays` counts how often somebody asked for its dead letters again, `replayed` how many of
    these requests are done. `since`, `failing` and `paused` are from when on it is served, had
    nothing but failures, and gets nothing, in microseconds since 1970, 0 for not at all; `error`
    is what happened last.
    """

    position: int = 0
    lease: str = ""
    replays: int = 0
    replayed: int = 0
    since: int = 0
    failing: int = 0
    paused: int = 0
    error: str = ""


_KNOWN = frozenset(field.name for field in fields(Delivery))


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
    def secret(self) -> str:
        """What its deliveries are signed with, empty for none."""
        return str(self.registered.get(SECRET, ""))

    @property
    def state(self) -> str:
        """One word for a person: paused, failing or active."""
        if self.delivery.paused:
            return "paused"
        return "failing" if self.delivery.failing else "active"


def draft(registered: Json, position: int) -> Draft:
    """A new registration, to be served from the events behind a position."""
    return _draft(registered, Delivery(position, since=microseconds()))


def read(base_path: str, event: Attribute, collection: Collection, record: Record) -> Subscription:
    """A subscription as its record has it."""
    registered = orjson.loads(record.body)
    kept = registered.pop(_DELIVERY, {})
    delivery = Delivery(**{name: kept[name] for name in _KNOWN & kept.keys()})
    return Subscription(base_path, event, collection, record, registered, delivery)


async def reread(store: Store, subscription: Subscription) -> Subscription:
    """The subscription as it is kept by now; raises `Missing`."""
    record = await store.get(subscription.collection, subscription.id, Scope())
    return read(subscription.base_path, subscription.event, subscription.collection, record)


async def save(store: Store, subscription: Subscription, delivery: Delivery) -> Subscription:
    """The subscription with another delivery; raises `Stale` when somebody else wrote it."""
    changed = _draft(subscription.registered, delivery)
    collection, seen = subscription.collection, subscription.record
    record = await store.replace(collection, seen, changed, Scope())
    return replace(subscription, record=record, delivery=delivery)


def microseconds() -> int:
    """Now, as records have it."""
    return int(time() * 1_000_000)


def _draft(registered: Mapping[str, Any], delivery: Delivery) -> Draft:
    document = {**registered, _DELIVERY: asdict(delivery)}
    return Draft(document["id"], document, orjson.dumps(document))
