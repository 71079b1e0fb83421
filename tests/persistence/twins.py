"""Two collections whose records have two faces, on either store."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Collection, Draft, Facet, Record, Scope, Store
from tests.persistence.driver import COLUMNS, EVERYONE, REFERENCES, Driver, draft, one
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Query

OLD = Collection("/test/v4/thing", False, COLUMNS, REFERENCES, twin="/test/v5/thing")
NEW = Collection("/test/v5/thing", False, COLUMNS, REFERENCES, twin="/test/v4/thing")
SEVERAL = (
    Collection("/test/v4/several", True, COLUMNS, twin="/test/v5/several"),
    Collection("/test/v5/several", True, COLUMNS, twin="/test/v4/several"),
)
ALL = (OLD, NEW, *SEVERAL)
#: The same collections when the faces are kept apart.
APART = tuple(Collection(c.name, c.versioned, c.columns, c.references) for c in ALL)
#: And by the name of each.
ALONE = {each.name: each for each in APART}
#: Through which face, and which one is the other.
EITHER = pytest.mark.parametrize(("own", "other"), [(OLD, NEW), (NEW, OLD)], ids=["v4", "v5"])
EITHER_OF_SEVERAL = pytest.mark.parametrize(
    ("own", "other"), [SEVERAL, SEVERAL[::-1]], ids=["v4", "v5"]
)


@pytest.fixture(params=["SQLite", "MongoDB"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, mongo_url: str) -> Iterator[Driver]:
    """A store for them."""

    def make() -> Store:
        if request.param == "SQLite":
            return SqliteStore(tmp_path / "store.db")
        return MongoStore(mongo_url, patience=20.0)

    with asyncio.Runner() as runner:
        shop = Driver(make, runner)
        shop.reopen(ALL)
        yield shop
        shop.run(shop.store.close())


def both(id: str, own: str, other: str, version: str = "", memory: bytes | None = None) -> Draft:
    """A draft whose two faces have these names, and mention these channels."""
    mine = draft(id, version, name=own, channel={"id": own})
    twin = draft(id, version, name=other, channel={"id": other})
    return mine._replace(twin=Facet(twin.document, twin.body, memory=memory))


def seen(
    shop: Driver,
    collection: Collection,
    id: str,
    version: str | None = None,
    scope: Scope = EVERYONE,
) -> Record:
    """A record with both its faces."""
    return shop.run(shop.store.get(collection, id, scope, version, twin=True))


def versions(shop: Driver, collection: Collection, id: str) -> list[Record]:
    """All entity versions with both their faces."""
    return shop.run(shop.store.versions(collection, id, EVERYONE, twin=True))


def found(shop: Driver, collection: Collection, value: str) -> list[str]:
    """What is found by the name, which is what is found by the mention."""
    by = [
        shop.ids(Query(Comparison(path, Operator.EQ, (value,), Kind.TEXT)), collection=collection)
        for path in (one("name"), one("channel", "id"))
    ]
    assert by[0] == by[1]
    return by[0]


def turned(record: Record) -> Record:
    """A record as it is seen through its other face."""
    return record._replace(body=record.twin or b"", twin=record.body)


def names(record: Record) -> list[str]:
    """The names in both faces."""
    assert record.twin is not None
    return [orjson.loads(body)["name"] for body in (record.body, record.twin)]
