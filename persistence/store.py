"""The store contract: what every store promises, whatever engine keeps the records.

A record keeps a resource's JSON verbatim (D3) beside what queries need. A write carries the
change and the events it raises, and either both are kept or neither is (D1). A write that
returned is durable: it survives the sudden end of any process.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

from tmf_apis.tmf630.query import ALWAYS, Kind, Path, Predicate, Query


@dataclass(frozen=True, slots=True)
class Column:
    """A declared scalar that queries compare by its type; `indexed` when it has an index."""

    path: Path
    kind: Kind
    indexed: bool


@dataclass(frozen=True, slots=True)
class Collection:
    """The records of one resource type: its name, and what its typed mirror holds (D13).

    `name` is the canonical base path and the resource (D2). `references` are paths to the ids
    of other entities, `pairs` paths to lists of name/value characteristics; both are indexed.
    `group` is a column with few values, each of many records, and the instants these are sorted
    by, the usual one first; one more index holds them all. `twin` names the collection with the
    other face of each of its records, which names this one: both are written together. `turned`
    gives the other face of a draft that a load puts in the place of a record.

    A collection that is `chained` is only added to, by `link` and by events of this collection that
    go with a change (see `persistence.links`); what is erased from it is put in place by `replace`.
    `unsearched` are attributes of the first level that
    no query looks at.
    """

    name: str
    versioned: bool = False
    columns: tuple[Column, ...] = ()
    references: tuple[Path, ...] = ()
    pairs: tuple[Path, ...] = ()
    group: tuple[Path, ...] = ()
    twin: str = ""
    turned: "Callable[[Draft, Record], Facet] | None" = field(
        default=None, repr=False, compare=False
    )
    chained: bool = False
    unsearched: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, and what of a collection they may see: every call is confined to it (D7).

    `parent` is the path of ids above a nested collection, or empty. Stores show what is `where`.
    What is written has to be `own`, and its other face `twin`; whoever writes sees to that.
    """

    tenant: str = ""
    actor: str = ""
    parent: str = ""
    where: Predicate = ALWAYS
    own: Predicate = ALWAYS
    twin: Predicate = ALWAYS

    @property
    def space(self) -> str:
        """What ids are unique within."""
        return f"{self.tenant}/{self.parent}" if self.tenant or self.parent else ""


def scope_of(space: str) -> Scope:
    """Whom a space belongs to, as far as it tells."""
    tenant, _, parent = space.partition("/")
    return Scope(tenant=tenant, parent=parent)


class Facet(NamedTuple):
    """The other face of a draft, as it is kept in the twin of its collection.

    `before` is the document that it takes the place of, where the caller has it at hand. `memory`
    is what is remembered of the two faces beside them, if anything; it goes with the record.
    """

    document: dict[str, Any]
    body: bytes
    before: dict[str, Any] | None = None
    memory: bytes | None = None


class Draft(NamedTuple):
    """A resource about to be written.

    `body` is the encoded JSON of `document`, without `href`. `before` is the document a draft
    takes the place of, where the caller has it at hand. `first` says that the caller found no
    other entity version of a new id; a store without such word looks for itself. `latest` says
    whether the caller takes it for the latest version of its id: what events tell depends on it.
    `twin` is its other face, of the same id and version: given where the collection has a twin.
    """

    id: str
    document: dict[str, Any]
    body: bytes
    version: str = ""
    before: dict[str, Any] | None = None
    first: bool = False
    latest: bool | None = None
    twin: Facet | None = None


class Record(NamedTuple):
    """A resource as stored. `key` is opaque and grows in creation order.

    `n` counts the revisions that the key has had. Times are microseconds since 1970. `latest` tells
    the latest version of an id (R-1305), also of the only one; revision and time change with it.
    `twin` is the body of the other face, as of the same moment: in what `get` and `versions` read
    when they are asked for it, and in what `create` and `replace` made, but not in a replay. So
    is `memory`, what was remembered with it.
    """

    key: int
    id: str
    version: str
    n: int
    body: bytes
    modified: int
    latest: bool = True
    twin: bytes | None = None
    memory: bytes | None = None

    @property
    def revision(self) -> str:
        """What is never used twice for an id: its key, the how manieth, and whether it is the
        latest.

        An `href` tells the latest entity version of an id from the others (D28), so a version that
        is overtaken is another representation from that very moment, and has another revision.
        """
        return self.known_by(self.key)

    def known_by(self, name: int | str) -> str:
        """Its revision where it goes by another name than its key."""
        told = f"{name}.{self.n}"
        return told if self.latest else f"{told}.0"


