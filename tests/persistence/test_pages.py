"""Totals are remembered only while the file stays as it was counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence.sqlite.connection import Connection, connect, write_ahead
from persistence.sqlite.migrations import LOADING, LOADING_TWINS
from persistence.sqlite.pages import Outdated, Page, page
from persistence.sqlite.statements import Listing, Statement
from persistence.sqlite.unseen import Range
from tmf_apis.tmf630.query import Query

COUNTED = Listing(
    count=Statement("SELECT count(*) FROM thing", ()),
    page=Statement("SELECT * FROM thing LIMIT 1", ()),
    page_by_order=None,
    records="thing",
    few=0,
    scanned=(),
)
FIRST = Query(limit=1)


def shown(connection: Connection, query: Query) -> Page:
    return page(connection, COUNTED, (), query)


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Connection]:
    connection = connect(tmp_path / "store.db", make=True)
    write_ahead(connection)
    for statement in (*LOADING, *LOADING_TWINS):
        connection.execute(statement)
    connection.execute("CREATE TABLE thing (name)")
    connection.execute("INSERT INTO thing VALUES ('a'), ('b')")
    yield connection
    connection.close()


@pytest.fixture
def reading(tmp_path: Path, writing: Connection) -> Iterator[Connection]:
    connection = connect(tmp_path / "store.db")
    yield connection
    connection.close()


def test_a_total_is_counted_once(reading: Connection) -> None:
    asked: list[str] = []
    reading.set_trace_callback(asked.append)
    totals = [shown(reading, FIRST)[1] for _ in range(3)]
    assert totals == [2, 2, 2]
    assert asked.count(COUNTED.count.sql) == 1


def test_a_write_of_anyone_is_seen_by_the_next_list(
    reading: Connection, writing: Connection
) -> None:
    assert shown(reading, FIRST)[1] == 2
    writing.execute("INSERT INTO thing VALUES ('c')")
    assert shown(reading, FIRST)[1] == 3


def test_page_and_total_are_of_one_moment(reading: Connection, writing: Connection) -> None:
    """A write between the page and its total belongs to neither."""

    def write_before_counting(sql: str) -> None:
        if sql == COUNTED.count.sql:
            writing.execute("INSERT INTO thing VALUES ('c')")

    reading.set_trace_callback(write_before_counting)
    assert shown(reading, FIRST)[1] == 2
    reading.set_trace_callback(None)
    assert shown(reading, FIRST)[1] == 3


def test_a_page_that_ends_early_needs_no_count(reading: Connection) -> None:
    asked: list[str] = []
    reading.set_trace_callback(asked.append)
    rows, total, _ = shown(reading, Query(limit=100, offset=5))
    assert (len(rows), total) == (1, 6)
    assert COUNTED.count.sql not in asked


def test_statements_that_pass_over_other_keys_are_told_which(
    reading: Connection, writing: Connection
) -> None:
    writing.execute(
        "INSERT INTO loading (collection, records, space, first, last, state, until)"
        " VALUES ('things', 'thing', '', 2, 3, 'writing', 0)"
    )
    with pytest.raises(Outdated) as caught:
        shown(reading, FIRST)
    assert caught.value.unseen == (Range(2, 3),)
    reading.execute("ROLLBACK")
    assert page(reading, COUNTED, (Range(2, 3),), FIRST).total == 2
