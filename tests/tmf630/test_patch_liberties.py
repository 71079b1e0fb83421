"""The liberties that TM Forum's own patches take are taken too, and nothing else is."""

from typing import Any

import pytest

from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.json_patch import apply_json_patch
from tmf_apis.tmf630.patch_query import apply_patch_query

TEXT = {"type": "string"}
COLOUR = {
    "type": "object",
    "properties": {"value": TEXT, "isDefault": {"type": "boolean"}},
}
COLOURS = {"type": "array", "items": COLOUR}
ROOT = Attribute(
    [
        {
            "type": "object",
            "properties": {
                "name": TEXT,
                "spec": {"type": "object", "properties": {"colour": COLOURS}},
            },
        }
    ],
    {},
)
PAINT: dict[str, Any] = {
    "name": "paint",
    "spec": {"colour": [{"value": "Black"}, {"value": "White"}, {"value": "/spec/colour/Red"}]},
}
RENAME = {"op": "replace", "path": "/name", "value": "ink"}


@pytest.mark.rule("R-803", "R-804")
@pytest.mark.parametrize("apply", [apply_json_patch, apply_patch_query])
def test_one_operation_may_stand_without_its_list(apply: Any) -> None:
    assert apply(PAINT, RENAME, ROOT) == apply(PAINT, [RENAME], ROOT) == PAINT | {"name": "ink"}
    for garbage in ({}, {"name": "ink"}, {"op": "rename", "path": "/name"}, [[RENAME]], "x", None):
        with pytest.raises(TmfError) as refusal:
            apply(PAINT, garbage, ROOT)
        assert refusal.value.cause.status == 400


def marked(path: str) -> list[bool | None]:
    """Which of the colours a patch query marks."""
    operation = {"op": "add", "path": f"/spec/colour/isDefault?{path}", "value": True}
    patched = apply_patch_query(PAINT, [operation], ROOT)
    return [colour.get("isDefault") for colour in patched["spec"]["colour"]]


@pytest.mark.rule("R-805")
@pytest.mark.parametrize("name", ["value", "spec.colour.value"])
def test_a_condition_may_repeat_the_path_before_its_value(name: str) -> None:
    assert marked(f"{name}=Black") == [True, None, None]
    assert marked(f"{name}=/spec/colour/Black") == [True, None, None]


@pytest.mark.rule("R-805")
@pytest.mark.parametrize("name", ["value", "spec.colour.value"])
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (".eq=~Grey", [True, None, None]),
        ("==Black", [None, True, None]),
        (".eq==Black", [None, None, True]),
        (".regex=~G", [True, None, None]),
        ("=~^~|^B", [True, True, None]),
        (".ne=~Grey", [None, True, True]),
        (".in=~Grey,Black", [True, True, None]),
        ("='Black'", [None, True, None]),
        (">Black", [True, None, None]),
    ],
)
def test_a_condition_may_have_any_operator(
    name: str, condition: str, expected: list[bool | None]
) -> None:
    colours = {"spec": {"colour": [{"value": v} for v in ("~Grey", "Black", "=Black")]}}
    for member in ("isDefault", "value"):
        path = f"/spec/colour/{member}?{name}{condition}"
        operation = {"op": "add", "path": path, "value": True}
        patched = apply_patch_query(colours, [operation], ROOT)["spec"]["colour"]
        marks = [(colour.get(member) is True) or None for colour in patched]
        assert marks == expected


@pytest.mark.rule("R-805", "R-807")
@pytest.mark.parametrize(
    "value", ["/colour/Black", "/spec/Black", "spec/colour/Black", "/spec/colour/black", "/Black"]
)
def test_a_condition_may_not_put_another_path_before_its_value(value: str) -> None:
    with pytest.raises(TmfError) as refusal:
        marked(f"value={value}")
    assert refusal.value.cause.status == 409


@pytest.mark.rule("R-805")
def test_a_value_that_looks_like_a_path_is_still_found() -> None:
    assert marked("value=/spec/colour/Red") == [None, None, True]


@pytest.mark.rule("R-805")
@pytest.mark.parametrize("name", ["note", "note.note"])
def test_an_element_may_have_an_attribute_named_as_its_list_is(name: str) -> None:
    note = {"type": "object", "properties": {"note": TEXT}}
    notes = {"note": {"type": "array", "items": note}}
    root = Attribute([{"type": "object", "properties": notes}], {})
    jotted = {"note": [{"note": "a"}, {"note": "b"}, {"note": "b"}]}
    operation = {"op": "remove", "path": f"/note?{name}=b"}
    assert apply_patch_query(jotted, [operation], root) == {"note": [{"note": "a"}]}


@pytest.mark.rule("R-805")
@pytest.mark.parametrize("name", ["limit", "offset", "sort", "fields", "filter"])
def test_an_attribute_may_be_called_as_a_parameter_of_lists_is(name: str) -> None:
    things = {"x": [{name: 1, "a": "p"}, {name: 2, "a": "p"}]}
    left = apply_patch_query(things, [{"op": "remove", "path": f"/x?a=p&{name}=2"}], ROOT)
    assert left == {"x": [{name: 1, "a": "p"}]}
