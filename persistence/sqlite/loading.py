"""Many records at once, all or none (D21), in steps that hold the file for moments only.

What fits into one step is one write. Else records are put in unseen (see `unseen`) and the entry of
the load is decided: this one write decides, and at once all of them are seen. Then follows what
else belongs to it: records take the place of others, versions that were overtaken cease to be the
latest, events go into the log.

A process that dies before it has decided leaves what nobody sees, which is removed by another; one
that dies after leaves the rest to do, which is done by another (`sweep`).
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from persistence.errors import Duplicate, Unavailable
from persistence.parts import parts
from persistence.sqlite import loading_steps, writes
from persistence.sqlite.loading_steps import Entry, State
from persistence.sqlite.tables import Table
from persistence.store import Drafts, Raising, Scope

Work = Callable[[sqlite3.Connection], Any]
Write = Callable[[Work], Awaitable[Any]]

#: Seconds that the file is left to others between two steps.
LEAVE = 0.02
#: Records made ready for a step at most, and bytes of them.
RECORDS, BYTES = 250, 1 << 20


async def load(
    write: Write, table: Table, drafts: Drafts, scope: Scope, raising: Raising | None, *, over: bool
) -> int:
    """Keep many records; `over` lets them take the place of existing ones. Raises `Duplicate`."""
    rest = parts(drafts, RECORDS, BYTES)
    first, second = next(rest, []), next(rest, None)
    if second is None:
        count: int = await write(writes.load(table, first, scope, raising, over=over))
        return count
    # What takes the place of others waits beside the records, and needs no keys.
    entry: Entry = await write(loading_steps.begin(table, scope, 0 if over else len(drafts)))
    try:
        key = entry.first
        for part in chain((first, second), rest):
            if over:
                await _steps(write, loading_steps.put_aside(table, entry, part))
            else:
                await _steps(write, loading_steps.put_in(table, entry, part, key, raising))
            key += len(part)
        await write(loading_steps.decide(entry))
    except BaseException:
        await discard(write, table, entry)
        raise
    await finish(write, table, entry)
    return len(drafts)


async def finish(write: Write, table: Table, entry: Entry) -> None:
    """Do what is left to do of a load that is decided; doing it again changes nothing."""
    try:
        await _steps(write, loading_steps.put_over(table, entry))
    except Duplicate as error:
        raise Unavailable(f"{error} is in two loads at once; it is replaced later") from error
    if table.collection.versioned:
        await _steps(write, loading_steps.settle_versions(table, entry))
    await _steps(write, loading_steps.tell_all(table, entry))
    await write(loading_steps.end(entry))


async def discard(write: Write, table: Table, entry: Entry) -> None:
    """Remove what a load has put in, unless it is decided; it can no longer be."""
    if await write(loading_steps.give_up(entry)):
        await _steps(write, loading_steps.take_out(table, entry))
        await _steps(write, loading_steps.drop(entry))
        await write(loading_steps.end(entry))


async def sweep(
    write: Write, found: Sequence[tuple[Entry, str, State]], tables: Mapping[str, Table]
) -> None:
    """Finish or undo loads whose process is gone, given with their collection and state."""
    for entry, collection, state in found:
        # By a process that keeps the faces apart, a half of the records would be forgotten.
        table = tables.get(collection)
        if table is not None and entry.twin == (table.twin.records if table.twin else ""):
            await (finish if state is State.DECIDED else discard)(write, table, entry)


async def _steps(write: Write, step: Work) -> None:
    """Take a step as long as it says that more is to do, and leave the file to others between."""
    while await write(step):
        await asyncio.sleep(LEAVE)
    await asyncio.sleep(LEAVE)
