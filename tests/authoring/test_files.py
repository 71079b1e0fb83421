"""Each file is valid, worded throughout, and true to its own schemas."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from authoring.kinds import operations
from tmf_apis.comparing.tables import Api, apis
from tmf_apis.spec.loading import load_document
from tmf_apis.spec.slips import repair

SPECS = Path(__file__).parents[2] / "specs"
APIS = apis(SPECS)


@pytest.fixture(params=APIS, ids=lambda api: api.label, scope="module")
def api(request: pytest.FixtureRequest) -> Api:
    found: Api = request.param
    return found


@pytest.fixture(scope="module")
def document(api: Api) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SPECS / api.file).read_bytes())
    return loaded


def test_there_are_eight_apis_in_two_versions() -> None:
    files = [api.file for api in APIS if "/" not in api.file]
    assert len(set(files)) == 16
    assert {path.name for path in SPECS.glob("TMF*.json")} == set(files)


def test_four_neighbours_stand_apart() -> None:
    """TM Forum's own file of TMF633 v5 was not to be had."""
    neighbours = {api.file: api.label for api in APIS if "/" in api.file}
    found = {path.relative_to(SPECS).as_posix() for path in SPECS.glob("neighbours/TMF*.json")}
    assert found == set(neighbours)
    both = {
        f"{api} {version}" for api in ("TMF632", "TMF637", "TMF666") for version in ("v4", "v5")
    }
    assert set(neighbours.values()) == both | {"TMF633 v4"}


def test_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.0.3"
    assert not [error.message for error in OpenAPIV30SpecValidator(document).iter_errors()]


def test_says_where_it_is_served(api: Api, document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": api.server}]
    assert re.fullmatch(r"/tmf-api/\w+/v[45]", api.server)
    assert document["info"]["version"] == api.version


def test_holds_no_known_slip(api: Api) -> None:
    """What is mended when an official file is read is mended here for good (R-721)."""
    assert repair(load_document(SPECS / api.file)) == []


def test_every_operation_and_tag_is_described(document: dict[str, Any]) -> None:
    for operation in operations(document):
        assert operation.node["summary"] and operation.node["description"], operation
    assert all(tag["description"] for tag in document["tags"])


def test_every_schema_and_attribute_is_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not schema.get("description")] == []
    bare = [
        f"{name}.{attribute}"
        for name, schema in schemas.items()
        for attribute, declared in _attributes(schema)
        if not declared.get("description")
    ]
    assert bare == []


def test_no_description_is_just_the_name_again(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        for attribute, declared in _attributes(schema):
            said = re.sub(r"\W|\b(the|a|an|of)\b", "", declared["description"].lower())
            assert said != attribute.lower(), f"{name}.{attribute}"


def test_examples_obey_the_schemas(document: dict[str, Any]) -> None:
    components = _tolerant({"components": document["components"]})
    for operation in operations(document):
        for media, content in operation.node.get("requestBody", {}).get("content", {}).items():
            for name in content.get("examples", {}):
                example = document["components"]["examples"][name]["value"]
                checker = jsonschema_rs.Draft4Validator(
                    {**content["schema"], **components}, validate_formats=True
                )
                found = [error.message for error in checker.iter_errors(example)]
                assert found == [], f"{operation.node['operationId']} {media} {name}"


def test_every_request_body_of_the_server_has_an_example(document: dict[str, Any]) -> None:
    bare = [
        operation.node["operationId"]
        for operation in operations(document)
        if operation.kind != "notify"
        for content in operation.node.get("requestBody", {}).get("content", {}).values()
        if not content.get("examples")
    ]
    assert bare == []


def test_a_change_answers_with_the_full_resource(document: dict[str, Any]) -> None:
    for operation in operations(document):
        if operation.kind == "patch":
            answer = operation.node["responses"]["200"]["content"]["application/json"]
            assert "$ref" in answer["schema"], operation.node["operationId"]


def _attributes(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from schema.get("properties", {}).items()
    for part in schema.get("allOf", []):
        yield from _attributes(part)


def _tolerant(schema: Any) -> Any:
    """Schemas in which alternatives may overlap: those of the reference do, told by `@type`."""
    if isinstance(schema, list):
        return [_tolerant(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {"anyOf" if k == "oneOf" else k: _tolerant(v) for k, v in schema.items()}
