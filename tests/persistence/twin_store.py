"""A store whose every record has two faces, asked about one of them: it keeps the same contract."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from persistence.store import (
    Collection,
    Created,
    Draft,
    Drafts,
    Event,
    Facet,
    Once,
    Raising,
    Record,
    Scope,
    Store,
)

Document = dict[str, Any]


def paired(collection: Collection) -> list[Collection]:
    """A collection as the second of two faces, and the first one."""
    first = f"/first{collection.name}"
    return [
        replace(collection, twin=first),
        replace(collection, name=first, twin=collection.name),
    ]


def with_twin(draft: Draft, more: Document) -> Draft:
    """A draft with another face, which is the same for all drafts of an id, but for its version."""
    document = {"id": draft.id, "name": "another", "state": "x", "channel": {"id": "c"}, **more}
    body = orjson.dumps(document)
    return draft._replace(twin=Facet(document, body, before=document))


class Paired:
    """Drafts with their other faces, made one after the other."""

    def __init__(self, drafts: Drafts, more: Document) -> None:
        self._drafts = drafts
        self._more = more

    def __len__(self) -> int:
        return len(self._drafts)

    def __iter__(self) -> Any:
        return (with_twin(draft, self._more) for draft in self._drafts)


class TwinStore:
    """Gives what is written another face, which has `more` in it, and does not tell of it."""

    def __init__(self, store: Store, more: Document | None = None) -> None:
        self._store = store
        self._more = more or {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def open(self, collections: Sequence[Collection], *, joining: bool = False) -> None:
        both = [each for c in collections for each in paired(c)]
        await self._store.open(both, joining=joining)

    async def create(
        self,
        collection: Collection,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
        once: Once | None = None,
    ) -> Created:
        made = await self._store.create(
            collection, with_twin(draft, self._more), scope, events, once
        )
        return Created(made.record._replace(twin=None), made.replayed)

    async def replace(
        self,
        collection: Collection,
        seen: Record,
        draft: Draft,
        scope: Scope,
        events: Sequence[Event] = (),
    ) -> Record:
        made = await self._store.replace(
            collection, seen, with_twin(draft, self._more), scope, events
        )
        return made._replace(twin=None)

    async def load(
        self,
        collection: Collection,
        drafts: Drafts,
        scope: Scope,
        *,
        replace: bool = False,
        raising: Raising | None = None,
    ) -> int:
        return await self._store.load(
            collection, Paired(drafts, self._more), scope, replace=replace, raising=raising
        )
