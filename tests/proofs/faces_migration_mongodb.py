"""Records that two versions kept apart are joined on MongoDB too, also when that is cut short."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pymongo import MongoClient

from persistence.mongo.names import collection_name
from tests.persistence.mongo_server import MongoServer, database_url
from tests.proofs.faces_apart import Kind, parts
from tests.proofs.faces_migration import CONFLICTS, load, proved

#: As many as the server of the tests takes in and joins in some minutes.
RECORDS = 2_000


def prove(records: int = RECORDS) -> dict[str, Any]:
    """How many records were joined, when it was cut short, and what was wrong."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        server = MongoServer(folder, storage=str(folder / "data"))
        server.start()
        url = database_url(server.url, "tmf")

        def joined(kinds: Iterable[Kind]) -> int:
            return sum(_with_both(url, kind) for kind in kinds)

        try:
            given = parts(records, CONFLICTS)
            load(folder, url, given)
            return proved(folder, url, given, joined)
        finally:
            server.stop()


def _with_both(url: str, kind: Kind) -> int:
    """How many documents of a kind have two faces: the version that leads has their place."""
    with MongoClient[dict[str, Any]](url) as client:
        records = client.get_default_database()[collection_name(kind.path(0))]
        return records.count_documents({"t.live": {"$exists": True}})