@dataclass(frozen=True, slots=True)
class Event:
    """An event a change raises, encoded; kept with the change and delivered later.

    `collection` is the one that it is told of: that of the change, or its twin. Of a collection
    that is chained it is the next entry, and no event.
    """

    type: str
    body: bytes
    collection: str = ""


class Link(NamedTuple):
    """A record of a chain: its number, counted from 1, and its bytes."""

    number: int
    body: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes in hexadecimal, empty of what was before the first."""
        return sha256(self.body).hexdigest() if self.body else ""


#: Makes the next entry of a chain, told what the last link is; None makes none.
Making = Callable[[Link], bytes | None]


class Logged(NamedTuple):
    """An event in the log. `sequence` grows in the order of the log, never used twice.

    `collection` and `id` name the resource that changed, `raised` is microseconds since 1970.
    """

    sequence: int
    collection: str
    id: str
    type: str
    raised: int
    body: bytes


class Kept(NamedTuple):
    """A record with all that a store knows of it, to be kept alike by another store."""

    key: int
    space: str
    id: str
    version: str
    #: How many revisions the key has had.
    n: int
    modified: int
    body: bytes
    #: What is remembered with two faces, each of which is kept by itself.
    memory: bytes | None = None


@dataclass(frozen=True, slots=True)
class Once:
    """An idempotency key, scoped by its user, and the digest of the request it stands for."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Created:
    """The outcome of a create; `replayed` when an earlier request with the same key did it.

    `record.body` of a replay is the first body, whatever happened to the record since.
    """

    record: Record
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A page of records, how many match in all, and the cursors of its two ends.

    `more` says that others follow where the page was read to: behind it, or before it when a
    cursor led backwards.
    """

    records: list[Record] = field(default_factory=list)
    total: int = 0
    first: str | None = None
    last: str | None = None
    more: bool = False


class Joint(NamedTuple):
    """A record with two faces, and what stood apart of it: in the collection it is written
    through, and in its twin; one of them is there.
    """

    draft: Draft
    own: Record | None
    other: Record | None


class Drafts(Protocol):
    """Drafts whose number is known and which are made one after the other; a list will do."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Draft]: ...


#: What a new record raises, told whether there is a later version of its id.
Raising = Callable[[Draft, bool], Sequence[Event]]


