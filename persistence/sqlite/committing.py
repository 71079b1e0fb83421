"""What one transaction of the writer does for the writes that share it, and how it ends for each.

One that fails undoes nothing of the others: then, or where some write cannot be run again, each
runs inside a savepoint of its own. That costs two statements a write, and a copy of each page that
is changed.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from persistence.errors import Unavailable
from persistence.sqlite.engine import errors
from persistence.sqlite.file import Watch
from persistence.sqlite.taking import take

#: Runs inside the transaction; what it returns answers the caller, what it raises undoes it.
Work = Callable[[sqlite3.Connection], Any]


class Job(NamedTuple):
    """A write, who waits for it, and whether it can be run again after it was undone."""

    work: Work
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    repeatable: bool


class Committed(NamedTuple):
    """The outcome of each job of a group, a value or the exception that undid it; and whether the
    log was copied into the file since the group before.
    """

    outcomes: list[Any]
    copied: bool


def commit(connection: sqlite3.Connection, group: Sequence[Job], watch: Watch) -> Committed:
    """Carry out some jobs in one transaction. Raises nothing: who waits is told."""
    try:
        watch.look()
        take(connection)
        outcomes = _outcomes(connection, group)
        connection.execute("COMMIT")
        return Committed(outcomes, watch.committed())
    except Exception as error:  # Whatever it is: the thread goes on.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return Committed([Unavailable(str(error))] * len(group), copied=False)


def answer(group: Sequence[Job], outcomes: Sequence[Any]) -> None:
    """Tell every caller, with one wake-up per event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for job, outcome in zip(group, outcomes, strict=True):
        by_loop.setdefault(job.loop, []).append((job.future, outcome))
    for loop, answers in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, answers)


def _outcomes(connection: sqlite3.Connection, group: Sequence[Job]) -> list[Any]:
    """The outcome of each job, in a transaction that holds what those did that did not fail."""
    if all(job.repeatable for job in group):
        try:
            return [job.work(connection) for job in group]
        except Exception:  # Whatever it is: the same comes again, to the one job that it is of.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            take(connection)
    return [_attempt(connection, job.work) for job in group]


def _attempt(connection: sqlite3.Connection, work: Work) -> Any:
    connection.execute("SAVEPOINT write")
    try:
        outcome = work(connection)
    except Exception as error:
        connection.execute("ROLLBACK TO write")
        connection.execute("RELEASE write")
        if isinstance(error, errors()):
            return Unavailable(str(error))
        return error
    connection.execute("RELEASE write")
    return outcome


def _resolve(answers: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, outcome in answers:
        if future.done():
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
