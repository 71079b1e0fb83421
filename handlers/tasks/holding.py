"""Who holds a piece of work, and how far it is: a record of its own for each (0009).

A lease has no clock. Its holder changes the record now and then; whoever has seen one revision
for long enough, by its own monotonic time, takes it over. The record is gone when nobody holds the
work.
"""

from asyncio import Lock
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import orjson

from persistence.errors import Duplicate, Missing, Stale
from persistence.store import Collection, Draft, Record, Scope, Store

Json = dict[str, Any]

HOLDINGS = Collection("tasks/held")
#: Seconds after which a holding that nobody changed is anybody's, and between two changes of one.
ABANDONED, RENEW = 6.0, 2.0

#: The worker of a holding that was handed over.
NOBODY = ""


class Lost(Exception):
    """Somebody else holds the work."""


@dataclass(slots=True)
class Holding:
    """A piece of work that is held: its name, and what its holder wrote down of it.

    `notes` are how far it is, `attempts` how often it failed, `error` why, `next` when it is tried
    again.
    """

    store: Store
    record: Record
    about: Json
    _saving: Lock = field(default_factory=Lock, repr=False)

    @property
    def notes(self) -> Json:
        """What was noted of the work's progress."""
        found: Json = self.about["notes"]
        return found

    async def note(self, **notes: Any) -> None:
        """Write down how far the work is. Raises `Lost`."""
        await self._save(notes=self.notes | notes)

    async def failed(self, error: str, next_try: str) -> int:
        """Write down that an attempt failed, and when the next one is; how many did.

        Raises `Lost`.
        """
        await self._save(attempts=self.about["attempts"] + 1, error=error, next=next_try)
        return int(self.about["attempts"])

    async def renew(self) -> None:
        """Show that the holder is alive. Raises `Lost`."""
        await self._save()

    async def begin_anew(self) -> None:
        """Leave the work to anybody, as if it had never failed. Raises `Lost`."""
        await self._save(worker=NOBODY, attempts=0, error="", next="")

    async def hand_over(self) -> None:
        """Leave the work to anybody, with what was noted of it. Raises `Lost`."""
        await self._save(worker=NOBODY)

    async def release(self) -> None:
        """End the holding: there is nothing left to do. Raises `Lost`."""
        async with self._saving:
            try:
                await self.store.delete(HOLDINGS, [self.record], Scope())
            except Stale as error:
                raise Lost(self.record.id) from error

    async def _save(self, **changes: Any) -> None:
        async with self._saving:
            about = self.about | changes | {"beat": self.about["beat"] + 1}
            draft = _draft(about)
            try:
                self.record = await self.store.replace(HOLDINGS, self.record, draft, Scope())
            except Stale as error:
                raise Lost(self.record.id) from error
            self.about = about


@dataclass(slots=True)
class Watch:
    """What one worker saw of the holdings of others, and since when."""

    seen: dict[str, tuple[str, float]] = field(default_factory=dict)

    async def take(self, store: Store, name: str, worker: str) -> Holding | None:
        """The work with this name, held by this worker; None while somebody else is at it."""
        about: Json = {
            "id": name, "worker": worker, "beat": 0, "attempts": 0, "error": "", "next": "",
            "notes": {},
        }  # fmt: skip
        try:
            made = await store.create(HOLDINGS, _draft(about), Scope())
        except Duplicate:
            return await self._take_over(store, name, worker)
        return Holding(store, made.record, about)

    async def _take_over(self, store: Store, name: str, worker: str) -> Holding | None:
        try:
            record = await store.get(HOLDINGS, name, Scope())
        except Missing:
            return None
        about: Json = orjson.loads(record.body)
        if about["worker"] != NOBODY and not self._is_abandoned(name, record.revision):
            return None
        self.seen.pop(name, None)
        holding = Holding(store, record, about | {"worker": worker})
        try:
            await holding.renew()
        except Lost:
            return None
        return holding

    def _is_abandoned(self, name: str, revision: str) -> bool:
        """Whether a holding has had one revision for long enough, as far as was seen."""
        now = monotonic()
        seen, since = self.seen.get(name, ("", now))
        if seen != revision:
            self.seen[name] = (revision, now)
            return False
        return now - since >= ABANDONED


def _draft(about: Json) -> Draft:
    return Draft(about["id"], about, orjson.dumps(about))