class Records(Protocol):
    """What requests do with the records of a collection. All may raise `Unavailable`."""

    async def get(
        self,
        collection: Collection,
        id: str,
        scope: Scope,
        version: str | None = None,
        *,
        twin: bool = False,
    ) -> Record:
        """The record of an id: of that entity version, or of the latest. Raises `Missing`.

        With `twin` its other face comes with it, as of the same moment.
        """

    async def find(self, collection: Collection, query: Query, scope: Scope) -> Found:
        """The page of records that a query asks for, and the exact total (R-605, R-607).

        Order of work: filter, sort, window. Without a sort, creation order, which also breaks
        ties (D14). Raises `TooSlow` past the deadline and `BadCursor`.
        """

    async def create(
        self,
        collection: Collection,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
        once: Once | None = None,
    ) -> Created:
        """Keep a new record and its events. Raises `Duplicate`, and `KeyReused` for `once`.

        Raises `Stale` when the draft is the latest version of its id against the caller's word.
        """

    async def replace(
        self,
        collection: Collection,
        seen: Record,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> Record:
        """Put a draft in the place of the record that was seen, with its events.

        Raises `Stale` when the record changed or went since, whichever face was written through,
        or as `create` does, and `Duplicate` when the draft's entity version belongs to another
        record. Of two faces both have been seen: the other is in `seen.twin`, or `before` in
        `draft.twin`. A record that has no other face is `Stale`.
        """

    async def delete(
        self,
        collection: Collection,
        seen: Sequence[Record],
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> None:
        """Remove the records that were seen, with the events of that; all or none.

        Raises `Stale` when one of them changed or went since.
        """

    async def versions(
        self, collection: Collection, id: str, scope: Scope, *, twin: bool = False
    ) -> list[Record]:
        """Every entity version of an id, latest first; an empty list when there is none.

        With `twin` the other face of each comes with it.
        """


class Store(Records, Protocol):
    """Documents by collection. All methods may raise `Unavailable`."""

    async def exists(self) -> bool:
        """Whether there is a store at its URL; asked before it is opened, which would make one."""

    async def open(self, collections: Sequence[Collection], *, joining: bool = False) -> None:
        """Make the store ready for these collections, migrating what an older one left.

        Raises `Unusable` when the store was written by a later version of this program, when a twin
        is not among the collections, or when records have a face that would not be kept; and
        `Apart` when some that are to have two faces have one, unless these are to be joined now.
        """

    async def close(self) -> None:
        """Finish what was begun and let go of the engine."""

    async def ping(self) -> None:
        """Return when the store answers reads and accepts writes."""

    async def recall(self, collection: Collection, once: Once) -> Created | None:
        """What an earlier create with the same key made, or None. Raises `KeyReused`."""

    async def load(
        self,
        collection: Collection,
        drafts: Drafts,
        scope: Scope,
        *,
        replace: bool = False,
        raising: Raising | None = None,
    ) -> int:
        """Keep many records, all or none (D21); how many. Raises `Duplicate` naming the id, and
        what making the drafts raises.

        However many, no more than some of them are held in memory, and other writers never wait
        long. New ones are seen all at once; with `replace` each takes its place as it comes. An id
        and entity version stands among them once. `raising`, if given, is asked what each new
        record raises.
        """

    async def settle(self) -> int:
        """Move the events that wait beside their resources into the log; how many.

        At least those that waited when it was called, while others may come. The log gets each
        exactly once and in the order of the changes of each resource. Several processes may
        call it at once. Nothing to do where events are born in the log.
        """

    async def events(self, after: int, limit: int) -> list[Logged]:
        """The events of the log that follow a sequence number, at most `limit`, and no more of
        them than there is room for (`persistence.room`).

        Whoever reads on from the last one it got misses none: an event never appears below a
        number that was already given out.
        """

    async def last_event(self) -> int:
        """The sequence number of the newest event of the log, 0 when it never held one."""

    async def forget_events(self, before: int, kept: Mapping[str, int]) -> int:
        """Drop from the log what was raised before an instant (microseconds); how many.

        Of the collections below a path in `kept` only what is numbered up to the number there.
        """

    async def trim_events(self, below: str, most: int) -> int:
        """Drop the oldest events of the collections below a path beyond so many; how many."""

    # -- the chain

    async def link(self, making: Making) -> None:
        """Put the entry that is made behind the last link of the chain. It may be made again, told
        of another last link, when somebody else was first.
        """

    async def unlink(self, below: int) -> int:
        """Drop the links of the chain below a number; how many. Those behind stay as they are."""

    # -- joining what stands apart

    def alone(self, collection: Collection, after: int, size: int) -> AsyncIterator[list[Kept]]:
        """The records of a collection with a twin that have no other face, in the order of keys,
        behind a key, `size` at a time. Each may be joined as soon as it was given.
        """

    async def join(self, collection: Collection, joints: Sequence[Joint], scope: Scope) -> None:
        """Put records with two faces in the places of those that stood apart: every entity version
        of an id, all or none. They are the newest then, in the order in which they come.

        Raises no events, and `Stale` when one of those that stood apart changed or went.
        """

    # -- moving to another store

    async def kinds(self) -> list[str]:
        """The names of the collections that hold records, or once did."""

    async def newest(self, collection: Collection) -> int:
        """The greatest key of a collection, 0 when it is empty."""

    def export(self, collection: Collection, after: int, size: int) -> AsyncIterator[list[Kept]]:
        """The records of all spaces that follow a key, in the order of keys, `size` at a time,
        fewer where there is no room for so many.
        """

    async def import_(self, collection: Collection, records: Sequence[Kept]) -> None:
        """Keep records as another store kept them. Raises `Duplicate` when one is there already.

        They come in the order of keys; of several calls the last may have been cut short. Of two
        twins the records of the one that leads come first (`persistence.twins`).
        """

    async def import_events(self, events: Sequence[Logged], last: int) -> None:
        """Put events of another store into the log, which then gives out numbers above `last`."""
