"""A chain of records: each has its number and the digest of the one before it.

A record of a chain is kept verbatim like any other, so its digest is that of its bytes. It begins
with what the store puts in: `id` and `number`, and in `previousHash` the digest of the last one.
"""

from collections.abc import Sequence

import orjson

from persistence.store import Collection, Draft, Event, Link

#: What the first link follows.
BEGINNING = Link(0, b"")


def linked(last: Link, entry: bytes) -> Link:
    """The link that an entry, a JSON object with members, becomes behind the last one."""
    number = last.number + 1
    head = b'{"id":"%d","number":%d,"previousHash":"%b",' % (number, number, last.digest.encode())
    return Link(number, head + entry[1:])


def draft(link: Link) -> Draft:
    """A link as a store keeps it."""
    return Draft(str(link.number), orjson.loads(link.body), link.body, first=True)


def chain_of(collections: Sequence[Collection]) -> Collection | None:
    """The chain among some collections, if one is."""
    return next((collection for collection in collections if collection.chained), None)


def parted(events: Sequence[Event], chain: str) -> tuple[Sequence[Event], Sequence[Event]]:
    """Events for the log, and those that are entries of the chain of a name."""
    entries = [event for event in events if event.collection == chain]
    if not entries:
        return events, ()
    return [event for event in events if event.collection != chain], entries
