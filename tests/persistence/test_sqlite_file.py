"""The database file: its layout, its indexes, who else may use it, and how long a read lasts."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from persistence.errors import TooSlow, Unusable
from persistence.sqlite import tables
from persistence.sqlite.connection import connect
from persistence.sqlite.places import why_not
from persistence.sqlite.statements import addressed, listing
from persistence.sqlite.store import SqliteStore
from persistence.sqlite.tables import Table, prepare
from persistence.store import Collection, Column, Event, Record, Scope
from tests.persistence.driver import PAIRS, REFERENCES, THINGS, Driver, draft, many, one
from tmf_apis.tmf630.query import (
    ALWAYS,
    All,
    Comparison,
    Element,
    Kind,
    Operator,
    Predicate,
    Query,
    SortKey,
)

NOBODY = Scope()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def ready(file: Path, *collections: Collection) -> list[Table]:
    connection = connect(file, make=True)
    try:
        return prepare(connection, collections or (THINGS,), lambda *_: None)
    finally:
        connection.close()


def resident() -> int:
    """Bytes of memory that this process takes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def stored(file: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


async def opened(file: Path, collection: Collection = THINGS, **options: float) -> SqliteStore:
    store = SqliteStore(file, **options)
    await store.open([collection])
    return store


class TestLayout:
    """Whose file it is, and of which version of this program."""

    def test_a_new_file_carries_our_mark(self, file: Path) -> None:
        ready(file)
        assert stored(file, "PRAGMA application_id") == [(tables.APPLICATION_ID,)]
        assert stored(file, "PRAGMA user_version") == [(tables.LAYOUT,)]

    def test_a_later_layout_is_refused(self, file: Path) -> None:
        ready(file)
        stored(file, f"PRAGMA user_version = {tables.LAYOUT + 1}")
        with pytest.raises(Unusable, match=f"layout {tables.LAYOUT + 1}.*up to {tables.LAYOUT}"):
            asyncio.run(opened(file))

    def test_the_database_of_another_program_is_left_alone(self, file: Path) -> None:
        stored(file, "CREATE TABLE theirs (x)")
        before = file.read_bytes()
        with pytest.raises(Unusable, match="another program"):
            asyncio.run(opened(file))
        assert file.read_bytes() == before

    @pytest.mark.parametrize("content", [b"not a database at all" * 100])
    def test_what_is_no_database_is_refused(self, file: Path, content: bytes) -> None:
        file.write_bytes(content)
        with pytest.raises(Unusable, match=r"store\.db.*not a database"):
            asyncio.run(opened(file))

    def test_missing_folders_are_made(self, tmp_path: Path) -> None:
        asyncio.run(asyncio.run(opened(tmp_path / "a" / "b" / "store.db")).close())

    @pytest.mark.parametrize(
        ("path", "said"),
        [
            (".", "{0} is a folder; a store is a file, as {0}/tmf.db"),
            ("text/a.db", "{0}/text/a.db cannot be made, for {0}/text is no folder"),
            ("text/a/b.db",
             "{0}/text/a/b.db cannot be made, for there is no folder {0}/text/a, nor can it be"
             " made"),
            ("/proc/a.db", "/proc/a.db cannot be made, for /proc takes no new file"),
            ("/proc/version", "/proc/version cannot be opened to read and to write"),
        ],
    )  # fmt: skip
    def test_what_is_no_place_for_a_store_is_told_in_plain_words(
        self, path: str, said: str, tmp_path: Path
    ) -> None:
        (tmp_path / "text").write_text("some text")
        with pytest.raises(Unusable) as refused:
            asyncio.run(opened(tmp_path / path))
        assert str(refused.value) == said.format(tmp_path)

    def test_a_file_that_may_only_be_read_is_told(self, file: Path) -> None:
        ready(file)
        reading = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
        with closing(reading), pytest.raises(sqlite3.OperationalError) as refused:
            reading.execute("CREATE TABLE a (b)")
        assert why_not(file, refused.value) == f"{file} cannot be opened to read and to write"

    def test_an_older_layout_is_migrated_step_by_step(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ready(file)
        latest = tables.LAYOUT
        monkeypatch.setattr(tables, "LAYOUT", latest + 2)
        steps = {
            latest: lambda c: c.execute("CREATE TABLE first (x)"),
            latest + 1: lambda c: c.execute("ALTER TABLE first RENAME TO second"),
        }
        monkeypatch.setattr(tables, "STEPS", steps)
        ready(file)
        ready(file)
        assert stored(file, "PRAGMA user_version") == [(latest + 2,)]
        assert stored(file, "SELECT * FROM second") == []

    def test_a_migration_that_fails_changes_nothing(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ready(file)
        latest = tables.LAYOUT

        def broken(connection: sqlite3.Connection) -> None:
            connection.execute("CREATE TABLE half (x)")
            raise sqlite3.OperationalError("disk is full")

        monkeypatch.setattr(tables, "LAYOUT", latest + 1)
        monkeypatch.setattr(tables, "STEPS", {latest: broken})
        with pytest.raises(Unusable, match="disk is full"):
            asyncio.run(opened(file))
        assert stored(file, "PRAGMA user_version") == [(latest,)]
        assert stored(file, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == [(0,)]

    def test_commits_are_durable_and_readers_do_not_wait(self, file: Path) -> None:
        ready(file)
        connection = connect(file)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        connection.close()


class TestMirror:
    """A specification that declares other attributes has the mirror made anew."""

    OTHER = replace(
        THINGS,
        group=(),
        columns=(
            Column(one("description"), Kind.TEXT, True),
            Column(one("size"), Kind.NUMBER, True),
        ),
        references=REFERENCES[:1],
        pairs=(),
    )  # fmt: skip

    def filled(self, file: Path) -> list[Record]:
        async def fill() -> list[Record]:
            store = await opened(file)
            for id in "abcd":
                new = draft(id, description=f"about {id}", size=ord(id), channel={"id": id})
                record = (await store.create(THINGS, new, NOBODY, [Event("E", b"{}")])).record
            await store.delete(THINGS, [record], NOBODY)
            seen = await store.get(THINGS, "b", NOBODY)
            await store.replace(THINGS, seen, draft("b", description="new", size=1), NOBODY)
            kept = (await store.find(THINGS, Query(), NOBODY)).records
            await store.close()
            return kept

        return asyncio.run(fill())

    def test_records_keep_key_revision_and_order(self, file: Path) -> None:
        kept = self.filled(file)

        async def again() -> list[Record]:
            store = await opened(file, self.OTHER)
            found = await store.find(self.OTHER, Query(), NOBODY)
            await store.close()
            return found.records

        assert asyncio.run(again()) == kept
        assert len(stored(file, "SELECT * FROM event")) == 4

    def test_what_is_declared_now_is_found_by_index(self, file: Path) -> None:
        self.filled(file)

        async def again() -> list[list[str]]:
            store = await opened(file, self.OTHER)
            wheres = (
                Comparison(one("size"), Operator.GTE, (98,), Kind.NUMBER),
                Comparison(one("description"), Operator.EQ, ("new",), Kind.TEXT),
                Comparison(one("channel", "id"), Operator.EQ, ("c",), Kind.TEXT),
                Comparison(one("state"), Operator.EQ, ("x",), Kind.TEXT),
            )
            found = [await store.find(self.OTHER, Query(w), NOBODY) for w in wheres]
            await store.close()
            return [[record.id for record in f.records] for f in found]

        assert asyncio.run(again()) == [["c"], ["b"], ["c"], []]

    def test_the_key_of_a_deleted_record_is_never_used_again(self, file: Path) -> None:
        greatest = max(record.key for record in self.filled(file))

        async def again() -> Record:
            store = await opened(file, self.OTHER)
            created = await store.create(self.OTHER, draft("d"), NOBODY)
            await store.close()
            return created.record

        assert asyncio.run(again()).key == greatest + 2

    def test_nothing_of_the_old_mirror_is_left(self, file: Path) -> None:
        self.filled(file)
        (before,) = ready(file, THINGS)
        ready(file, self.OTHER)
        ready(file, THINGS)
        names = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name"
        fresh = file.with_name("fresh.db")
        ready(fresh, THINGS)
        assert stored(file, names) == stored(fresh, names)
        assert before.records == "r1"

    def test_the_same_declaration_rebuilds_nothing(
        self, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.filled(file)
        monkeypatch.delattr(tables, "_rebuild")
        ready(file, THINGS)


NAME = Comparison(one("name"), Operator.EQ, ("x",), Kind.TEXT)
DATE = (
    Comparison(one("date"), Operator.GTE, (5,), Kind.INSTANT),
    Comparison(one("date"), Operator.LT, (9,), Kind.INSTANT),
)
RED = Element(
    PAIRS[0],
    All(
        (
            Comparison(one("name"), Operator.EQ, ("color",), Kind.TEXT),
            Comparison(one("value"), Operator.EQ, ("red",), Kind.ANY),
        )
    ),
)
NEWEST = (SortKey(one("date"), True, Kind.INSTANT),)


class TestIndexes:
    """Which conditions and orders an index serves (D13)."""

    @pytest.mark.parametrize(
        ("where", "used"),
        [
            (replace(NAME, path=one("state")), "(space=? AND a:state=?)"),
            (NAME, "r1_0 (space=? AND a:name=?)"),
            (replace(NAME, operands=("x", "y")), "r1_0 (space=? AND a:name=?)"),
            (replace(NAME, path=one("@type")), "r1_1 (space=? AND a:@type=?)"),
            (replace(NAME, path=one("id")), "r1_id (space=? AND id=?)"),
            (All(DATE), "r1_6 (space=? AND a:date>? AND a:date<?)"),
            (replace(NAME, path=REFERENCES[0]), "m1 USING PRIMARY KEY (path=? AND value=?)"),
            (replace(NAME, path=REFERENCES[1]), "m1 USING PRIMARY KEY (path=? AND value=?)"),
            (RED, "m1 USING PRIMARY KEY (path=? AND value=?)"),
        ],
        ids=["state", "name", "names", "@type", "id", "range", "reference", "references", "pair"],
    )
    @pytest.mark.parametrize("sort", [(), NEWEST], ids=["", "sorted"])
    def test_a_condition_is_looked_up(
        self, file: Path, where: Predicate, used: str, sort: tuple[SortKey, ...]
    ) -> None:
        plans = self.plans(file, Query(where, sort, limit=20))
        for plan in plans:
            assert used in plan, plan
            assert "SCAN r" not in plan

    @pytest.mark.parametrize(
        ("values", "sort", "sorts"),
        [
            (("x",), NEWEST[0], ""),
            (("x",), replace(NEWEST[0], descending=False), ""),
            (("x",), replace(NEWEST[0], path=one("end")), "COVERING"),
            (("x", "y"), NEWEST[0], "COVERING"),
        ],
        ids=["newest", "oldest", "other instant", "two states"],
    )
    def test_a_state_in_the_order_of_an_instant_has_one_index(
        self, file: Path, values: tuple[str, ...], sort: SortKey, sorts: str
    ) -> None:
        where = replace(NAME, path=one("state"), operands=values)
        _, page = self.plans(file, Query(where, (sort,), limit=20))
        assert f"{sorts} INDEX r1_group (space=? AND a:state=?)" in page
        assert ("TEMP B-TREE FOR ORDER BY" in page) is bool(sorts)

    @pytest.mark.parametrize("operator", [Operator.GT, Operator.LTE])
    def test_an_open_range_is_looked_up(self, file: Path, operator: Operator) -> None:
        plans = self.plans(file, Query(replace(DATE[0], operator=operator)))
        assert all("r1_6 (space=? AND a:date" in plan for plan in plans)

    def test_the_default_order_needs_no_sorting(self, file: Path) -> None:
        for plan in self.plans(file, Query(ALWAYS, limit=20)):
            assert "r1_space" in plan
            assert "TEMP B-TREE" not in plan

    @pytest.mark.parametrize("descending", [False, True])
    def test_an_indexed_sort_needs_no_sorting(self, file: Path, descending: bool) -> None:
        key = replace(NEWEST[0], descending=descending)
        plans = self.plans(file, Query(ALWAYS, (key,), limit=20))
        assert "r1_6" in plans[-1]
        assert "TEMP B-TREE FOR ORDER BY" not in plans[-1]

    def test_what_no_index_serves_is_named(self, file: Path) -> None:
        (table,) = ready(file)
        where = All((NAME, Comparison(one("cost", "unit"), Operator.EQ, ("EUR",), Kind.TEXT)))
        sort = (SortKey(one("description"), False, Kind.TEXT),)
        assert listing(table, Query(where, sort), NOBODY).scanned == ("description", "cost.unit")

    @pytest.mark.parametrize("values", [("a", "b"), tuple(f"v{n}" for n in range(5000))])
    def test_values_however_many_are_found_by_the_index(
        self, file: Path, values: tuple[str, ...]
    ) -> None:
        plans = self.plans(file, Query(replace(NAME, operands=values), limit=20))
        assert all("r1_" in plan and "SCAN r" not in plan for plan in plans)

    def test_a_statement_is_as_long_for_thousands_of_values_as_for_hundreds(
        self, file: Path
    ) -> None:
        (table,) = ready(file)
        sizes = set()
        for count in (300, 5000):
            many = replace(NAME, operands=tuple(f"v{number}" for number in range(count)))
            sizes.add(len(listing(table, Query(many), NOBODY).count.sql))
        assert len(sizes) == 1

    def test_the_statements_of_a_long_query_do_not_stay_compiled(self, file: Path) -> None:
        (table,) = ready(file)
        for count, kept in ((1, True), (90, False)):
            where = All(tuple(replace(NAME, path=one(f"a{n}", "b", "c")) for n in range(count)))
            assert listing(table, Query(where), NOBODY).is_kept is kept

    @pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is told by /proc")
    def test_many_different_long_queries_take_little_memory(self, file: Path) -> None:
        (table,) = ready(file)

        async def ask(count: int) -> None:
            store = SqliteStore(file)
            await store.open([table.collection])
            for number in range(count):
                parts = (one(f"a{number}x{n}", "b", "c", "d", "e", "f") for n in range(90))
                await store.find(
                    table.collection,
                    Query(All(tuple(replace(NAME, path=path) for path in parts))),
                    NOBODY,
                )
            await store.close()

        asyncio.run(ask(10))
        before = resident()
        asyncio.run(ask(200))
        assert resident() - before < 30_000_000

    def test_a_record_is_found_by_its_id_whatever_it_has_to_be(self, file: Path) -> None:
        """However many others a party has: the condition looks at that one row."""
        (table,) = ready(file)
        party = Comparison((*many("party"), *one("id")), Operator.EQ, ("42",), Kind.TEXT)
        connection = connect(file)
        for where in (party, NAME, All((party, NAME))):
            statement = addressed(table, "a", Scope(where=where), "")
            plan = [
                row[3]
                for row in connection.execute(
                    f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters
                )
            ]
            assert "r1_id (space=? AND id=? AND version=?)" in plan[0]
            assert not any("LIST SUBQUERY" in step for step in plan)
        connection.close()

    def plans(self, file: Path, query: Query) -> list[str]:
        """The plans of the count and of the page, in SQLite's words."""
        (table,) = ready(file)
        found = listing(table, query, NOBODY)
        connection = connect(file)
        plans = [
            "; ".join(
                row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {s.sql}", s.parameters)
            )
            for s in (found.count, found.page)
        ]
        connection.close()
        return plans


#: Enough to need many times what a read may take on the event loop.
MANY = 20_000


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with many records."""
    file = tmp_path_factory.mktemp("long") / "store.db"

    async def fill() -> None:
        store = await opened(file)
        text = "word " * 100
        await store.load(THINGS, [draft(f"{n}", comment=text) for n in range(MANY)], NOBODY)
        await store.close()

    asyncio.run(fill())
    return file


class TestLongReads:
    """A scan neither holds up the event loop nor goes on for ever (D13)."""

    PATTERN = Comparison(one("comment"), Operator.REGEX, ("(a|b|c).*d.*e$",), Kind.TEXT)

    def test_the_event_loop_goes_on(self, full: Path) -> None:
        async def watched() -> tuple[float, float]:
            store = await opened(full)
            began = perf_counter()
            scan = asyncio.ensure_future(store.find(THINGS, Query(self.PATTERN), NOBODY))
            pauses = []
            while not scan.done():
                before = perf_counter()
                await asyncio.sleep(0.001)
                pauses.append(perf_counter() - before)
            assert scan.result().total == 0
            await store.close()
            return sorted(pauses)[len(pauses) * 9 // 10], perf_counter() - began

        pause, whole = asyncio.run(watched())
        assert whole > 0.05
        assert pause < 0.02

    def test_short_reads_are_answered_meanwhile(self, full: Path) -> None:
        async def meanwhile() -> int:
            store = await opened(full)
            scan = asyncio.ensure_future(store.find(THINGS, Query(self.PATTERN), NOBODY))
            answered = 0
            while not scan.done():
                await store.get(THINGS, f"{answered}", NOBODY)
                await asyncio.sleep(0)
                answered += 1
            await store.close()
            return answered

        assert asyncio.run(meanwhile()) > 20

    def test_past_the_deadline_it_is_refused_by_name(self, full: Path) -> None:
        async def refused() -> float:
            store = await opened(full, deadline=0.05)
            began = perf_counter()
            with pytest.raises(TooSlow) as caught:
                await store.find(THINGS, Query(self.PATTERN), NOBODY)
            assert caught.value.paths == ("comment",)
            took = perf_counter() - began
            found = await store.find(THINGS, Query(limit=5), NOBODY)
            assert found.total == MANY
            await store.close()
            return took

        assert asyncio.run(refused()) < 1


WRITES = """
import asyncio, sys
from pathlib import Path
from tests.persistence.driver import THINGS, draft
from persistence.errors import Stale
from persistence.sqlite.store import SqliteStore
from persistence.store import Scope
import orjson

async def main(file, name, count):
    store = SqliteStore(Path(file))
    await store.open([THINGS])
    async def write(number):
        await store.create(THINGS, draft(f"{name}-{number}"), Scope())
        while True:
            seen = await store.get(THINGS, "shared", Scope())
            total = orjson.loads(seen.body)["priority"] + 1
            try:
                await store.replace(THINGS, seen, draft("shared", priority=total), Scope())
                return
            except Stale:
                await asyncio.sleep(0)
    for begin in range(0, count, 5):
        await asyncio.gather(*(write(n) for n in range(begin, begin + 5)))
    await store.close()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


class TestProcesses:
    """Several processes share one file, as the workers of a server do."""

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", WRITES, *arguments])

    def test_two_that_write_lose_nothing_of_each_other(self, file: Path) -> None:
        async def first() -> None:
            store = await opened(file)
            await store.create(THINGS, draft("shared", priority=0), NOBODY)
            await store.close()

        asyncio.run(first())
        processes = [self.start(str(file), name, "50") for name in "ab"]
        assert [process.wait(60) for process in processes] == [0, 0]
        assert stored(file, "SELECT \"a:priority\" FROM r1 WHERE id = 'shared'") == [(100,)]
        assert stored(file, "SELECT count(*), count(DISTINCT id) FROM r1") == [(101, 101)]

    def test_several_may_make_the_file_at_once(self, tmp_path: Path) -> None:
        for round in range(3):
            file = str(tmp_path / f"{round}.db")
            processes = [self.start(file, name, "0") for name in "abc"]
            assert [process.wait(60) for process in processes] == [0, 0, 0]
            assert stored(Path(file), "SELECT count(*) FROM collection") == [(1,)]


@pytest.fixture(autouse=True)
def whole(file: Path) -> Iterator[None]:
    """Whatever a test did, the file it leaves is sound."""
    yield
    if file.is_file() and file.read_bytes()[:6] == b"SQLite":
        assert stored(file, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize(("size", "kind"), [(10, "text"), (1_000_000, "blob")])
def test_what_a_change_of_a_large_record_tells_takes_little_room(
    size: int, kind: str, file: Path
) -> None:
    """What an older program wrote as a text is read as well."""
    told = Event("ThingCreateEvent", b'null\n{"name":"%b"}' % (b"w" * size))
    with asyncio.Runner() as runner:
        shop = Driver(lambda: SqliteStore(file), runner)
        shop.create(draft("a"), events=[told])
        assert [event.body for event in shop.log()] == [told.body]
        ((found, room),) = stored(file, "SELECT typeof(body), length(body) FROM event")
        assert (found, room < 10_000) == (kind, True)
        older = sqlite3.connect(file)
        with older:
            older.execute("UPDATE event SET body = ?", (told.body.decode(),))
        older.close()
        assert [event.body for event in shop.log()] == [told.body]
        shop.run(shop.store.close())
