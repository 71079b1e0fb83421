"""What a task is going to act on, written down before it begins, so that it can go on (0009).

A plan is one record with its ids, and where they are many, records of a thousand more each. It is
there once it is complete, and never changes: what was meant at the beginning is what is done in
the end, however often the task is interrupted.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import orjson

from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Collection, Draft, Scope, Store
from tmf_apis.tmf630.query import Cursor, Query

Json = dict[str, Any]

PLANS = Collection("tasks/plans")
#: Ids in one record, and records that are read at once.
PART, READ = 1000, 20


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
        # Of two that make one plan at a time, neither touches what the other wrote.
        mark, part = uuid4().hex, 0
        waiting: list[str] = []
        async for found in ids:
            waiting += found
            while len(waiting) > PART:
                await self._put({"id": self._part(mark, part), "ids": waiting[:PART]})
                waiting, part = waiting[PART:], part + 1
        header = {
            "id": self.name,
            "count": part * PART + len(waiting),
            "mark": mark,
            "parts": part,
            "ids": waiting,
            **about,
        }
        try:
            await self._put(header)
        except Duplicate:
            await self._forget(header)
            return await self.about() or header
        return header

    async def parts(self, about: Json) -> AsyncIterator[list[str]]:
        """The ids of a plan, at most a thousand at a time. Raises `Missing` when it is gone."""
        for part in range(about["parts"]):
            name = self._part(about["mark"], part)
            record = await self._store.get(PLANS, name, Scope())
            yield orjson.loads(record.body)["ids"]
        if about["ids"]:
            yield about["ids"]

    async def drop(self) -> None:
        """Forget the plan, that it is complete first."""
        about = await self.about()
        if about is not None:
            await self._delete(self.name)
            await self._forget(about)

    async def _put(self, document: Json) -> None:
        draft = Draft(document["id"], document, orjson.dumps(document))
        await self._store.create(PLANS, draft, Scope())

    async def _forget(self, about: Json) -> None:
        for part in range(about["parts"]):
            await self._delete(self._part(about["mark"], part))

    async def _delete(self, name: str) -> None:
        try:
            record = await self._store.get(PLANS, name, Scope())
            await self._store.delete(PLANS, [record], Scope())
        except (Missing, Stale):
            return

    def _part(self, mark: str, number: int) -> str:
        return f"{self.name}#{mark}#{number}"


async def complete_plans(store: Store, prefix: str) -> list[Plan]:
    """The complete plans whose names begin so, in the order they were made."""
    found: list[Plan] = []
    cursor: Cursor | None = None
    while True:
        page = await store.find(PLANS, Query(limit=READ, cursor=cursor), Scope())
        for record in page.records:
            if record.id.startswith(prefix) and "count" in orjson.loads(record.body):
                found.append(Plan(store, record.id))
        if page.last is None or len(page.records) < READ:
            return found
        cursor = Cursor(page.last)
