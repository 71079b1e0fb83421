"""Example bodies and sample records are valid by the project's own specification files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

SPECS = Path(__file__).parents[2] / "specs"
EXAMPLES = sorted((SPECS / "examples").glob("*.yaml"))
SAMPLES = sorted((SPECS / "sample-data").glob("*/*.json"))
METHODS = {"create": ("", "post"), "patch": ("/{id}", "patch")}
KEPT = ("type", "required", "minItems", "maxItems", "format", "minimum", "maximum", "pattern")
Json = Any

# Servers compute the href, so that stored records have none.
HREF = "http://localhost/computed"


@cache
def spec(name: str) -> dict[str, Json]:
    """The specification of an API and version such as `TMF620-v4`, or a skipped test."""
    api, version = name.split("-")
    found = sorted(SPECS.rglob(f"{api}-*-{version}*.json"))
    document: dict[str, Json] = json.loads(found[-1].read_text(encoding="utf-8"))
    return document


def json_schema(schema: Json) -> Json:
    """An OpenAPI 3.0 schema as a JSON schema; `oneOf` accepts several matches, as TMF means it."""
    if "$ref" in schema:
        return schema
    converted = {keyword: schema[keyword] for keyword in KEPT if keyword in schema}
    if "enum" in schema:
        converted["enum"] = schema["enum"] + ([None] if schema.get("nullable") else [])
    if schema.get("nullable") and "type" in schema:
        converted["type"] = [schema["type"], "null"]
    if "properties" in schema:
        members = schema["properties"].items()
        converted["properties"] = {name: json_schema(member) for name, member in members}
    if "items" in schema:
        converted["items"] = json_schema(schema["items"])
    for keyword, name in (("allOf", "allOf"), ("anyOf", "anyOf"), ("oneOf", "anyOf")):
        if keyword in schema:
            converted[name] = [json_schema(part) for part in schema[keyword]]
    return converted


@cache
def schemas(name: str) -> dict[str, Json]:
    found = spec(name)["components"]["schemas"]
    return {schema: json_schema(body) for schema, body in found.items()}


def resolve(name: str, node: dict[str, Json]) -> dict[str, Json]:
    """The thing a `$ref` of the specification points at."""
    if "$ref" not in node:
        return node
    found: Json = spec(name)
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def body_schema(name: str, carrier: dict[str, Json]) -> dict[str, Json]:
    """The schema of a request or response body, in whichever JSON media type it is given."""
    content = resolve(name, carrier)["content"]
    media = next(type_ for type_ in content if type_.startswith("application/json"))
    return dict(content[media]["schema"])


def complaints(name: str, schema: dict[str, Json], body: Json) -> list[str]:
    """What is wrong with a body, each with the place."""
    whole = {"components": {"schemas": schemas(name)}, "allOf": [json_schema(schema)]}
    validator = jsonschema_rs.Draft7Validator(whole, validate_formats=True)
    return [
        f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(body)
    ]


def read(path: Path) -> Json:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


CASES = [
    pytest.param(path.stem, resource, kind, body, id=f"{path.stem}-{resource}-{kind}")
    for path in EXAMPLES
    for resource, bodies in read(path).items()
    for kind, body in bodies.items()
]


@pytest.mark.parametrize(("name", "resource", "kind", "body"), CASES)
def test_an_example_body_is_valid(name: str, resource: str, kind: str, body: Json) -> None:
    suffix, method = METHODS[kind]
    operation = spec(name)["paths"][f"/{resource}{suffix}"][method]
    assert complaints(name, body_schema(name, operation["requestBody"]), body) == []


@pytest.mark.parametrize("name", [path.stem for path in EXAMPLES])
def test_every_create_and_patch_has_an_example(name: str) -> None:
    offered = {
        (path.split("/")[1], kind)
        for path, operations in spec(name)["paths"].items()
        if not path.startswith(("/hub", "/listener"))
        for kind, (_, method) in METHODS.items()
        if method in operations
    }
    examples = read(SPECS / "examples" / f"{name}.yaml")
    assert offered == {(resource, kind) for resource, bodies in examples.items() for kind in bodies}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_sample_records_are_valid(path: Path) -> None:
    name = path.parent.name
    operation = spec(name)["paths"][f"/{path.stem}/{{id}}"]["get"]
    schema = body_schema(name, operation["responses"]["200"])
    for record in json.loads(path.read_text(encoding="utf-8")):
        assert complaints(name, schema, {"href": HREF, **record}) == [], record["id"]
