"""Indexes: what is wanted of them, and how those of a database become so beside the service."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import IndexModel, MongoClient

from persistence.administration import IndexState
from persistence.errors import Unavailable
from persistence.mongo import renewing
from persistence.mongo.pages import listing
from persistence.mongo.preparing import Preparation
from persistence.mongo.store import MongoStore
from persistence.mongo.tables import Table
from persistence.store import Collection, Column
from tests.persistence.driver import EVERYONE, OTHERS, THINGS, VERSIONED, Driver, draft, many, one
from tests.persistence.relay import Document, relayed
from tmf_apis.tmf630.query import (
    All,
    Comparison,
    Element,
    Kind,
    Operator,
    Predicate,
    Query,
    SortKey,
)

RECORDS = "records.test.v1.thing"
LATER = Column(one("later"), Kind.INSTANT, True)
#: The same resource whose specification declares one more date-time.
CHANGED = replace(THINGS, columns=(*THINGS.columns, LATER), group=(*THINGS.group, LATER.path))


@pytest.fixture
def shop(mongo_url: str) -> Iterator[Driver]:
    with asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(mongo_url, patience=20.0, own=20.0), runner)
        yield shop
        shop.run(shop.store.close())


@pytest.fixture
def database(mongo_url: str) -> Iterator[Any]:
    with MongoClient(mongo_url) as client:
        yield client.get_default_database()


def states(shop: Driver, *, apply: bool = False) -> dict[str, set[str]]:
    """The indexes by what is told of them, without the digests in their names."""
    told: dict[str, set[str]] = {}
    index: IndexState
    for index in shop.run(shop.store.indexes(apply=apply)):  # type: ignore[attr-defined]
        told.setdefault(index.state, set()).add(index.name.partition("~")[0])
    return told


def reopened(shop: Driver, *collections: Collection) -> None:
    """Open the store as another process would, and wait until all is renewed."""
    shop.reopen(collections)
    shop.together(shop.store._open.preparation.finished())  # type: ignore[attr-defined]


class TestChanges:
    """A database gets the indexes that are wanted now, whatever it had."""

    def test_an_attribute_more_changes_the_indexes(self, shop: Driver, database: Any) -> None:
        shop.create(draft("a", later="2026-01-01T00:00:00Z"))
        reopened(shop, CHANGED)
        found = database[RECORDS].find_one({"resource": "a"})
        assert "later:i" in found["c"]
        assert states(shop).keys() == {"present"}

    def test_other_fields_under_the_same_name_are_another_index(
        self, shop: Driver, database: Any
    ) -> None:
        shop.create(draft("a"))
        usual = replace(THINGS, group=(THINGS.group[0], *reversed(THINGS.group[1:])))
        reopened(shop, usual)
        groups = [n for n in database[RECORDS].index_information() if n.startswith("group")]
        assert len(groups) == 2
        assert states(shop).keys() == {"present"}
        assert shop.ids() == ["a"]

    def test_applying_renews_and_says_so(
        self, shop: Driver, database: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def nothing(_: Preparation) -> None:
            pass

        shop.create(draft("a"))
        monkeypatch.setattr(Preparation, "_remake_all", nothing)
        shop.reopen([CHANGED])
        assert "c.later:i+" in states(shop)["missing"]
        assert "c.later:i+" in states(shop, apply=True)["built"]
        entry = database["tmf.catalogue"].find_one({"_id": RECORDS})
        assert entry["signature"] == Table(CHANGED).signature
        assert entry["indexes"] == Table(CHANGED).indexed
        assert states(shop).keys() == {"present"}

    def test_an_index_with_other_options_is_told_and_replaced(
        self, shop: Driver, database: Any
    ) -> None:
        shop.create(draft("a"))
        records = database[RECORDS]
        (name,) = [n for n in records.index_information() if n.startswith("once")]
        records.drop_index(name)
        records.create_index([("once.key", 1)], name=name, sparse=True)
        told = states(shop)
        assert (told["missing"], told["not wanted"]) == ({"once"}, {"once"})
        states(shop, apply=True)
        assert records.index_information()[name]["unique"]

    def test_an_index_by_another_name_will_do(self, shop: Driver, database: Any) -> None:
        shop.create(draft("a"))
        records = database[RECORDS]
        (name,) = [n for n in records.index_information() if n.startswith("creation")]
        records.drop_index(name)
        records.create_index([("live", 1), ("_id", 1)], name="theirs")
        assert states(shop).keys() == {"present"}

    def test_old_indexes_go_when_the_new_ones_are_there(self, shop: Driver, database: Any) -> None:
        shop.create(draft("a"))
        reopened(shop, replace(THINGS, columns=THINGS.columns[1:]))
        names = database[RECORDS].index_information()
        assert not any(name.startswith("c.name") for name in names)

    def test_a_database_of_a_replica_set_can_be_sharded(
        self, mongo_url: str, shop: Driver, database: Any
    ) -> None:
        """mongod refuses an index of the same fields with other options (docs: "createIndexes",
        IndexOptionsConflict); a shard refuses a unique one without the shard key.
        """
        shop.create(draft("a"))
        records = database[RECORDS]
        with relayed(mongo_url, _As_Mongos(mongo_url)) as url, asyncio.Runner() as runner:
            cluster = Driver(lambda: MongoStore(url, patience=20.0, own=20.0), runner)
            cluster.together(cluster.store._open.preparation.finished())  # type: ignore[attr-defined]
            once = [i for n, i in records.index_information().items() if n.startswith("once")]
            assert [index.get("unique", False) for index in once] == [False]
            assert states(cluster).keys() == {"present"}
            cluster.run(cluster.store.close())


class _As_Mongos:
    """What a mongos says of itself, and what mongod says to an index it has otherwise."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, command: Document, reply: Document) -> Document:
        name = next(iter(command))
        if name in ("hello", "ismaster"):
            kept = {k: v for k, v in reply.items() if k not in ("setName", "hosts", "primary")}
            return kept | {"msg": "isdbgrid"}
        if name == "createIndexes":
            keys = [str(index["key"]) for index in command["indexes"]]
            with MongoClient(self._url) as client:
                there = client.get_default_database()[command[name]].list_indexes()
                alike = [index for index in there if str(dict(index["key"])) in keys]
            if len(alike) > len(keys):
                return {"ok": 0.0, "code": 85, "errmsg": "Index already exists differently"}
        return reply


