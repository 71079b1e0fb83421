"""Each store answers every query as the naive evaluator does: same ids, same order, same total.

`TMF_EXAMPLES` sets how many queries are tried on SQLite, and `TMF_MONGO_EXAMPLES` on MongoDB.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persistence.mongo.store import MongoStore
from persistence.sqlite.store import SqliteStore
from persistence.store import Collection, Column, Draft, Scope, Store
from tests import naive, queries
from tests.conftest import EXAMPLES
from tests.persistence.mongo_server import fresh_database
from tests.persistence.twin_store import TwinStore
from tmf_apis.spec.types import Kind, Shape
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.listing import parse_listing
from tmf_apis.tmf630.paging import Limits
from tmf_apis.tmf630.paths import resolve
from tmf_apis.tmf630.query import Cursor, Query

#: Fewer on MongoDB, for the server of the tests looks at every record of a collection.
MONGO_EXAMPLES = int(os.environ.get("TMF_MONGO_EXAMPLES", EXAMPLES // 5))
LIMITS = Limits(100, 1000)
EVERYONE = Scope()
#: Seed and size of each set of records that queries run against.
SHARDS = ((630, 60), (2024, 110), (7, 150))


def path(*names: str) -> tuple[queries.Any, ...]:
    return resolve(names, queries.ROOT)[0]


def columns() -> tuple[Column, ...]:
    """Every declared scalar of the first level and two deeper ones, each second one indexed."""
    scalars = [
        ((name,), attribute.kind)
        for name, attribute in queries.ROOT.children.items()
        if attribute.shape is Shape.ONE
        and attribute.kind not in (Kind.ANY, Kind.OBJECT)
        and name not in ("id", "href")
    ]
    scalars += [(("validFor", "startDateTime"), Kind.INSTANT), (("cost", "value"), Kind.NUMBER)]
    return tuple(
        Column(path(*names), kind, number % 2 == 0) for number, (names, kind) in enumerate(scalars)
    )


COLLECTION = Collection(
    "/tmf-api/test/v5/thing",
    columns=columns(),
    references=(path("channel", "id"), path("relatedParty", "id")),
    pairs=(path("characteristic"), path("item", "characteristic")),
    group=(path("category"), path("creationDate"), path("lastUpdate")),
)
#: The same records with nothing mirrored: every attribute is read from the JSON.
BARE = Collection("/tmf-api/test/v5/bare")


def drafts(resources: list[queries.Resource]) -> list[Draft]:
    return [Draft(resource["id"], resource, orjson.dumps(resource)) for resource in resources]


class Shop:
    """A store in use: its loop, its collections, and the number of fresh sets it was given.

    `examples` is how many queries each property should ask, `asked` how many were asked in all.
    """

    def __init__(self, store: Store, examples: int) -> None:
        self.runner = asyncio.Runner()
        self.store = store
        self.examples = examples
        self.runner.run(self.store.open([COLLECTION, BARE]))
        self.spaces = 0
        self.asked = 0

    def load(self, resources: list[queries.Resource]) -> Scope:
        """Keep resources in a space of their own."""
        self.spaces += 1
        scope = Scope(tenant=f"set{self.spaces}")
        for collection in (COLLECTION, BARE):
            loading = self.store.load(collection, drafts(resources), scope)
            assert self.runner.run(loading) == len(resources)
        return scope

    def answer(
        self, query: Query, scope: Scope, collection: Collection = COLLECTION
    ) -> tuple[list[str], int]:
        self.asked += 1
        found = self.runner.run(self.store.find(collection, query, scope))
        return [record.id for record in found.records], found.total

    def walk(self, query: Query, scope: Scope, *, backwards: bool) -> list[str]:
        """Every id of the result, fetched page by page with cursors."""
        ids: list[str] = []
        while True:
            self.asked += 1
            found = self.runner.run(self.store.find(COLLECTION, query, scope))
            page = [record.id for record in found.records]
            ids = page + ids if backwards else ids + page
            token = found.first if backwards else found.last
            if token is None:
                return ids
            query = replace(query, cursor=Cursor(token, backwards))


@contextmanager
def opened(store: Store, examples: int) -> Iterator[Shop]:
    shop = Shop(store, examples)
    try:
        yield shop
    finally:
        shop.runner.run(shop.store.close())
        shop.runner.close()


@pytest.fixture(scope="module", params=["sqlite", "mongodb", "second face"])
def shop(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    record_testsuite_property: Callable[[str, object], None],
) -> Iterator[Shop]:
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("equivalence") / "store.db"
        with opened(SqliteStore(file), EXAMPLES) as shop:
            yield shop
    else:
        with fresh_database() as url:
            store: Store = MongoStore(url, deadline=60)
            examples = MONGO_EXAMPLES
            if request.param == "second face":
                store = TwinStore(store)  # type: ignore[assignment]
                examples //= 2
            with opened(store, examples) as shop:
                yield shop
    record_testsuite_property("queries", shop.asked)


def parsed(raw: str) -> Query | None:
    """The query of a raw query string, or None when it is refused."""
    try:
        return parse_listing(raw, queries.ROOT, LIMITS).query
    except TmfError as refusal:
        assert refusal.cause.status in (400, 501)
        return None


@pytest.mark.rule(
    "R-401", "R-402", "R-403", "R-404", "R-405", "R-406", "R-407", "R-409", "R-410", "R-411",
    "R-412", "R-414", "R-416", "R-418", "R-503", "R-504", "R-506", "R-508", "R-509", "R-601",
    "R-603", "R-604", "R-605",
)  # fmt: skip
@pytest.mark.parametrize(("seed", "count"), SHARDS)
def test_a_store_and_the_naive_evaluator_agree(shop: Shop, seed: int, count: int) -> None:
    resources = queries.resources(seed, count)
    scope = shop.load(resources)

    @settings(max_examples=max(1, shop.examples // len(SHARDS)))
    @given(queries.raw_queries(resources))
    def agree(raw: str) -> None:
        query = parsed(raw)
        if query is not None:
            expected = naive.answer(resources, query)
            assert shop.answer(query, scope) == expected
            assert shop.answer(query, scope, BARE) == expected

    agree()


def test_they_agree_on_fresh_resources(shop: Shop) -> None:
    @settings(max_examples=max(1, shop.examples // 6))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        resources = data.draw(queries.few_resources())
        scope = shop.load(resources)
        for _ in range(3):
            query = parsed(data.draw(queries.raw_queries(resources)))
            if query is not None:
                expected = naive.answer(resources, query)
                assert shop.answer(query, scope) == expected
                assert shop.answer(query, scope, BARE) == expected

    agree()


@pytest.mark.rule("R-604", "R-615")
@pytest.mark.parametrize("backwards", [False, True])
def test_walking_by_cursors_visits_the_whole_result_in_order(shop: Shop, backwards: bool) -> None:
    resources = queries.resources(seed=615, count=40)
    scope = shop.load(resources)

    @settings(max_examples=max(1, shop.examples // 6))
    @given(queries.raw_queries(resources), st.integers(7, 30))
    def agree(raw: str, size: int) -> None:
        query = parsed(raw)
        if query is None:
            return
        whole, _ = naive.answer(resources, replace(query, offset=0, limit=None))
        start = replace(query, offset=0, limit=size)
        if not backwards:
            assert shop.walk(start, scope, backwards=False) == whole
        elif whole:
            # From behind the last one: its own cursor, and then itself.
            found = shop.runner.run(shop.store.find(COLLECTION, replace(start, limit=None), scope))
            before = replace(start, cursor=Cursor(found.last or "", backwards=True))
            assert shop.walk(before, scope, backwards=True) + whole[-1:] == whole

    agree()


@pytest.mark.rule("R-418", "R-507")
@pytest.mark.parametrize(
    "raw",
    [
        ".".join(["x"] * 32) + "=1,a,true",
        ".".join(["item"] * 29) + ".note.date.gt=2024-01-01",
        ".".join(["item[id=a]"] * 3) + ".note.date=2024-01-01",
        "&".join(f"note[author=red{number}].text=blue" for number in range(100)),
        "note[author=red].text=" + "&note[author=red].text=".join(map(str, range(900))),
        ";".join(f"note[author=red].text={number}" for number in range(900)),
        "&".join(f"id.ne=a{number}" for number in range(900)),
        "&".join(f"name.regex=^a{number}" for number in range(100)),
        "&".join(f"x{number}=1" for number in range(50)) + ";" + ";".join(["note.author=a"] * 50),
        "filter=[?(" + "@.x.y[?(" * 4 + "@.note.date>'2024-01-01'" + ")]" * 4 + ")]",
        "filter=[?(" + "(@.a==1||" * 12 + "@.note.date>'2024-01-01'" + ")" * 12 + ")]",
        "filter=[?(" + "(@.a==1||@.b==2%26%26" * 6 + "@.note.date>'2024-01-01'" + ")" * 6 + ")]",
        "filter=[?(" + "!(" * 12 + "@.b==1" + ")" * 12 + ")]",
        "filter=[?(" + "||".join(["@.note[?(@.author)]"] * 190) + ")]",
        "name=" + ",".join(f"value{number}" for number in range(5000)),
        "vendorRank.lt=" + ",".join(map(str, range(50))),
        "sort=" + ",".join(["item.item.item.note.date"] * 16),
        "filter=$.note[999999999]",
    ],
    ids=lambda raw: raw[:24],
)
def test_the_greatest_queries_that_are_accepted_are_run(shop: Shop, raw: str) -> None:
    resources = queries.resources(seed=418, count=10)
    scope = shop.load(resources)
    query = parsed(raw)
    assert query is not None
    assert shop.answer(query, scope) == naive.answer(resources, query)
    assert shop.answer(query, scope, BARE) == naive.answer(resources, query)
