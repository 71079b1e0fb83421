"""Whether the file takes a write and gives it back, and is sound as far as a short look tells."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from time import monotonic, time
from typing import Any

from persistence.errors import Unavailable, Unusable
from persistence.sqlite.connection import connect
from persistence.sqlite.engine import errors, operational_errors
from persistence.sqlite.file import Watch

Write = Callable[[Callable[[sqlite3.Connection], int]], Awaitable[Any]]

#: Seconds that whoever asks waits at most, and for which an answer holds.
PATIENCE, HOLDS = 2.0, 0.5
#: Seconds for which the pages of the file are looked through, and between two such looks.
LOOK, EVERY = 0.05, 5.0
#: Steps of SQLite between two looks at the clock.
_STEPS = 20_000


class Pulse:
    """Tries the file of a store for those who ask, however many they are."""

    def __init__(self, path: Path, write: Write, watch: Watch, key: Path | None = None) -> None:
        self._path = path
        self._key = key
        self._write = write
        self._watch = watch
        self._trial: asyncio.Task[None] | None = None
        self._felt = self._looked = float("-inf")

    async def feel(self, records: Iterable[str]) -> None:
        """Return when the file takes a write and gives it back. Raises `Unavailable`, in any case
        soon.
        """
        self._watch.glance(anew=True)
        if monotonic() - self._felt < HOLDS:
            return
        if self._trial is None or self._trial.done():
            self._trial = asyncio.create_task(self._try(list(records)))
            self._trial.add_done_callback(_nobody_asks)
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.shield(self._trial)
        except TimeoutError as error:
            raise Unavailable(f"{self._path}: no write in {PATIENCE:g} seconds") from error

    async def _try(self, records: list[str]) -> None:
        mark: int = await self._write(_beat)
        look = monotonic() - self._looked > EVERY
        await asyncio.to_thread(read_back, self._path, mark, records, look=look, key=self._key)
        self._felt = monotonic()
        if look:
            self._looked = self._felt


def _nobody_asks(trial: asyncio.Task[None]) -> None:
    """What came of a trial when all who asked went away."""
    if not trial.cancelled():
        trial.exception()


def _beat(connection: sqlite3.Connection) -> int:
    """The write: a mark that was never written before."""
    (mark,) = connection.execute(
        "INSERT INTO beat (one, at) VALUES (1, ?)"
        " ON CONFLICT (one) DO UPDATE SET at = max(at + 1, excluded.at) RETURNING at",
        (int(time() * 1_000_000),),
    ).fetchone()
    return int(mark)


def read_back(
    path: Path, mark: int, records: list[str], *, look: bool, key: Path | None = None
) -> None:
    """The read, by a connection that remembers nothing: of the mark or a later one, of the first
    and the last record of each table, and with `look` of as many pages as there is time for.

    Raises `Unavailable`.
    """
    try:
        connection = connect(path, key=key)
    except Unusable as error:
        raise Unavailable(str(error)) from error
    try:
        row = connection.execute("SELECT at FROM beat WHERE one = 1").fetchone()
        if row is None or row[0] < mark:
            raise Unavailable(f"{path}: what was just written is not there")
        for table in records:
            for end in ("min", "max"):
                connection.execute(
                    f"SELECT body FROM {table} WHERE key = (SELECT {end}(key) FROM {table})"
                ).fetchone()
        if look and (fault := _fault(connection)):
            raise Unavailable(f"{path}: {fault}")
    except errors() as error:
        raise Unavailable(f"{path}: {error}") from error
    finally:
        connection.close()


def _fault(connection: sqlite3.Connection) -> str:
    """What is wrong with a page of the file, if that is found in time."""
    until = monotonic() + LOOK
    connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except operational_errors():
        if monotonic() > until:
            return ""
        raise
    return "" if found == "ok" else str(found)