def test_the_first_record_of_a_kind_holds_up_no_other(mongo_url: str) -> None:
    """Its indexes may take long where disks are slow: they are made all the same."""

    async def slow(command: Document, reply: Document) -> Document:
        if command.get("createIndexes") == RECORDS:
            await asyncio.sleep(1.5)
        return reply

    with relayed(mongo_url, slow) as url, asyncio.Runner() as runner:
        shop = Driver(lambda: MongoStore(url, patience=0.8, own=0.8), runner)
        held_up, made = shop.together(
            shop.store.create(THINGS, draft("a"), EVERYONE),
            shop.store.create(OTHERS, draft("b"), EVERYONE),
        )
        assert isinstance(held_up, Unavailable)
        assert "are being made" in str(held_up)
        assert made.record.id == "b"
        shop.run(asyncio.sleep(1.5))
        assert shop.create(draft("a")).record.id == "a"
        shop.run(shop.store.close())


class TestWalks:
    """Mirrors are made anew in walks by key, which take no longer where less is left to do."""

    def test_each_record_is_looked_at_once(
        self, mongo_url: str, shop: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.load(*(draft(f"{n}", later="2026-01-01T00:00:00Z") for n in range(10)))
        monkeypatch.setattr(renewing, "_LOOK", 3)
        monkeypatch.setattr(renewing, "_BATCH", 2)
        sent: list[Document] = []

        def noted(command: Document, reply: Document) -> Document:
            sent.append(command)
            return reply

        with relayed(mongo_url, noted) as url, asyncio.Runner() as runner:
            other = Driver(lambda: MongoStore(url, patience=20.0, own=20.0), runner)
            reopened(other, CHANGED)
            other.run(other.store.close())
        looks = [command for command in sent if command.get("find") == RECORDS]
        assert all("_id" in look["filter"] for look in looks)
        seen = [look["filter"]["_id"]["$gt"] for look in looks if "$gt" in look["filter"]["_id"]]
        assert len(seen) == 5
        assert seen == sorted(set(seen))


class TestLimits:
    """MongoDB takes 64 indexes of a collection."""

    MANY = replace(
        THINGS,
        columns=tuple(Column(one(f"date{n}"), Kind.INSTANT, True) for n in range(70)),
        group=(),
    )

    def test_more_attributes_than_indexes_are_told(
        self, shop: Driver, database: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING):
            reopened(shop, self.MANY)
        assert "date26, date27" in caplog.text
        assert "date25," not in caplog.text
        shop.create(draft("a", date69="2026-01-01T00:00:00Z"))
        assert len(database[RECORDS].index_information()) <= 64
        late = Comparison(one("date69"), Operator.GT, (0,), Kind.INSTANT)
        assert shop.ids(Query(late)) == ["a"]
        assert listing(Table(self.MANY), Query(late), EVERYONE).scanned == ("date69",)

    @pytest.mark.parametrize("collection", [THINGS, VERSIONED])
    def test_others_are_not(self, collection: Collection) -> None:
        assert Table(collection).without_index == []


def equals(name: str, *values: Any) -> Predicate:
    return Comparison(one(name), Operator.EQ, values, Kind.TEXT)


def by(name: str, kind: Kind = Kind.TEXT, *, down: bool = False) -> tuple[SortKey, ...]:
    return (SortKey(one(name), down, kind),)


SINCE = Comparison(one("date"), Operator.GT, (0,), Kind.INSTANT)
STATE = equals("state", "x")
PARTY = Comparison((*many("party"), *one("id")), Operator.EQ, ("p",), Kind.TEXT)
PAIR = Element(many("characteristic"), All((equals("name", "n"), equals("value", "v"))))
DATE, NEWEST = by("date", Kind.INSTANT), by("date", Kind.INSTANT, down=True)
#: Documented forms of a query by how docs/mongodb.md writes them; the index that serves each, and
#: whether what is found must still be sorted.
FORMS: dict[str, tuple[Query, str, bool]] = {
    "no condition": (Query(), "creation", False),
    "`id=a`": (Query(equals("id", "a")), "identity", True),
    "`sort=id`": (Query(sort=by("id")), "identity", False),
    "`sort=-id`": (Query(sort=by("id", down=True)), "identity", False),
    "`name=n`": (Query(equals("name", "n")), "c.name:t+", False),
    "`sort=name`": (Query(sort=by("name")), "c.name:t+", False),
    "`sort=-name`": (Query(sort=by("name", down=True)), "c.name:t-", False),
    "`sort=-@type`": (Query(sort=by("@type", down=True)), "c.@type:t-", False),
    "`state=x`": (Query(STATE), "c.state:t+", False),
    "`state=x&sort=date`": (Query(STATE, DATE), "group+", False),
    "`state=x&sort=-date`": (Query(STATE, NEWEST), "group-", False),
    "`sort=date`": (Query(sort=DATE), "c.date:i+", False),
    "`sort=-date`": (Query(sort=NEWEST), "c.date:i-", False),
    "`date.gt=…&sort=date`": (Query(SINCE, DATE), "c.date:i+", False),
    "`date.gt=…&sort=-date`": (Query(SINCE, NEWEST), "c.date:i-", False),
    "`date.gt=…`": (Query(SINCE), "c.date:i+", True),
    "`party.id=p`": (Query(PARTY), "mentions", False),
    "`party.id=p&sort=-date`": (Query(PARTY, NEWEST), "mentions", True),
    "a characteristic by name and value": (Query(PAIR), "mentions", False),
    "`state=x&sort=name`": (Query(STATE, by("name")), "c.state:t+", True),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_a_query_has_its_index(form: str) -> None:
    query, name, sorts = FORMS[form]
    table = Table(THINGS)
    page = listing(table, query, EVERYONE).page
    (model,) = [m for m in table.indexes if m.document["name"].partition("~")[0] == name]
    keys = model.document["key"]
    asked = dict(conditions(page[0]["$match"]))
    order: dict[str, int] = next(stage["$sort"] for stage in page if "$sort" in stage)
    first = next(iter(keys))
    assert first in asked or first in order, "the index neither finds nor orders"
    equal = {field for field, value in asked.items() if not isinstance(value, dict)}
    assert orders(keys, equal, order) is not sorts


def test_versions_are_ordered_by_id_and_creation() -> None:
    for down in (False, True):
        page = listing(Table(VERSIONED), Query(sort=by("id", down=down)), EVERYONE).page
        order = next(stage["$sort"] for stage in page if "$sort" in stage)
        served = [m for m in Table(VERSIONED).indexes if orders(m.document["key"], {"live"}, order)]
        assert served, order


def test_the_document_tells_them_all() -> None:
    text = Path("docs/mongodb.md").read_text()
    for form, (_, name, sorts) in FORMS.items():
        shown = name.replace("c.", "").replace(":t", "").replace(":i", "")
        assert f"| {form} | `{shown}` | {'yes' if sorts else 'no'} |" in text, form


def conditions(where: Document) -> Iterator[tuple[str, Any]]:
    """The fields that a filter asks about, with what it says of each."""
    for field, value in where.items():
        if field == "$and":
            for part in value:
                yield from conditions(part)
        elif not field.startswith("$"):
            yield field, value


def orders(keys: dict[str, Any], equal: set[str], order: dict[str, int]) -> bool:
    """Whether an index gives an order: its fields, without those that are alike in all that is
    found, begin with those of the order, all the same way round or all the other way.
    """
    ways = [(field, way) for field, way in keys.items() if field not in equal]
    wanted = [(field, way) for field, way in order.items() if field not in equal]
    begin: Sequence[tuple[str, Any]] = ways[: len(wanted)]
    return begin in (wanted, [(field, -way) for field, way in wanted])


def test_names_of_indexes_tell_what_they_are() -> None:
    def names(models: Sequence[IndexModel]) -> set[str]:
        return {model.document["name"] for model in models}

    alone, cluster = Table(THINGS), Table(THINGS, sharded=True)
    assert {n.partition("~")[0] for n in names(alone.indexes) - names(cluster.indexes)} == {"once"}
    assert alone.indexed != cluster.indexed
