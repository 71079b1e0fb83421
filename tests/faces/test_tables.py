"""The tables against both files of each API: nothing is forgotten, and nothing is idle."""

from functools import cache
from pathlib import Path

import pytest

from tests.faces.pairs import in_front, pairs
from tmf_apis.catalog import extended, neighbours
from tmf_apis.faces.compiling import Compiler
from tmf_apis.faces.converter import compiled
from tmf_apis.faces.crossings import crossings
from tmf_apis.faces.pairs import Pair
from tmf_apis.faces.reading import FacesError, table_of
from tmf_apis.faces.reading import built_in as tables
from tmf_apis.faces.rules import RULES
from tmf_apis.faces.table import NEWER, OLDER


@cache
def compiler(number: str) -> Compiler:
    apis = {(api.number, api.major): api for api in (*extended(), *neighbours())}
    table = tables()[number]
    return compiled(apis[number, "v4"], apis[number, "v5"], table)[1]


def wholes(number: str) -> list[Pair]:
    return [pair for pair in compiler(number).pairs() if pair.part is None]


@pytest.mark.parametrize("number", tables())
def test_every_attribute_of_every_class_is_covered(number: str) -> None:
    forgotten = []
    for pair in wholes(number):
        found = list(crossings(compiler(number), pair))
        for side in (OLDER, NEWER):
            told = {
                name.partition(".")[0]
                for crossing in found
                for name in (crossing.older, crossing.newer)[side]
            }
            declared = compiler(number).attributes(side, pair)
            missing = {name for name in declared if not name.startswith("@")} - told
            # What a table names is told once for all classes that share it.
            forgotten += [(pair.side(side), name) for name in missing]
    assert forgotten == []


@pytest.mark.parametrize("number", tables())
def test_no_attribute_is_told_of_twice(number: str) -> None:
    for pair in wholes(number):
        names = [name for crossing in crossings(compiler(number), pair) for name in crossing.older]
        assert len(names) == len(set(names)), pair


def test_every_entry_and_table_of_words_is_used() -> None:
    used: dict[str, set[tuple[str, str]]] = {}
    for number in tables():
        for pair in compiler(number).pairs():
            used.setdefault(number, set()).add(compiler(number).entry(pair).classes)
    everywhere = {classes for found in used.values() for classes in found}
    idle = [(n, c) for n, table in tables().items() for c in table.classes if c not in everywhere]
    assert idle == []


def test_every_rule_and_table_that_a_row_names_is_there() -> None:
    rows = [row for t in tables().values() for entry in t.classes.values() for row in entry.rows]
    assert {row.computed for row in rows if row.computed} == set(RULES)
    for table in tables().values():
        named = {row.values for e in table.classes.values() for row in e.rows if row.values}
        assert named <= set(table.values)


def test_every_resource_of_both_versions_has_faces() -> None:
    apis = {(api.number, api.major): api for api in (*extended(), *neighbours())}
    for number, table in tables().items():
        newer = {r.name for r in apis[number, "v5"].resources}
        older = {r.name for r in apis[number, "v4"].resources if r.view_of is None}
        views = {"physicalResource", "logicalResource"}
        assert set(table.resources) == older - views
        assert newer - set(table.resources.values()) <= {"billCycle"}
    assert (len(in_front()), len(pairs())) == (24, 34)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- 1", "not a table of faces"),
        ("classes: [{classes: [A]}]", "not a table of faces: .*Length must be 2"),
        ("classes: [{classes: [A, B], rows: [{list: v6}]}]", "Must be one of: v4, v5"),
        ("resources: [", "while parsing|expected"),
    ],
)
def test_a_table_that_cannot_be_used_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "TMF999.yaml"
    file.write_text(text)
    with pytest.raises(FacesError, match=told):
        table_of(file)
