"""A store driven from plain tests: its coroutines are run, one after another or together."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import orjson

from persistence.store import (
    Collection,
    Column,
    Created,
    Draft,
    Event,
    Found,
    Logged,
    Once,
    Record,
    Scope,
    Store,
)
from tmf_apis.tmf630.query import Kind, Path, Query, Shape, Step

T = TypeVar("T")
Document = dict[str, Any]
#: The type and the body of an event, and the id of what it is about.
Kept = tuple[str, str, bytes]

EVERYONE = Scope()


def one(*names: str) -> Path:
    """A path of single values."""
    return tuple(Step(name, Shape.ONE) for name in names)


def many(*names: str) -> Path:
    """A path whose last member is a list."""
    return (*one(*names[:-1]), Step(names[-1], Shape.MANY))


COLUMNS = (
    Column(one("name"), Kind.TEXT, True),
    Column(one("@type"), Kind.TEXT, True),
    Column(one("state"), Kind.TEXT, True),
    Column(one("description"), Kind.TEXT, False),
    Column(one("priority"), Kind.NUMBER, True),
    Column(one("isBundle"), Kind.BOOLEAN, False),
    Column(one("date"), Kind.INSTANT, True),
    Column(one("end"), Kind.INSTANT, True),
)
REFERENCES = ((*one("channel"), *one("id")), (*many("party"), *one("id")))
PAIRS = (many("characteristic"),)
GROUP = (one("state"), one("date"), one("end"))

THINGS = Collection("/test/v1/thing", False, COLUMNS, REFERENCES, PAIRS, GROUP)
OTHERS = Collection("/test/v1/other", False, COLUMNS)
VERSIONED = Collection("/test/v1/versioned", True, COLUMNS)


def draft(id: str, version: str = "", **attributes: Any) -> Draft:
    """A draft whose document is an id and these attributes; `type_` stands for `@type`."""
    document: Document = {"id": id}
    document |= {"@type" if n == "type_" else n: v for n, v in attributes.items()}
    return Draft(id, document, orjson.dumps(document), version)


def first(id: str, version: str) -> Draft:
    """The draft of an entity version of which the caller says that it is the first."""
    return draft(id, version)._replace(first=True)


class Driver:
    """One open store and its loop."""

    def __init__(self, make: Callable[..., Store], runner: asyncio.Runner) -> None:
        self._make = make
        self._runner = runner
        self.store = make()
        self.open()

    def open(
        self,
        collections: Sequence[Collection] = (THINGS, OTHERS, VERSIONED),
        *,
        joining: bool = False,
    ) -> None:
        self.run(self.store.open(collections, joining=joining))

    def reopen(
        self,
        collections: Sequence[Collection] = (THINGS, OTHERS, VERSIONED),
        *,
        joining: bool = False,
        **options: Any,
    ) -> None:
        """Close the store and open what it left, as another process would."""
        self.run(self.store.close())
        self.store = self._make(**options)
        self.open(collections, joining=joining)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def together(self, *works: Coroutine[Any, Any, Any]) -> list[Any]:
        """What each gives or raises, all begun at once."""

        async def gathered() -> list[Any]:
            return await asyncio.gather(*works, return_exceptions=True)

        return self.run(gathered())

    def create(
        self,
        new: Draft,
        scope: Scope = EVERYONE,
        events: Sequence[Event] = (),
        once: Once | None = None,
        collection: Collection = THINGS,
    ) -> Created:
        return self.run(self.store.create(collection, new, scope, events, once))

    def get(
        self,
        id: str,
        scope: Scope = EVERYONE,
        version: str | None = None,
        collection: Collection = THINGS,
    ) -> Record:
        return self.run(self.store.get(collection, id, scope, version))

    def find(
        self, query: Query | None = None, scope: Scope = EVERYONE, collection: Collection = THINGS
    ) -> Found:
        return self.run(self.store.find(collection, query or Query(), scope))

    def ids(
        self, query: Query | None = None, scope: Scope = EVERYONE, collection: Collection = THINGS
    ) -> list[str]:
        return [record.id for record in self.find(query, scope, collection).records]

    def replace(
        self,
        seen: Record,
        new: Draft,
        scope: Scope = EVERYONE,
        events: Sequence[Event] = (),
        collection: Collection = THINGS,
    ) -> Record:
        return self.run(self.store.replace(collection, seen, new, scope, events))

    def delete(
        self,
        *seen: Record,
        scope: Scope = EVERYONE,
        events: Sequence[Event] = (),
        collection: Collection = THINGS,
    ) -> None:
        self.run(self.store.delete(collection, seen, scope, events))

    def log(self, after: int = 0, limit: int = 1000) -> list[Logged]:
        """What the log gives at once when it is settled."""
        self.run(self.store.settle())
        return self.run(self.store.events(after, limit))

    def events(self) -> list[Kept]:
        """The type, resource and body of each event of the log."""
        found: list[Logged] = []
        while more := self.log(found[-1].sequence if found else 0):
            found += more
        return [(event.type, event.id, event.body) for event in found]

    def recall(self, once: Once) -> Created | None:
        return self.run(self.store.recall(THINGS, once))

    def versions(self, id: str, scope: Scope = EVERYONE) -> list[Record]:
        return self.run(self.store.versions(VERSIONED, id, scope))

    def load(
        self,
        *drafts: Draft,
        scope: Scope = EVERYONE,
        replace: bool = False,
        collection: Collection = THINGS,
    ) -> int:
        return self.run(self.store.load(collection, drafts, scope, replace=replace))
