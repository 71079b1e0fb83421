"""Whatever a client sends, a list request is read or refused, and quickly."""

import re
from collections.abc import Callable
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.queries import ROOT, raw_queries, resources
from tests.tmf630.asking import LIMITS
from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.fields import parse_fields, select
from tmf_apis.tmf630.jsonpath.parser import parse
from tmf_apis.tmf630.listing import parse_listing
from tmf_apis.tmf630.matching import matches
from tmf_apis.tmf630.paging import Shown, answer
from tmf_apis.tmf630.query_string import split
from tmf_apis.tmf630.sorting import parse_sort

KNOWN = resources(seed=1, count=20)
NOTHING = Attribute([], {})

#: Pieces that mean something somewhere, so that nonsense comes close to sense.
_PIECES = st.sampled_from(
    [
        *"&;=,.[]()'\"<>~*+-!?@$:/\\|%#{}^ \n\0",
        "%5B", "%5D", "%22", "%3D", "%3E", "%2A", "%00", "%FF", "%ED%A0%80", "%", "%2", "==", "=~",
        "name", "note", "author", "priority", "creationDate", "characteristic", "setting", "@type",
        ".gt", ".regex", ".ne", ".like", "[?(@.", "')]", "&&", "||", "..", "[*]", "[0]", "[0,1]",
        "filter=", "sort=", "fields=", "offset=", "limit=", "after=", "before=", "depth=",
        "2024-01-01", "T00:00:00Z", "true", "null", "1", "-1", "1e999", "9" * 30, "\ud800", "ü",
        "😀",
    ]
)  # fmt: skip
NEAR_SENSE = st.lists(_PIECES, max_size=40).map("".join)
ANY_TEXT = st.text(st.characters(), max_size=200)
#: What the parsers behind the query string are given: it refuses surrogates and NUL.
DECODED = st.one_of(ANY_TEXT, NEAR_SENSE).map(lambda text: re.sub("[\0\ud800-\udfff]", "", text))


def read(work: Callable[[], object]) -> None:
    """Do something; a refusal is fine, anything else raised or more than a second is not."""
    start = perf_counter()
    try:
        work()
    except TmfError as refusal:
        assert refusal.cause.status in (400, 501)
        assert refusal.message
        refusal.message.encode()
    assert perf_counter() - start < 1


def use(raw: str) -> None:
    """Read a query string, and put what it says to every use it has in memory."""
    asked = parse_listing(raw, ROOT, LIMITS)
    for resource in KNOWN[:5]:
        matches(asked.query.where, resource)
        if asked.fields is not None:
            select(resource, asked.fields, frozenset({"id"}))
    _, headers = answer(asked.page, Shown(50, 5, "a", "b"), "http://h/x", raw, cursors=True)
    assert all(value.isascii() and value.isprintable() for value in headers.values())


@pytest.mark.rule("R-205", "R-418", "R-507")
@given(st.one_of(ANY_TEXT, NEAR_SENSE, raw_queries(KNOWN)))
@example("%5B%5D" * 200)
@example("[" * 5000)
@example("a[" * 3000)
@example('x="' + ',"a' * 5000)
@example("a.regex=" + "(a{30})" * 100)
@example("a=" + "%22" * 5000)
@example("a=1;" * 500)
@example("name=" + "1," * 10_000)
@example("." * 5000 + "=1")
@example("%" * 10_000)
@example("a[b=c]." * 3000 + "a=1")
@example("a%5Bb%3D" + "%5D" * 5000 + "=1")
@example("x='" + ",'a" * 5000)
@example("filter=" + "=~/+" * 5000)
def test_no_query_string_breaks_the_reader(raw: str) -> None:
    read(lambda: use(raw))


@pytest.mark.rule("R-507")
@given(DECODED)
@example("[?(" * 1300)
@example("(" * 4096)
@example("[?(" + "!" * 4000 + "@.a)]")
@example("[?(" + "(" * 1000 + "@.a" + ")" * 1000 + ")]")
@example("a" + "[?(@.a" * 400 + ")]" * 400)
@example("a[0,0,0,0,0,0,0,0]" * 200)
@example("a[0,0,0,0,0,0,0,0]." * 30 + "a")
@example("[?(@.a" + "||@.a" * 800 + ")]")
@example("[?(@.a=='" + "\\" * 4000)
@example("[?(@.a=~/" + "(a*)*" * 800 + "/)]")
@example("a" + ".a" * 2000)
@example("[?(@.a==" + "9" * 4000 + ")]")
def test_no_json_path_breaks_the_parser(text: str) -> None:
    read(lambda: parse(text, ROOT))
    read(lambda: parse(text, NOTHING))
    read(lambda: parse(text, None))


@pytest.mark.rule("R-604")
@given(st.lists(DECODED, max_size=3))
@example([",".join(["a"] * 10_000)])
@example(["-" * 10_000])
@example(["[" * 10_000])
def test_no_sort_breaks_the_parser(values: list[str]) -> None:
    read(lambda: parse_sort(values, ROOT))


@pytest.mark.rule("R-308")
@given(st.lists(DECODED, max_size=3))
@example([",".join(map(str, range(10_000)))])
@example(["." * 10_000])
@example(["a." * 5_000 + "a"])
@example(["note" + "[?(@.a)]" * 30])
def test_no_selection_breaks_the_parser(values: list[str]) -> None:
    def work() -> None:
        fields = parse_fields(values, ROOT)
        if fields is not None:
            for resource in KNOWN:
                select(resource, fields, frozenset({"id", "href"}))

    read(work)


@given(st.one_of(ANY_TEXT, NEAR_SENSE))
def test_every_part_of_a_query_string_is_accounted_for(raw: str) -> None:
    try:
        reserved, alternatives = split(raw)
    except TmfError:
        return
    parts = [part for part in raw.replace(";", "&").split("&") if part]
    assert sum(map(len, reserved.values())) + sum(map(len, alternatives)) == len(parts)
