"""Totals that a process remembers for as long as nothing was written (docs/decisions/0004).

Each answer of a replica set tells the time of the latest entry of its log that the majority has,
and every change is such an entry. A total is remembered with that time, if it was the same before
and after counting, and holds while answers go on telling it. A server alone tells no time, and
shards have one each: there every total is counted.
"""

from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from time import monotonic

from bson import Timestamp
from pymongo.asynchronous.client_session import AsyncClientSession

from persistence.mongo.connection import Connection

#: Totals a process remembers.
_KEPT = 512
#: Seconds that answers have told the same time before a total is remembered with it: a server
#: that is no MongoDB may tell a change a moment before it shows it.
SETTLED = 1.0


class Totals:
    """The totals of one moment of the log."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._totals: dict[Hashable, int] = {}
        self._at: Timestamp | None = None
        self._since = 0.0

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncClientSession | None]:
        """What the reads of one list belong to, each of no earlier moment than the one before."""
        if not self._connection.replicated or self._connection.sharded:
            yield None
            return
        async with self._connection.session() as session:
            yield session

    def known(self, key: Hashable, at: Timestamp | None) -> int | None:
        """The total that holds at the moment of the last answer, if it is remembered; what was
        counted at others is forgotten.
        """
        if at != self._at:
            self._totals.clear()
            self._at, self._since = at, monotonic()
        return self._totals.get(key)

    def keep(self, key: Hashable, at: Timestamp | None, total: int) -> None:
        """Remember a total that holds at a moment, if that is still the last one."""
        if at is None or at != self._at or monotonic() - self._since < SETTLED:
            return
        if len(self._totals) >= _KEPT:
            self._totals.clear()
        self._totals[key] = total


def moment(session: AsyncClientSession | None) -> Timestamp | None:
    """The time that the last answer told. Whoever gives no time of the whole cluster with it is no
    MongoDB, and means something else by it.
    """
    if session is None or session.cluster_time is None:
        return None
    return session.operation_time
