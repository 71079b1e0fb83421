"""Dead letters: events a listener did not take in time, kept until somebody decides.

One that is marked for replay is delivered once more by whoever serves the subscription.
"""

from collections.abc import Collection as Some
from dataclasses import dataclass
from typing import Any

import orjson

from handlers.notifications.notice import Notice
from handlers.notifications.subscription import Subscription
from handlers.walking import walk
from persistence.errors import Duplicate, Stale
from persistence.room import ROOM
from persistence.store import Collection, Column, Draft, Logged, Record, Scope, Store
from tmf_apis.tmf630.instants import instant, microseconds, now_text
from tmf_apis.tmf630.query import (
    ALWAYS,
    All,
    Comparison,
    Kind,
    Not,
    Operator,
    Predicate,
    Query,
    Shape,
    Step,
)

Json = dict[str, Any]

_API = (Step("api", Shape.ONE),)
_SUBSCRIPTION = (Step("subscription", Shape.ONE),)
_REPLAY = (Step("replay", Shape.ONE),)
LETTERS = Collection(
    "events/dead",
    columns=(
        Column(_API, Kind.TEXT, True),
        Column(_SUBSCRIPTION, Kind.TEXT, True),
        Column(_REPLAY, Kind.BOOLEAN, True),
    ),
)
#: Letters that are taken up at once, and that are kept of one API, where nobody says otherwise.
BATCH, MOST = 100, 10_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: its record, and what it says of itself."""

    record: Record
    about: Json

    @property
    def subscription(self) -> str:
        """The id of the subscription that did not take it."""
        return str(self.about["subscription"])

    def notice(self) -> Notice:
        """The event, as it was read from the log."""
        about = self.about
        return Notice(
            Logged(
                about["sequence"], about["collection"], about["resource"], about["type"],
                microseconds(about["raised"]) or 0, about["event"].encode(),
            )
        )  # fmt: skip


def to(subscription: str) -> Predicate:
    """The letters to a subscription."""
    return Comparison(_SUBSCRIPTION, Operator.EQ, (subscription,), Kind.TEXT)


def to_none_of(subscriptions: Some[str], base_path: str) -> Predicate:
    """The letters of an API whose subscriptions are none of these: they were removed."""
    if not subscriptions:
        return of_api(base_path)
    known = Comparison(_SUBSCRIPTION, Operator.EQ, tuple(subscriptions), Kind.TEXT)
    return All((of_api(base_path), Not(known)))


def of_api(base_path: str) -> Predicate:
    """The letters of an API."""
    return Comparison(_API, Operator.EQ, (base_path,), Kind.TEXT)


def marked(replay: bool) -> Predicate:
    """The letters to replay, or not to."""
    return Comparison(_REPLAY, Operator.EQ, (replay,), Kind.BOOLEAN)


async def bury(
    store: Store,
    subscription: Subscription,
    notice: Notice,
    attempts: int,
    error: str,
    now: str,
    most: int = MOST,
) -> None:
    """Keep an event that was not delivered; doing so twice is doing so once. Where an API has
    more than `most`, the oldest go.
    """
    logged = notice.logged
    document: Json = {
        "id": f"{subscription.id}.{logged.sequence}",
        "api": subscription.base_path,
        "subscription": subscription.id,
        "callback": subscription.callback,
        "sequence": logged.sequence,
        "collection": logged.collection,
        "resource": logged.id,
        "type": logged.type,
        "raised": now_text(instant(logged.raised)),
        "attempts": attempts,
        "error": error,
        "at": now,
        "replay": False,
        "event": logged.body.decode(),
    }
    try:
        await store.create(LETTERS, _draft(document), Scope())
    except Duplicate:
        return
    mine = of_api(subscription.base_path)
    while (surplus := await count(store, mine) - most) > 0:
        await remove(store, *await letters(store, mine, limit=min(surplus, BATCH)))


async def letters(store: Store, *chosen: Predicate, limit: int = BATCH) -> list[Letter]:
    """Dead letters of which all that is given holds, oldest first: at most so many, fewer where
    there is no room for them at once (`persistence.room`), and none only where there is none.
    """
    found = await store.find(LETTERS, Query(All(chosen), limit=limit, room=ROOM), Scope())
    return [Letter(record, orjson.loads(record.body)) for record in found.records]


async def told(store: Store, most: int) -> list[Json]:
    """What the oldest dead letters, at most so many, say of themselves, without their events."""
    abouts: list[Json] = []
    async for records in walk(store, LETTERS, ALWAYS, min(most, BATCH)):
        for record in records[: most - len(abouts)]:
            about: Json = orjson.loads(record.body)
            del about["event"]
            abouts.append(about)
        if len(abouts) == most:
            break
    return abouts


async def count(store: Store, *chosen: Predicate) -> int:
    """How many dead letters there are of which all that is given holds."""
    return (await store.find(LETTERS, Query(All(chosen), limit=0), Scope())).total


async def change(store: Store, letter: Letter, **changes: Any) -> None:
    """Write something else about a letter, unless somebody did meanwhile."""
    try:
        await store.replace(LETTERS, letter.record, _draft(letter.about | changes), Scope())
    except Stale:
        return


async def remove(store: Store, *some: Letter) -> None:
    """Drop letters; one that somebody changed meanwhile stays."""
    try:
        await store.delete(LETTERS, [letter.record for letter in some], Scope())
    except Stale:
        if len(some) > 1:
            for letter in some:
                await remove(store, letter)


async def drop(store: Store, *chosen: Predicate) -> int:
    """Drop all letters of which all that is given holds; how many."""
    dropped = 0
    while some := await letters(store, *chosen):
        await remove(store, *some)
        dropped += len(some)
    return dropped


def _draft(document: Json) -> Draft:
    return Draft(document["id"], document, orjson.dumps(document))
