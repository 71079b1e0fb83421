"""How every store answers a query: what it finds, in which order, page by page.

The Hypothesis test against the naive evaluator says the same of queries made at random; these
are the corners, each by its name.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from persistence.errors import BadCursor, TooSlow
from tests.persistence.driver import Driver, draft, many, one
from tmf_apis.tmf630.instants import microseconds
from tmf_apis.tmf630.query import (
    ALWAYS,
    All,
    Comparison,
    Cursor,
    Element,
    Kind,
    Not,
    Operator,
    Path,
    Query,
    SortKey,
    Step,
)

MISSING = object()
#: For every kind of sort key: its path and values from the smallest to the largest, with ties,
#: values of other types (which count as missing) and missing ones.
ORDERS: dict[str, tuple[Path, Kind, list[list[Any]]]] = {
    "text column": (one("name"), Kind.TEXT, [[MISSING, 5, None], [""], ["A", "A"], ["a"], ["ü"]]),
    "unindexed text": (one("description"), Kind.TEXT, [[MISSING, True], ["x", "x"], ["y"]]),
    "number column": (
        one("priority"),
        Kind.NUMBER,
        [[MISSING, "7", True], [-(2**63)], [-1, -1.0], [0.5], [1], [2**53], [2**63 - 1]],
    ),
    "boolean column": (one("isBundle"), Kind.BOOLEAN, [[MISSING, 1], [False] * 3, [True] * 3]),
    "instant column": (
        one("date"),
        Kind.INSTANT,
        [
            [MISSING, "soon"],
            ["1969-12-31T23:59:59.999999Z"],
            ["2024-02-29T12:00:00Z", "2024-02-29T13:00:00+01:00", "2024-02-29T12:00:00.0Z"],
            ["2024-02-29T12:00:00.000001Z"],
        ],
    ),
    "any": (
        one("setting"),
        Kind.ANY,
        [[MISSING, None, {}], [-1], [0, 0.0], [7.5], [""], ["7"], ["x", "x"], [False], [True]],
    ),
    "nested instant": (
        one("deep", "date"),
        Kind.INSTANT,
        [
            [MISSING],
            ["2020-11-30T01:00:00.000001Z", "2020-12-01T00:00:00.000001+23:00"],
            ["2020-12-01T00:00:00-15:00", "2020-12-01T15:00:00Z"],
        ],
    ),
    "nested text": (one("cost", "unit"), Kind.TEXT, [[MISSING, 3], ["EUR", "EUR"], ["USD"]]),
}


def document(path: Path, value: Any) -> dict[str, Any]:
    for step in reversed(path):
        value = {} if value is MISSING else {step.name: value}
    return value if isinstance(value, dict) else {}


def shuffled(groups: list[list[Any]]) -> Iterator[tuple[int, Any]]:
    """The values with their rank, in an order that says nothing: by turns from each group."""
    longest = max(map(len, groups))
    for turn, (rank, group) in product(range(longest), reversed(list(enumerate(groups)))):
        if turn < len(group):
            yield rank, group[turn]


@pytest.fixture(scope="class")
def ordered(
    shelf: Driver, request: pytest.FixtureRequest
) -> Iterator[tuple[Driver, SortKey, list[str]]]:
    """Records of one kind of sort key, the key, and their ids as it should order them.

    The tests of one kind only read them, and share them and the store.
    """
    path, kind, groups = ORDERS[request.param[0]]
    descending: bool = request.param[1]
    values = list(shuffled(groups))
    ids = [f"{number}" for number in range(len(values))]
    shelf.load(*(draft(id, **document(path, v)) for id, (_, v) in zip(ids, values, strict=True)))
    ranked = sorted(ids, key=lambda id: values[int(id)][0], reverse=descending)
    yield shelf, SortKey(path, descending, kind), ranked
    for record in shelf.find().records:
        shelf.delete(record)


EVERY_ORDER = pytest.mark.parametrize(
    "ordered",
    [(name, descending) for name in ORDERS for descending in (False, True)],
    indirect=True,
    ids=lambda param: f"{param[0]} {'descending' if param[1] else 'ascending'}",
)


def walk(shop: Driver, query: Query, *, backwards: bool = False) -> list[list[str]]:
    """The pages from an end of the result to the other, by cursors."""
    pages, more = [], True
    while (found := shop.find(query)).records:
        assert more, "this page was not to be expected"
        more = found.more
        pages.append([record.id for record in found.records])
        token = found.first if backwards else found.last
        assert token is not None
        query = replace(query, cursor=Cursor(token, backwards))
    assert not (pages and more), "there was to be another page"
    return pages


def joined(pages: list[list[str]]) -> list[str]:
    return [id for page in pages for id in page]


class Kinds:
    """Every kind of sort key, missing and mixed values and ties, by offset and by cursor."""

    @EVERY_ORDER
    @pytest.mark.rule("R-601", "R-603", "R-604")
    def test_sorted(self, ordered: tuple[Driver, SortKey, list[str]]) -> None:
        shop, key, ids = ordered
        assert shop.ids(Query(sort=(key,))) == ids

    @EVERY_ORDER
    @pytest.mark.rule("R-604", "R-605", "R-607")
    def test_windows_cut_the_same_order(self, ordered: tuple[Driver, SortKey, list[str]]) -> None:
        shop, key, ids = ordered
        for offset, limit in product((0, 1, 4, 99), (0, 1, 3, None)):
            found = shop.find(Query(sort=(key,), offset=offset, limit=limit))
            end = None if limit is None else offset + limit
            assert [record.id for record in found.records] == ids[offset:end]
            assert found.total == len(ids)

    @EVERY_ORDER
    @pytest.mark.parametrize("size", [1, 2, 5])
    @pytest.mark.rule("R-615")
    def test_cursors_walk_it_forwards_and_backwards(
        self, ordered: tuple[Driver, SortKey, list[str]], size: int
    ) -> None:
        shop, key, ids = ordered
        query = Query(sort=(key,), limit=size)
        assert joined(walk(shop, query)) == ids
        end = shop.find(Query(sort=(key,))).last
        assert end is not None
        back = walk(shop, replace(query, cursor=Cursor(end, True)), backwards=True)
        assert joined(back[::-1]) == ids[:-1]


class Order:
    """Several sort keys, keys within lists, and none."""

    @pytest.mark.rule("R-601")
    def test_the_first_key_is_the_strongest(self, shop: Driver) -> None:
        values = list(product((2, 1, MISSING), ("b", "a", MISSING)))
        for number, (priority, name) in enumerate(values):
            both = document(one("priority"), priority) | document(one("name"), name)
            shop.create(draft(f"{number}", **both))
        sort = (
            SortKey(one("priority"), True, Kind.NUMBER),
            SortKey(one("name"), False, Kind.TEXT),
        )
        expected = ["2", "1", "0", "5", "4", "3", "8", "7", "6"]
        assert shop.ids(Query(sort=sort)) == expected
        assert joined(walk(shop, Query(sort=sort, limit=2))) == expected

    @pytest.mark.parametrize("length", [64, 65, 20_000])
    def test_a_characteristic_of_a_long_name_is_found(self, length: int, shop: Driver) -> None:
        name = "n" * length
        for id, of in (("a", name), ("b", f"{name[:-1]}m")):
            shop.create(
                draft(id, characteristic=[{"name": of, "value": 7}, {"name": "x", "value": 50}])
            )
        for value, ids in ((7, ["a"]), (50, [])):
            both = (
                Comparison(one("name"), Operator.EQ, (name,), Kind.TEXT),
                Comparison(one("value"), Operator.EQ, (value,), Kind.ANY),
            )
            assert shop.ids(Query(Element(many("characteristic"), All(both)))) == ids

    @pytest.mark.parametrize(("descending", "ids"), [(False, "cbad"), (True, "dabc")])
    def test_a_list_sorts_by_its_smallest_or_largest(
        self, shop: Driver, descending: bool, ids: str
    ) -> None:
        for id, scores in {"a": [3, 9], "b": [2, 4], "c": [], "d": [5, 10]}.items():
            shop.create(draft(id, score=scores))
        key = SortKey(many("score"), descending, Kind.NUMBER)
        assert shop.ids(Query(sort=(key,))) == list(ids)

    @pytest.mark.rule("R-601", "R-603", "R-604", "R-615")
    @pytest.mark.parametrize(("descending", "ids"), [(False, "ghfebadic"), (True, "cidabfegh")])
    def test_only_some_elements_of_a_list_may_count(
        self, shop: Driver, descending: bool, ids: str
    ) -> None:
        values: dict[str, list[Any]] = {
            "a": [10], "b": [9], "c": [True], "d": ["1", "9"], "e": [2.5], "f": [2, 7],
        }  # fmt: skip
        for id, speeds in values.items():
            found = [{"name": "speed", "value": speed} for speed in speeds]
            shop.create(draft(id, characteristic=[{"name": "size", "value": -1}, *found, 5]))
        shop.create(draft("g", characteristic=[{"name": "size", "value": 3}]))
        shop.create(draft("h", characteristic=[{"name": "speed"}, [{"name": "speed", "value": 1}]]))
        shop.create(draft("i", characteristic={"name": "speed", "value": "z"}))
        speed = Comparison(one("name"), Operator.EQ, ("speed",), Kind.TEXT)
        path = (Step("characteristic", chosen=speed), *one("value"))
        query = Query(sort=(SortKey(path, descending, Kind.ANY),))
        assert shop.ids(query) == list(ids)
        assert joined(walk(shop, replace(query, limit=2))) == list(ids)

    def test_a_cursor_of_other_elements_is_refused(self, shop: Driver) -> None:
        shop.create(draft("a"))
        for step in (Step("tag", index=1), Step("tag", chosen=ALWAYS)):
            other = Query(sort=(SortKey((step, *one("x")), False, Kind.ANY),))
            plain = Query(sort=(SortKey((Step("tag"), *one("x")), False, Kind.ANY),))
            token = shop.find(other).last
            assert token is not None
            with pytest.raises(BadCursor):
                shop.find(replace(plain, cursor=Cursor(token)))

    @pytest.mark.rule("R-604")
    def test_a_key_that_comes_again_decides_nothing(self, shop: Driver) -> None:
        for name in ("b", "a", "c"):
            shop.create(draft(name, name=name))
        up = SortKey(one("name"), False, Kind.TEXT)
        down = replace(up, descending=True)
        assert "".join(shop.ids(Query(sort=(up, down)))) == "abc"
        assert joined(walk(shop, Query(sort=(down, up, up), limit=2))) == ["c", "b", "a"]

    def test_without_a_sort_it_is_the_order_of_creation(self, shop: Driver) -> None:
        for id in "cab":
            shop.create(draft(id))
        shop.replace(shop.get("c"), draft("c", name="new"))
        assert shop.ids() == ["c", "a", "b"]
        assert walk(shop, Query(limit=1)) == [["c"], ["a"], ["b"]]
        shop.delete(shop.get("a"))
        shop.create(draft("a"))
        assert shop.ids() == ["c", "b", "a"]


class Cursors:
    """A cursor is a place in the order, not a count: changes elsewhere do not move it."""

    KEY = SortKey(one("priority"), False, Kind.NUMBER)

    def page(self, shop: Driver, *, after: str | None = None, before: str | None = None) -> str:
        token = after or before
        cursor = Cursor(token, before is not None) if token else None
        return "".join(shop.ids(Query(sort=(self.KEY,), limit=2, cursor=cursor)))

    def test_records_may_come_and_go(self, shop: Driver) -> None:
        shop.load(*(draft(id, priority=p) for p, id in enumerate("abcdef")))
        found = shop.find(Query(sort=(self.KEY,), limit=2))
        assert found.last is not None
        shop.delete(shop.get("b"))
        shop.create(draft("x", priority=-1))
        shop.create(draft("y", priority=1.5))
        assert self.page(shop, after=found.last) == "yc"
        assert self.page(shop, before=found.last) == "xa"

    def test_the_total_is_that_of_the_filter(self, shop: Driver) -> None:
        shop.load(*(draft(id) for id in "abc"))
        found = shop.find(Query(limit=1))
        assert found.last is not None
        assert shop.find(Query(limit=1, cursor=Cursor(found.last))).total == 3

    def test_an_empty_page_has_no_cursors(self, shop: Driver) -> None:
        found = shop.find()
        assert (found.records, found.total, found.first, found.last) == ([], 0, None, None)

    @pytest.mark.parametrize("token", ["", "x", "W10", "null", "ü", "AAAA" * 99, "e30"])
    def test_what_is_no_cursor_is_refused(self, shop: Driver, token: str) -> None:
        with pytest.raises(BadCursor):
            shop.find(Query(cursor=Cursor(token)))

    def test_a_cursor_of_another_order_is_refused(self, shop: Driver) -> None:
        shop.create(draft("a"))
        token = shop.find(Query(sort=(self.KEY,))).last
        assert token is not None
        for sort in ((), (replace(self.KEY, descending=True),), (self.KEY, self.KEY)):
            with pytest.raises(BadCursor):
                shop.find(Query(sort=sort, cursor=Cursor(token)))


class Room:
    """A page ends where its bodies are large, and what is left is on the pages that follow."""

    ORDERS = (
        (),
        (SortKey(one("name"), False, Kind.TEXT),),
        (SortKey(one("name"), True, Kind.TEXT),),
        (SortKey(one("description"), True, Kind.TEXT), SortKey(one("name"), False, Kind.TEXT)),
    )

    @pytest.fixture
    def seven(self, shop: Driver) -> str:
        """The ids of records of 1,000 bytes and more, three of 4,000 among them."""
        sizes = dict(zip("abcdefg", (1, 1, 4, 4, 1, 1, 4), strict=True))
        shop.load(*(draft(i, name=i, x=" " * 1000 * n) for i, n in sizes.items()))
        return "".join(sizes)

    @pytest.mark.parametrize("sort", ORDERS, ids=["made", "up", "down", "unindexed"])
    @pytest.mark.parametrize("limit", [None, 2, 100])
    def test_all_are_met_once_in_order(
        self, sort: tuple[SortKey, ...], limit: int | None, shop: Driver, seven: str
    ) -> None:
        whole = shop.ids(Query(sort=sort))
        by_offset: list[str] = []
        while len(by_offset) < 7:
            query = Query(sort=sort, offset=len(by_offset), limit=limit, room=3_000)
            found = shop.find(query)
            assert found.records and found.total == 7
            by_offset += [record.id for record in found.records]
            assert found.more is (len(by_offset) < 7)
        assert by_offset == whole
        for backwards in (False, True):
            pages: list[list[str]] = []
            query = Query(sort=sort, limit=limit, room=3_000)
            if backwards:
                last = shop.find(Query(sort=sort)).last
                pages, query = [[whole[-1]]], replace(query, cursor=Cursor(last or "", True))
            while True:
                found = shop.find(query)
                assert found.total == 7
                pages.append([record.id for record in found.records])
                if not found.more:
                    break
                token = found.first if backwards else found.last
                query = replace(query, cursor=Cursor(token or "", backwards))
            assert all(pages)
            met = pages[::-1] if backwards else pages
            assert [id for page in met for id in page] == whole

    @pytest.mark.parametrize(
        ("room", "shown"), [(1, "a"), (2_500, "ab"), (3_000, "ab"), (8_000, "abc"), (None, None)]
    )
    def test_it_has_as_many_as_there_is_room_for_and_one_at_least(
        self, room: int | None, shown: str | None, shop: Driver, seven: str
    ) -> None:
        found = shop.find(Query(room=room))
        assert "".join(record.id for record in found.records) == (shown or seven)
        assert (found.total, found.more) == (7, shown is not None)


class Totals:
    """A total counts what matches, whatever the window shows (R-607)."""

    @pytest.mark.rule("R-607", "R-614")
    def test_it_is_exact_at_every_window(self, shop: Driver) -> None:
        shop.load(*(draft(f"{n}", state="odd" if n % 2 else "even") for n in range(25)))
        odd = Comparison(one("state"), Operator.EQ, ("odd",), Kind.TEXT)
        for limit, offset in product((0, 1, 12, 13, None), (0, 5, 12, 50)):
            found = shop.find(Query(odd, (), offset, limit))
            assert found.total == 12
            wanted = range(1, 25, 2)[offset : None if limit is None else offset + limit]
            assert [r.id for r in found.records] == [f"{n}" for n in wanted]
        shop.delete(shop.get("3"))
        assert shop.find(Query(odd, limit=1)).total == 11


class Types:
    """A value is compared with operands of its own JSON type (D12), whatever was asked before."""

    VALUES = (("a", 1), ("b", True), ("c", "1"), ("d", 1.0), ("e", False), ("f", 0), ("g", 1.5))

    @pytest.mark.parametrize(
        ("operand", "ids"),
        [(1, "ad"), (True, "b"), ("1", "c"), (1.0, "ad"), (0, "f"), (False, "e"), (0.0, "f")],
    )
    def test_equal_in_python_is_not_equal(self, shop: Driver, operand: Any, ids: str) -> None:
        shop.load(*(draft(id, setting=value) for id, value in self.VALUES))
        for before in (1, True, 1.0, 0, False, "1"):
            shop.ids(self.equal(before))
        assert shop.ids(self.equal(operand)) == list(ids)

    @pytest.mark.rule("R-403", "R-414")
    @pytest.mark.parametrize(
        ("path", "kind", "values", "others"),
        [
            (one("name"), Kind.TEXT, ["a", "it's", '"q"', "ü", ""], ["b", 5, True]),
            (one("id"), Kind.TEXT, ["a", "v7", "é"], ["b"]),
            (one("priority"), Kind.NUMBER, [0.1, 1e300, 2**53 + 1, -7, 5.0], [0.2, "7", True]),
            (one("date"), Kind.INSTANT, ["2024-02-29T12:00:00.000001Z"], ["2024-02-29T12:00:00Z"]),
            ((*one("channel"), *one("id")), Kind.TEXT, ["c", "it's"], ["d"]),
            (one("setting"), Kind.ANY, ["x", "1", 2, 0.3, True], ["y", 1, "2", False, None]),
            ((*many("note"), *one("text")), Kind.TEXT, ["x", "it's"], ["y", 1]),
        ],
        ids=["text", "id", "number", "instant", "reference", "any", "scanned"],
    )
    def test_one_of_hundreds_of_values(
        self, shop: Driver, path: Path, kind: Kind, values: list[Any], others: list[Any]
    ) -> None:
        for number, value in enumerate(values + others):
            found = document(path, value)
            shop.create(draft(found.pop("id", f"{number}"), **found))
        few = tuple(microseconds(v) for v in values) if kind is Kind.INSTANT else tuple(values)
        texts = [f"v{number}" for number in range(600)]
        more = {Kind.TEXT: texts, Kind.ANY: [*texts, *range(100, 200), 0.7]}
        operands = (*few, *more.get(kind, list(range(10_000, 10_600))))
        wanted = values if path == one("id") else [f"{n}" for n in range(len(values))]
        asked = Query(Comparison(path, Operator.EQ, operands, kind))
        assert shop.ids(asked) == wanted
        assert shop.ids(replace(asked, limit=2)) == wanted[:2]
        assert shop.ids(replace(asked, where=Not(asked.where))) == [
            id for id in shop.ids() if id not in wanted
        ]

    def equal(self, operand: Any) -> Query:
        return Query(Comparison(one("setting"), Operator.EQ, (operand,), Kind.ANY))


class Deadlines:
    """A read that takes too long is refused, and says what it lacked an index for (D13)."""

    def test_the_attribute_is_named(self, shop: Driver) -> None:
        text = "word " * 200
        shop.load(*(draft(f"{n}", comment=text) for n in range(1000)))
        shop.reopen(deadline=0.001)
        slow = Comparison(one("comment"), Operator.REGEX, ("(a|b|c).*d.*e$",), Kind.TEXT)
        with pytest.raises(TooSlow, match="comment"):
            shop.find(Query(slow))
        assert shop.get("7").id == "7"


class QueryContract(Kinds, Order, Cursors, Room, Totals, Types, Deadlines):
    """The whole contract of reading many records."""
