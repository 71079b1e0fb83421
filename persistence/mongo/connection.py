"""The client of a process: durable writes, short waits, and one clear line when it is no use."""

from typing import Any

from mongoengine import register_connection
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)
from pymongo.uri_parser import parse_uri
from pymongo.write_concern import WriteConcern

from persistence.errors import Unusable
from persistence.mongo.documents import ALIAS
from persistence.mongo.lane import CONNECTIONS, first_line
from persistence.urls import DEFAULT_DATABASE, without_password

Stored = dict[str, Any]
Database = AsyncDatabase[Stored]

#: The oldest server whose behaviour was considered.
OLDEST = (6, 0)
#: Milliseconds to find a server, to reach it, to get a connection of the pool; between two looks
#: at each server; that an idle wire may be silent; that replicas may take to confirm a write.
_OPTIONS: dict[str, Any] = {
    "serverSelectionTimeoutMS": 1_200,
    "connectTimeoutMS": 3_000,
    "waitQueueTimeoutMS": 1_000,
    "heartbeatFrequencyMS": 1_000,
    "socketTimeoutMS": 30_000,
    "maxPoolSize": CONNECTIONS,
    "maxConnecting": 10,
    "appname": "tmf-apis",
}
#: Acknowledged means durable on most of the members; also on one member alone.
DURABLE = WriteConcern(w="majority", j=True, wtimeout=1_500)
#: The same for many documents at once.
DURABLE_BULK = WriteConcern(w="majority", j=True, wtimeout=30_000)


class Connection:
    """An open client and the database that a URL names."""

    def __init__(self, url: str) -> None:
        """Raises `Unusable` for a URL that cannot be understood."""
        self.shown = without_password(url)
        try:
            name = (parse_uri(url, validate=True, warn=False) or {}).get("database")
            self._client: AsyncMongoClient[Stored] = AsyncMongoClient(
                url, **_OPTIONS, tz_aware=True
            )
            # For those who use the document classes by hand; it connects when it is used.
            register_connection(
                ALIAS, db=name or DEFAULT_DATABASE, host=url, uuidRepresentation="standard"
            )
        except (PyMongoError, ValueError, TypeError) as error:
            raise Unusable(f"{self.shown}: {first_line(error)}") from error
        self.database = self._client.get_database(name or DEFAULT_DATABASE, write_concern=DURABLE)
        self.replicated = self.sharded = False

    async def check(self) -> None:
        """Return when the server can be used; raises `Unusable`, which says why it cannot."""
        try:
            hello = await self.database.command("hello")
            build = await self.database.command("buildInfo")
            await self.database["tmf.catalogue"].find_one({"_id": "layout"})
        except ServerSelectionTimeoutError as error:
            raise Unusable(f"{self.shown}: no server answers: {first_line(error)}") from error
        except OperationFailure as error:
            raise Unusable(f"{self.shown}: the server refuses: {first_line(error)}") from error
        except (TimeoutError, PyMongoError) as error:
            raise Unusable(f"{self.shown}: {first_line(error)}") from error
        version = tuple(build.get("versionArray", (0, 0)))[:2]
        if version < OLDEST:
            wanted = ".".join(map(str, OLDEST))
            raise Unusable(
                f"{self.shown}: MongoDB {wanted} or later is needed, not {build.get('version')}"
            )
        self.sharded = hello.get("msg") == "isdbgrid"
        self.replicated = "setName" in hello or self.sharded

    async def close(self) -> None:
        """Let go of every connection."""
        await self._client.close()
