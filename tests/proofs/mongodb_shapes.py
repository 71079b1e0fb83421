"""Two hundred resources of the greatest size and of many shapes: both stores answer alike."""

import asyncio
import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pymongo import MongoClient

from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from tests.persistence.driver import Driver
from tests.persistence.large_bodies import ROOMY, life
from tests.persistence.mongo_server import GIVEN, MongoServer, database_url

SHAPES = int(os.environ.get("TMF_PROOF_SHAPES", "200"))
FIRST = int(os.environ.get("TMF_PROOF_FIRST", "0"))
#: Seconds that a command may take on the server of the tests.
PATIENCE = 120.0


def prove() -> dict[str, Any]:
    """In how many lives the stores differed, and how many bodies have a queryable copy."""
    differing, copied = [], 0
    numbers = range(FIRST, FIRST + SHAPES)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        url = GIVEN
        if not GIVEN:
            server = MongoServer(folder, *ROOMY)
            server.start()
            stack.callback(server.stop)
            # It is busy with one of them for so long that it would be taken for gone.
            mark = "&" if "?" in server.url else "/?"
            url = f"{server.url}{mark}connectTimeoutMS=120000"
        for number in numbers:
            found, copy = _lived(database_url(url, f"shapes-{number}"), folder, number)
            copied += copy
            if not found:
                differing.append(number)
            with MongoClient[dict[str, Any]](url) as client:
                client.drop_database(f"shapes-{number}")
    return {
        "holds": not differing,
        "summary": f"{len(numbers)} shapes of 4 MiB made with a key, changed twice while events"
        f" waited, replayed, listed and removed: {len(differing)} differed; {copied} of them are"
        " found on MongoDB by any attribute",
        "differing": differing,
    }


def _lived(url: str, folder: Path, number: int) -> tuple[bool, bool]:
    """Whether both stores gave the same answers, and whether MongoDB has a copy of the body."""
    with asyncio.Runner() as runner:
        mongo = Driver(lambda: MongoStore(url, patience=PATIENCE, deadline=PATIENCE), runner)
        sqlite = Driver(lambda: SqliteStore(folder / f"{number}.db"), runner)
        answers, copied = life(mongo, number)
        others, _ = life(sqlite, number)
        for shop in (mongo, sqlite):
            shop.run(shop.store.close())
    return answers == others, copied
