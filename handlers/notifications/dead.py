"""Dead letters: events a listener did not take in all its attempts, kept until somebody decides.

One that is marked for replay is delivered once more by whoever serves the subscription.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from handlers.notifications.notice import Notice
from handlers.notifications.subscription import Subscription
from persistence.errors import Duplicate, Stale
from persistence.store import Collection, Column, Draft, Logged, Record, Scope, Store
from tmf_apis.tmf630.instants import instant, microseconds, now_text
from tmf_apis.tmf630.query import All, Comparison, Kind, Operator, Query, Shape, Step

Json = dict[str, Any]

_SUBSCRIPTION = (Step("subscription", Shape.ONE),)
_REPLAY = (Step("replay", Shape.ONE),)
LETTERS = Collection(
    "events/dead",
    columns=(Column(_SUBSCRIPTION, Kind.TEXT, True), Column(_REPLAY, Kind.BOOLEAN, True)),
)
#: Letters that are taken up at once.
BATCH = 100


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


async def bury(
    store: Store, subscription: Subscription, notice: Notice, attempts: int, error: str, now: str
) -> None:
    """Keep an event that was not delivered. Doing so twice is doing so once."""
    logged = notice.logged
    document: Json = {
        "id": f"{subscription.id}.{logged.sequence}",
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


async def letters(
    store: Store, subscription: str = "", replay: bool | None = None, limit: int = BATCH
) -> list[Letter]:
    """Dead letters, oldest first: all, of a subscription, or those to replay or not to."""
    chosen = []
    if subscription:
        chosen.append(Comparison(_SUBSCRIPTION, Operator.EQ, (subscription,), Kind.TEXT))
    if replay is not None:
        chosen.append(Comparison(_REPLAY, Operator.EQ, (replay,), Kind.BOOLEAN))
    query = Query(All(tuple(chosen)), limit=limit)
    found = await store.find(LETTERS, query, Scope())
    return [Letter(record, orjson.loads(record.body)) for record in found.records]


async def change(store: Store, letter: Letter, **changes: Any) -> None:
    """Write something else about a letter, unless somebody did meanwhile."""
    try:
        await store.replace(LETTERS, letter.record, _draft(letter.about | changes), Scope())
    except Stale:
        return


async def remove(store: Store, letter: Letter) -> None:
    """Drop a letter; one that somebody changed meanwhile stays."""
    try:
        await store.delete(LETTERS, [letter.record], Scope())
    except Stale:
        return


def _draft(document: Json) -> Draft:
    return Draft(document["id"], document, orjson.dumps(document))
