"""A file that has not the shape of a specification is refused, by its place, before it is read."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from handlers.app import collections_of, create_app
from persistence.opening import open_store
from tests.official.examples import reference_folder
from tmf_apis.catalog import built_in, choose, specs_folder
from tmf_apis.schema.trial import try_schemas
from tmf_apis.settings import Settings
from tmf_apis.spec.loading import SpecError, load_document
from tmf_apis.spec.reader import read

OPENAPI: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "Cupboards", "version": "5.0.0"},
    "paths": {
        "/cupboard": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Cupboard"}}
                    }
                },
                "responses": {
                    "201": {
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Cupboard"}
                            }
                        }
                    }
                },
            }
        },
        "x-note": 5,
    },
    "components": {
        "schemas": {
            "Cupboard": {
                "type": "object",
                "properties": {"label": {"type": "string", "pattern": "^[a-z]+$"}},
                "required": ["label"],
            }
        }
    },
}
SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Cupboards", "version": "4.0.0"},
    "basePath": "/tmf-api/cupboard/v4",
    "paths": {
        "/cupboard": {
            "get": {
                "produces": ["application/json"],
                "parameters": [{"name": "fields", "in": "query", "type": "string"}],
                "responses": {
                    "200": {
                        "schema": {"type": "array", "items": {"$ref": "#/definitions/Cupboard"}}
                    }
                },
            }
        }
    },
    "definitions": {"Cupboard": {"type": "object", "discriminator": "@type", "properties": {}}},
}


def given(folder: Path, document: Any) -> Path:
    path = folder / "cupboard.json"
    path.write_text(json.dumps(document))
    return path


def put(document: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    changed = deepcopy(document)
    *above, name = [step.replace("~1", "/") for step in pointer.split("/")[1:]]
    holder: Any = changed
    for step in above:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    holder[name] = value
    return changed


@pytest.mark.parametrize("document", [OPENAPI, SWAGGER], ids=["OpenAPI", "Swagger"])
def test_a_right_one_is_read(tmp_path: Path, document: Any) -> None:
    api = read(given(tmp_path, document))
    assert [resource.name for resource in api.resources] == ["cupboard"]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/info", []),
        ("/paths", []),
        ("/paths/cupboard", {}),
        ("/paths/~1cup board", {}),
        ("/paths/~1a\0", {}),
        ("/paths/~1{id}~1a~1{id}", {}),
        ("/paths/~1cupboard", 5),
        ("/paths/~1cupboard/post", None),
        ("/paths/~1cupboard/post/parameters", {}),
        ("/paths/~1cupboard/post/parameters", [None]),
        ("/paths/~1cupboard/post/requestBody", []),
        ("/paths/~1cupboard/post/requestBody/content/application~1json", "x"),
        ("/paths/~1cupboard/post/responses/201", True),
        ("/components", "x"),
        ("/components/schemas", []),
        ("/components/schemas/Cupboard", True),
        ("/components/schemas/Cupboard/type", {}),
        ("/components/schemas/Cupboard/properties", ["label"]),
        ("/components/schemas/Cupboard/properties/label", "string"),
        ("/components/schemas/Cupboard/properties/a\0b", {}),
        ("/components/schemas/Cupboard/required", True),
        ("/components/schemas/Cupboard/allOf", {}),
        ("/components/schemas/Cupboard/allOf", [5]),
        ("/components/schemas/Cupboard/discriminator", "@type"),
        ("/components/schemas/Cupboard/discriminator", {"mapping": {"a": {}}}),
        ("/components/schemas/Cupboard/enum", "x"),
        ("/servers", {}),
        ("/servers", [{"url": 5}]),
    ],
)
def test_what_is_read_must_be_of_its_kind(tmp_path: Path, pointer: str, value: Any) -> None:
    with pytest.raises(SpecError) as refused:
        load_document(given(tmp_path, put(OPENAPI, pointer, value)))
    assert "/" + pointer.split("/")[1] in str(refused.value)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/definitions/Cupboard/discriminator", {"propertyName": "@type"}),
        ("/paths/~1cupboard/get/produces", "application/json"),
        ("/paths/~1cupboard/get/parameters/0/in", 5),
        ("/basePath", []),
        ("/schemes", "https"),
    ],
)
def test_so_must_what_is_read_of_swagger(tmp_path: Path, pointer: str, value: Any) -> None:
    with pytest.raises(SpecError, match=r"cupboard\.json: /"):
        load_document(given(tmp_path, put(SWAGGER, pointer, value)))


def test_there_are_not_too_many_schemas(tmp_path: Path) -> None:
    many = {f"X{n}": {"type": "object"} for n in range(5000)}
    with pytest.raises(SpecError, match="/components/schemas: "):
        load_document(given(tmp_path, put(OPENAPI, "/components/schemas", many)))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"pattern": "("}, r'/definitions/Cupboard/properties/label/pattern: "\(" is not'),
        ({"multipleOf": 0}, "multipleOf"),
        ({"minLength": -1}, "minLength"),
        ({"type": "anything"}, "anyOf"),
    ],
)
def test_what_would_fail_at_the_first_request_fails_before(
    tmp_path: Path, rule: dict[str, Any], said: str
) -> None:
    document = put(OPENAPI, "/components/schemas/Cupboard/properties/label", rule)
    api = read(given(tmp_path, document))
    with pytest.raises(SpecError, match=f"schema Cupboard: .*{said}") as refused:
        try_schemas(api)
    assert "\n" not in str(refused.value)


def test_schemas_may_go_in_circles_and_in_long_lines(tmp_path: Path) -> None:
    chain = {
        f"X{n}": {"allOf": [{"$ref": f"#/components/schemas/X{n + 1}"}] * 2} for n in range(2000)
    }
    chain["X2000"] = {"allOf": [{"$ref": "#/components/schemas/X0"}], "properties": {"deep": {}}}
    document = put(
        OPENAPI, "/components/schemas/Cupboard/allOf", [{"$ref": "#/components/schemas/X0"}]
    )
    document["components"]["schemas"] |= chain
    api = read(given(tmp_path, document))
    assert set(api.resources[0].attributes.children) == {"label", "deep"}
    try_schemas(api)


def test_a_file_that_goes_everywhere_is_not_followed_everywhere(tmp_path: Path) -> None:
    levels = {
        f"W{n}": {
            "properties": {f"p{m}": {"$ref": f"#/components/schemas/W{n + 1}"} for m in range(60)}
        }
        for n in range(4)
    }
    document = put(
        OPENAPI, "/components/schemas/Cupboard/allOf", [{"$ref": "#/components/schemas/W0"}]
    )
    document["components"]["schemas"] |= levels
    catalog = choose([given(tmp_path, document)], own=())
    assert collections_of(catalog, Settings(), open_store("sqlite:///unused.db"))


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://host/tmf-api/kitchen/v5", "/tmf-api/kitchen/v5"),
        ("../v5", "/tmf-api/cupboards/v5"),
        ("/<path:x>/v5", "/tmf-api/cupboards/v5"),
        ("/{tenant}/v5", "/tmf-api/cupboards/v5"),
        ("/a b/v5", "/tmf-api/cupboards/v5"),
    ],
)
def test_it_is_mounted_only_where_a_router_understands(tmp_path: Path, url: str, base: str) -> None:
    assert read(given(tmp_path, put(OPENAPI, "/servers", [{"url": url}]))).base_path == base


@pytest.mark.parametrize(
    ("given_as", "version"), [("v5.0.1", "5.0.1"), ("5-beta", "5"), ("next", "1"), ("", "1")]
)
def test_a_version_has_a_number(tmp_path: Path, given_as: str, version: str) -> None:
    assert read(given(tmp_path, put(OPENAPI, "/info/version", given_as))).version == version


def official() -> Iterator[Path]:
    yield from sorted(specs_folder().glob("TMF*.json"))
    folder = reference_folder()
    for pattern in ("*.json", "*.yaml") if folder else ():
        yield from sorted(folder.glob(f"TMF*/{pattern}"))  # type: ignore[union-attr]


def test_published_files_have_the_shape() -> None:
    files = list(official())
    assert len(files) >= len(built_in())
    for path in files:
        load_document(path)


STRANGE: list[Any] = [
    *(None, 5, -1, "x", "", "(", True, 1.5, [], {}, [1], ["x"], [[]], [None], {"x": 1}),
    *({"$ref": "#"}, {"$ref": 5}, {"type": 5}, {"properties": []}, {"allOf": 5}, {"pattern": "("}),
]


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    if isinstance(value, (dict, list)):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*above, step))


def misled(seed: int, document: Any) -> Any:
    """A document with a strange value somewhere."""
    chance = random.Random(seed)
    changed = deepcopy(document)
    *above, last = chance.choice([place for place in places(document) if place])
    holder = changed
    for step in above:
        holder = holder[step]
    holder[last] = deepcopy(chance.choice(STRANGE))
    return changed


@pytest.mark.parametrize("document", [OPENAPI, SWAGGER], ids=["OpenAPI", "Swagger"])
def test_whatever_stands_in_a_file_it_is_refused_or_served(tmp_path: Path, document: Any) -> None:
    refused = 0
    for seed in range(150):
        path = given(tmp_path, misled(seed, document))
        try:
            api = read(path)
            try_schemas(api)
        except SpecError as error:
            refused += 1
            assert "\n" not in str(error)
            continue
        if seed % 10 == 0:
            create_app(Settings(), choose([path], own=()), open_store("sqlite:///unused.db"))
    assert 30 < refused < 140


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"openapi": "3.1.0"}, ", but OpenAPI 3.1.0"),
        ({"swagger": "1.2"}, ", but Swagger 1.2"),
        ({"asyncapi": "2.6.0"}, ", but AsyncAPI 2.6.0"),
        ({"openapi": "a\nb" + "c" * 50}, f", but OpenAPI a b{'c' * 37}"),
        ({"info": {}}, ""),
    ],
)
def test_a_file_of_another_dialect_is_refused_by_what_it_says_it_is(
    document: dict[str, Any], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(document))
    with pytest.raises(SpecError) as refused:
        load_document(path)
    assert str(refused.value) == f"{path}: neither Swagger 2.0 nor OpenAPI 3.0{said}"
