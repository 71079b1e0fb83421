"""What a task is going to act on, written down before it begins, so that it can go on (0009).

A plan is a list of ids in records of a thousand each, and a record that says it is complete. It
never changes: what was meant at the beginning is what is done in the end, however often the task
is interrupted.
"""

from collections.abc import AsyncIterator
from typing import Any

import orjson

from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Collection, Draft, Scope, Store

Json = dict[str, Any]

PLANS = Collection("tasks/plans")
#: Ids in one record.
PART = 1000


class Plan:
    """The plan of one piece of work, by its name."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self.name = name

    async def about(self) -> Json | None:
        """What was noted with a complete plan, and under `count` how many ids it has; None while
        there is none.
        """
        try:
            record = await self._store.get(PLANS, self.name, Scope())
        except Missing:
            return None
        found: Json = orjson.loads(record.body)
        return found

    async def make(self, ids: AsyncIterator[list[str]], **about: Any) -> Json:
        """Write the plan down, whole or not at all; another that was made first stands."""
        count, part = 0, 0
        waiting: list[str] = []
        async for found in ids:
            waiting += found
            while len(waiting) >= PART:
                await self._put(part, waiting[:PART])
                waiting, part, count = waiting[PART:], part + 1, count + PART
        if waiting:
            await self._put(part, waiting)
            count += len(waiting)
        header = {"id": self.name, "count": count, **about}
        try:
            await self._store.create(PLANS, _draft(header), Scope())
        except Duplicate:
            return await self.about() or header
        return header

    async def parts(self, after: int = 0) -> AsyncIterator[list[str]]:
        """The ids from the record with this number on, a record at a time."""
        about = await self.about()
        for part in range(after, -(-(about or {"count": 0})["count"] // PART)):
            record = await self._store.get(PLANS, self._part(part), Scope())
            yield orjson.loads(record.body)["ids"]

    async def drop(self) -> None:
        """Forget the plan, that it is complete first."""
        about = await self.about()
        if about is None:
            return
        names = [self._part(part) for part in range(-(-about["count"] // PART))]
        for name in (self.name, *names):
            try:
                record = await self._store.get(PLANS, name, Scope())
                await self._store.delete(PLANS, [record], Scope())
            except (Missing, Stale):
                continue

    async def _put(self, part: int, ids: list[str]) -> None:
        """Write one part; one of an attempt that was given up is replaced."""
        draft = _draft({"id": self._part(part), "ids": ids})
        try:
            await self._store.create(PLANS, draft, Scope())
        except Duplicate:
            record = await self._store.get(PLANS, draft.id, Scope())
            await self._store.replace(PLANS, record, draft, Scope())

    def _part(self, number: int) -> str:
        return f"{self.name}#{number}"


def _draft(document: Json) -> Draft:
    return Draft(document["id"], document, orjson.dumps(document))
