"""What an open store works with: its connection and the lanes to it, its tables, its log."""

import logging
from collections.abc import Sequence

from persistence.errors import StoreError, Unusable
from persistence.links import chain_of
from persistence.mongo.clock import Clock
from persistence.mongo.connection import Connection, connect
from persistence.mongo.events import Log
from persistence.mongo.lane import Lane
from persistence.mongo.latest import Records
from persistence.mongo.links import Chain
from persistence.mongo.names import CATALOGUE
from persistence.mongo.preparing import Preparation
from persistence.mongo.slots import Slots
from persistence.mongo.tables import Table, tables_of
from persistence.mongo.totals import Totals
from persistence.store import Collection, Event
from persistence.trials import Trials
from persistence.turns import Turns
from persistence.urls import without_password

logger = logging.getLogger(__name__)

#: Seconds the driver waits beyond a deadline that the server keeps, and for what ends at close.
_PATIENT = 1.0
#: How much of the connections lists may take, for others to be answered beside slow ones.
_OF_LISTS = 0.8
#: Long lists of clients that are under way at once, and that are or wait: behind more, few would
#: be read in time.
_AT_ONCE, _PLACES = 8, 16


class Opened:
    """The parts of a store, from its opening to its end."""

    def __init__(
        self, connection: Connection, collections: Sequence[Collection], clock: Clock
    ) -> None:
        self.connection = connection
        self.database = connection.database
        #: For whatever is asked, and for lists, which leave some of it to others.
        self.lane = Lane(connection.width)
        self.lists = Lane(max(1, int(connection.width * _OF_LISTS)), within=self.lane)
        #: For lists of clients that are long, and which of them are.
        self.long = Turns(_AT_ONCE, _PLACES, "long reads")
        self.trials = Trials()
        self.tables = tables_of(collections, sharded=connection.sharded)
        self.preparation = Preparation(self.database, self.lane, list(self.tables.values()))
        self.log = Log(connection)
        chain = chain_of(collections)
        self.chain = None if chain is None else Chain(connection, self.tables[chain.name], clock)
        self.totals = Totals(connection)
        self.clock = clock
        self.slots = Slots(self.database, self.lane, clock)

    def reading(self, collection: Collection) -> list[Table]:
        """The tables to read a collection by: one, or two where some of its records stand apart."""
        return [self.preparation.reading(place) for place in self.tables[collection.name].places]

    async def writing(self, collection: Collection, seconds: float) -> tuple[Records, Table]:
        """Where a collection's records are written to, made ready for them in so many seconds."""
        table = self.tables[collection.name]
        await self.preparation.writing(table.home, seconds)
        return self.database[table.name], table

    async def writing_with(
        self, collection: Collection, events: Sequence[Event], seconds: float
    ) -> tuple[Records, Table]:
        """The same where events go with what is written, some of which may be entries."""
        chain = self.chain
        if chain is not None and any(event.collection == chain.kind for event in events):
            await self.writing(chain.collection, seconds)
        return await self.writing(collection, seconds)

    async def standing_apart(self, table: Table, seconds: float) -> Table:
        """The table of records of a collection that have no other face, made ready for them."""
        assert table.pair is not None
        apart = self.preparation.stand_apart(table.pair)
        await self.preparation.writing(apart, seconds)
        return apart

    async def close(self) -> None:
        """Finish what was begun and let go of the server."""
        await self.preparation.end()
        await self.slots.release(_PATIENT)
        await self.connection.close()
        await self.lane.drained(_PATIENT)


async def open_database(
    url: str, collections: Sequence[Collection], clock: Clock, deadline: float, *, joining: bool
) -> Opened:
    """The parts of a store whose lists may take so many seconds; raises `Unusable`, and `Apart` for
    records that stand apart, unless these are to be joined.
    """
    connection = await connect(url, deadline + _PATIENT)
    try:
        opened = Opened(connection, collections, clock)
        await opened.preparation.begin(joining=joining)
    except StoreError as error:
        await connection.close()
        shown = f"{without_password(url)}: {error}"
        raise error if isinstance(error, Unusable) else Unusable(shown) from error
    for table in opened.tables.values():
        if table.without_index:
            left = ", ".join(table.without_index)
            logger.warning("%s has more attributes than indexes: %s", table.name, left)
    return opened


async def has_entries(url: str, deadline: float) -> bool:
    """Whether a database was ever opened; raises `Unusable`."""
    connection = await connect(url, deadline + _PATIENT)
    try:
        entry = connection.database[CATALOGUE].find_one({})
        return await Lane(connection.width).run(entry, deadline) is not None
    finally:
        await connection.close()
