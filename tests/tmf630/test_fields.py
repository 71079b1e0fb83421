"""Attribute selection: what an answer shows of a resource (R-301..R-310)."""

from typing import Any

import pytest

from tests.queries import ROOT
from tests.tmf630.asking import refusal
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.fields import MAX_FIELDS, parse_fields, select
from tmf_apis.tmf630.work import looking

V4 = frozenset({"id", "href"})
V5 = V4 | {"@type"}
RESOURCE: dict[str, Any] = {
    "@type": "Thing",
    "name": "a",
    "id": "1",
    "href": "/thing/1",
    "channel": {"id": "c", "name": "shop", "extra": {"x": 1, "y": 2}},
    "note": [
        {"author": "X", "text": "one", "date": "2024-01-01T00:00:00Z"},
        {"author": "Y", "text": "two"},
    ],
    "tag": ["a", "b"],
    "priority": 5,
}


def shown(*values: str, always: frozenset[str] = V4) -> dict[str, Any]:
    """The selected part of the resource without what is always shown."""
    fields = parse_fields(values, ROOT)
    assert fields is not None
    selected = select(RESOURCE, fields, always)
    assert {name: selected.pop(name) for name in always} == {n: RESOURCE[n] for n in always}
    return selected


@pytest.mark.rule("R-301", "R-304", "R-306", "R-307")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("name", {"name": "a"}),
        ("name,priority", {"name": "a", "priority": 5}),
        ("name, priority", {"name": "a", "priority": 5}),
        ("name,name,", {"name": "a"}),
        ("id,href", {}),
        ("@type", {"@type": "Thing"}),
        ("unheardOf", {}),
        ("name,unheardOf", {"name": "a"}),
        ("tag", {"tag": ["a", "b"]}),
        ("note", {"note": RESOURCE["note"]}),
        ("note.author", {"note": [{"author": "X"}, {"author": "Y"}]}),
        ("note.date", {"note": [{"date": "2024-01-01T00:00:00Z"}, {}]}),
        ("note.author,note", {"note": RESOURCE["note"]}),
        ("note.author,note.text",
         {"note": [{"author": "X", "text": "one"}, {"author": "Y", "text": "two"}]}),
        ("channel.name", {"channel": {"name": "shop"}}),
        ("channel.extra.x", {"channel": {"extra": {"x": 1}}}),
        ("name.first", {}),
    ],
)  # fmt: skip
def test_selection_shows_the_named_attributes(asked: str, expected: dict[str, Any]) -> None:
    assert shown(asked) == expected


@pytest.mark.rule("R-301")
@pytest.mark.parametrize("name", sorted(ROOT.children))
def test_every_first_level_attribute_can_be_selected(name: str) -> None:
    fields = parse_fields([name], ROOT)
    assert fields is not None
    assert select({name: 1, "other": 2}, fields, frozenset()) == {name: 1}


@pytest.mark.rule("R-301")
def test_selection_keeps_the_order_of_the_resource() -> None:
    assert list(shown("priority,@type,name")) == ["@type", "name", "priority"]


@pytest.mark.rule("R-302")
@pytest.mark.parametrize("values", [[], [""], [","], [" , "]])
def test_no_selection_shows_everything(values: list[str]) -> None:
    assert parse_fields(values, ROOT) is None
    assert parse_fields([*values, "name"], ROOT) is not None


@pytest.mark.rule("R-303", "R-304", "R-305")
def test_none_shows_only_what_is_always_shown() -> None:
    assert shown("none") == {}
    assert shown("none", always=V5) == {}
    assert shown("none,name") == {"name": "a"}


@pytest.mark.rule("R-304", "R-305")
def test_type_is_always_shown_in_v5_and_in_v4_only_when_asked_for() -> None:
    fields = parse_fields(["name"], ROOT)
    assert fields is not None
    assert "@type" in select(RESOURCE, fields, V5)
    assert "@type" not in select(RESOURCE, fields, V4)


@pytest.mark.rule("R-308")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("note[?(@.author=='X')]", {"note": [RESOURCE["note"][0]]}),
        ("$.note[?(@.author=='X')]", {"note": [RESOURCE["note"][0]]}),
        ("[*].note[?(@.author=='X')]", {"note": [RESOURCE["note"][0]]}),
        ("note[?(@.author=='X')].text", {"note": [{"text": "one"}]}),
        ("note[?(@.author=='Z')]", {"note": []}),
        ("note[?(@.author=='X' || @.text=='1,2')],name",
         {"note": [RESOURCE["note"][0]], "name": "a"}),
        ("note[1]", {"note": [RESOURCE["note"][1]]}),
        ("note[0,1].text", {"note": [{"text": "one"}, {"text": "two"}]}),
        ("note[*].text", {"note": [{"text": "one"}, {"text": "two"}]}),
        ("tag[1]", {"tag": ["b"]}),
        ("['name']", {"name": "a"}),
    ],
)  # fmt: skip
def test_selection_by_json_path_keeps_matching_elements(
    asked: str, expected: dict[str, Any]
) -> None:
    assert shown(asked) == expected


@pytest.mark.rule("R-308")
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("note[", 400),
        ("note[?(@.author=)]", 400),
        ("a..b", 400),
        (".a", 400),
        ("a.", 400),
        ("note[0:1]", 501),
        ("$..author", 501),
        (",".join(map(str, range(MAX_FIELDS + 1))), 400),
    ],
)
def test_selection_that_cannot_be_made_is_refused(asked: str, status: int) -> None:
    with pytest.raises(TmfError) as refused:
        parse_fields([asked], ROOT)
    assert refused.value.cause.status == status
    assert refusal(f"fields={asked}")[0] == status


def test_equal_selections_have_one_text() -> None:
    one, other = parse_fields(["b,a", "a"], ROOT), parse_fields(["a", "b"], ROOT)
    assert one is not None and other is not None
    assert one.text == other.text
    assert one.text != parse_fields(["a"], ROOT).text  # type: ignore[union-attr]


@pytest.mark.rule("R-310")
def test_selection_leaves_the_resource_as_it_is() -> None:
    before = {**RESOURCE, "note": [dict(note) for note in RESOURCE["note"]]}
    shown("note.author,channel.name")
    assert before == RESOURCE


def test_selection_that_looks_at_too_much_is_refused() -> None:
    conditions = " || ".join(f"@.text=='no{n}'" for n in range(99))
    fields = parse_fields([f"note[?({conditions})]"], ROOT)
    assert fields is not None
    few, many = ({"id": "1", "note": [{"text": "x"}] * count} for count in (100, 50_000))
    assert select(few, fields, V4) == {"id": "1", "note": []}
    with pytest.raises(TmfError, match="look at more than") as refused:
        select(many, fields, V4)
    assert refused.value.cause.status == 400
    look = looking(15_000)
    select(few, fields, V4, look)
    with pytest.raises(TmfError, match="look at more than 15000 values"):
        select(few, fields, V4, look)


@pytest.mark.parametrize(("pattern", "least"), [("a", 2), ("a{100}", 100)])
def test_selection_tells_how_large_its_patterns_are(pattern: str, least: int) -> None:
    fields = parse_fields([f"note[?(@.text=~'{pattern}')]"], ROOT)
    assert fields is not None and least <= fields.program < least + 20
    with pytest.raises(TmfError, match="too costly together"):
        parse_fields([f"note[?(@.text=~'{c}.{{400}}')]" for c in "ab"], ROOT)
