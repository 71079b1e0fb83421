"""The client of a process: durable writes, safe reads, and one clear line when it is no use."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymongo
from mongoengine import register_connection
from pymongo import AsyncMongoClient, ReadPreference
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.uri_parser import parse_uri
from pymongo.write_concern import WriteConcern

from persistence.errors import Unusable
from persistence.mongo.documents import ALIAS
from persistence.mongo.failures import first_line
from persistence.urls import DEFAULT_DATABASE, without_password

logger = logging.getLogger(__name__)

Stored = dict[str, Any]
Database = AsyncDatabase[Stored]

#: The oldest server whose behaviour was considered.
OLDEST = (6, 0)
#: Seconds to find a server at start, which may be starting, too.
START = 10.0
#: Seconds after which somebody who waits for that is told so.
SOON = 0.5
#: What holds where the URL says nothing. Milliseconds to find a server, to reach it, between two
#: looks at each server.
_DEFAULTS: dict[str, Any] = {
    "serverSelectionTimeoutMS": 1_200,
    "connectTimeoutMS": 3_000,
    "heartbeatFrequencyMS": 1_000,
    "maxPoolSize": 52,
    "maxConnecting": 10,
    "appname": "tmf-apis",
}
#: Connections that the driver has for itself: to end sessions and cursors.
_OF_THE_DRIVER = 2
#: Acknowledged means durable on most of the members; also on one member alone.
DURABLE = WriteConcern(w="majority", j=True)


class Connection:
    """An open client and the database that a URL names.

    Reads go to the primary and see only what no failover takes back, whatever the URL says.
    """

    def __init__(self, shown: str, client: AsyncMongoClient[Stored], name: str) -> None:
        self._shown = shown
        self._client = client
        self.database = client.get_database(
            name, write_concern=DURABLE, read_preference=ReadPreference.PRIMARY
        )
        self.replicated = self.sharded = False

    @property
    def width(self) -> int:
        """How many commands may be under way at once."""
        pool = self._client.options.pool_options.max_pool_size
        return max(1, int(pool or _DEFAULTS["maxPoolSize"]) - _OF_THE_DRIVER)

    async def check(self, seconds: float) -> None:
        """Return when the server can be used; raises `Unusable`, which says why it cannot."""
        try:
            with pymongo.timeout(seconds):
                hello = await self.database.command("hello")
                build = await self.database.command("buildInfo")
                await self.database["tmf.catalogue"].find_one({"_id": "layout"})
        except ServerSelectionTimeoutError as error:
            raise Unusable(f"{self._shown}: no server answers: {first_line(error)}") from error
        except OperationFailure as error:
            raise Unusable(f"{self._shown}: the server refuses: {first_line(error)}") from error
        except (TimeoutError, PyMongoError) as error:
            raise Unusable(f"{self._shown}: {first_line(error)}") from error
        version = tuple(build.get("versionArray", (0, 0)))[:2]
        if version < OLDEST:
            wanted = ".".join(map(str, OLDEST))
            raise Unusable(
                f"{self._shown}: MongoDB {wanted} or later is needed, not {build.get('version')}"
            )
        self.sharded = hello.get("msg") == "isdbgrid"
        self.replicated = "setName" in hello or self.sharded
        if self.replicated:
            self.database = self.database.with_options(read_concern=ReadConcern("majority"))

    def session(self) -> AsyncClientSession:
        """What some reads belong to, each of no earlier moment than the one before."""
        return self._client.start_session(causal_consistency=True)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._client.close()


async def connect(url: str, longest: float) -> Connection:
    """A connection to a server that can be used; raises `Unusable`.

    `longest` is how many seconds an answer may take to a command that tells the server its limit.
    """
    shown = without_password(url)
    try:
        # Names of hosts may have to be looked up, which must not stop the loop.
        said, name = await asyncio.to_thread(_understood, url)
        wanted = {**_DEFAULTS, "socketTimeoutMS": int(longest * 1_000)}
        options = {option: v for option, v in wanted.items() if option.lower() not in said}
        client: AsyncMongoClient[Stored] = AsyncMongoClient(url, **options, tz_aware=True)
    except (PyMongoError, ValueError, TypeError) as error:
        raise Unusable(f"{shown}: {first_line(error)}") from error
    connection = Connection(shown, client, name)
    patience = said.get("serverselectiontimeoutms", START)
    try:
        with _telling(f"waiting for {shown}, up to {patience:g} s"):
            await connection.check(patience)
    except BaseException:
        await connection.close()
        raise
    return connection


@contextmanager
def _telling(what: str) -> Iterator[None]:
    """Say what is being done, unless it is soon over."""
    later = asyncio.get_running_loop().call_later(SOON, logger.warning, what)
    try:
        yield
    finally:
        later.cancel()


def _understood(url: str) -> tuple[dict[str, Any], str]:
    """The options of a URL by their names in lower case, and the database."""
    parsed = parse_uri(url, validate=True, warn=False)
    name = parsed["database"] or DEFAULT_DATABASE
    # For those who use the document classes by hand; it connects when it is used.
    register_connection(ALIAS, db=name, host=url, uuidRepresentation="standard")
    return {option.lower(): value for option, value in parsed["options"].items()}, name
