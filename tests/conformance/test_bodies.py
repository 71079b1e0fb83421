"""Bodies can be built for any file, or the kit says which attribute it needs."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from conformance.bodies import Bodies, Unbuildable
from conformance.options import Options
from conformance.results import Outcome
from conformance.runner import judge
from conformance.shapes import Shapes
from tests.handlers.serving import running
from tests.handlers.test_added_specs import reference, swagger, written
from tmf_apis.catalog import Catalog
from tmf_apis.spec.model import ApiSpec
from tmf_apis.spec.reader import read

Json = dict[str, Any]
TEXT = {"type": "string"}


def file(folder: Path, required: Json, **definitions: Json) -> ApiSpec:
    """The file of shelves, with attributes that a new book must have."""
    document = swagger()
    for name in ("Book", "Book_Create"):
        document["definitions"][name]["properties"] |= required
    document["definitions"]["Book_Create"]["required"] = ["name", *required]
    document["definitions"] |= definitions
    return read(written(folder, document))


def made(api: ApiSpec, **attributes: Any) -> Json:
    fixtures = {"book": {"attributes": attributes}} if attributes else {}
    return Bodies(api, fixtures).minimal(api.resource("book"))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "pattern": "^[A-Z]{3}$"}, "KIT"),
        ({"type": "string", "pattern": r"^\d+\.\d+$"}, "1.0"),
        ({"type": "string", "pattern": "^urn:x:", "example": "urn:x:7"}, "urn:x:7"),
        ({"type": "string", "maxLength": 3}, "kit"),
        ({"type": "string", "minLength": 40}, "kit code" * 5),
        ({"type": "string", "enum": ["b", "a"]}, "b"),
        ({"type": "integer", "minimum": 10}, 10),
        ({"type": "integer", "maximum": -5}, -5),
        ({"type": "number", "multipleOf": 0.25, "minimum": 2}, 2),
        ({"type": "array", "items": TEXT, "minItems": 3, "uniqueItems": True},
         ["kit code", "kit code 2", "kit code 3"]),
        ({"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "minItems": 2,
          "uniqueItems": True}, ["a", "b"]),
        ({"type": "object"}, {}),
    ],
    ids=str,
)  # fmt: skip
def test_a_value_is_within_what_its_schema_says(tmp_path: Path, schema: Json, value: Any) -> None:
    assert made(file(tmp_path, {"code": schema}))["code"] == value


def test_what_is_required_of_itself_comes_to_an_end(tmp_path: Path) -> None:
    shelf_in_shelf = {
        "type": "object",
        "required": ["above"],
        "properties": {"above": {"type": "array", "items": reference("Above")}},
    }
    assert made(file(tmp_path, {"above": reference("Above")}, Above=shelf_in_shelf))["above"]


def test_a_base_that_leads_back_to_its_own_class_is_passed_over(tmp_path: Path) -> None:
    part = {"allOf": [reference("Whole"), {"required": ["kind"], "properties": {"kind": TEXT}}]}
    whole = {"allOf": [reference("Part"), {"properties": {"size": TEXT}, "type": "object"}]}
    api = file(tmp_path, {"part": reference("Part")}, Part=part, Whole=whole)
    assert made(api)["part"]["kind"] == "kit kind"


def test_every_body_fits_its_file(tmp_path: Path) -> None:
    choice = {"oneOf": [reference("Far"), reference("NearRef")]}
    near = {"type": "object", "required": ["id"], "properties": {"id": TEXT}}
    far = {"type": "object", "required": ["code"], "properties": {"code": TEXT}}
    api = file(tmp_path, {"at": choice}, Far=far, NearRef=near)
    body = made(api)
    assert body["at"] == {"id": "kit-id"}
    assert Shapes(api, strict=True).faults("Book_Create", body) == []


def test_what_cannot_be_built_is_asked_for(tmp_path: Path) -> None:
    api = file(tmp_path, {"isbn": {"type": "string", "pattern": "^97[89]-[0-9-]{13}$"}})
    with pytest.raises(Unbuildable) as asked:
        made(api)
    assert str(asked.value).startswith(
        "a body of book that the kit cannot build: give isbn in the fixtures (attributes); /isbn: "
    )
    assert made(api, isbn="978-3-16-148410-0")["isbn"] == "978-3-16-148410-0"


def test_what_may_be_left_out_is_left_out_where_it_cannot_be_built(tmp_path: Path) -> None:
    api = file(tmp_path, {})
    document = api.document["components"]["schemas"]
    document["Book_Create"]["properties"]["pages"] = {
        "type": "integer",
        "multipleOf": 2,
        "enum": [3],
    }
    assert "pages" not in Bodies(api, {}).full(api.resource("book"))


def test_a_run_says_which_attribute_it_needs(tmp_path: Path) -> None:
    isbn = {"type": "string", "pattern": "^97[89]-[0-9-]{13}$"}
    api = file(tmp_path, {"isbn": isbn})
    with running(tmp_path, Catalog((api,))) as server:
        options = Options(url=server.url, resources=("book",), only=("R-701",))
        report = asyncio.run(judge(api, options))
    (why,) = {r.reason for r in report.results if r.outcome is Outcome.SKIPPED}
    assert why.startswith(
        "not judged because of a body of book that the kit cannot build: give isbn"
    )
