"""Null is as good as absent wherever a file declares or demands an attribute (R-1207)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from handlers.loading import Batch
from handlers.reading import Line, LoadError
from handlers.services import services
from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import APIS, case
from tests.handlers.serving import Server, running, store_of
from tmf_apis.catalog import choose

BASE = "/tmf-api/cupboardManagement/v4"
PATCH = {"Content-Type": "application/json-patch+json"}
TEXT, OBJECT = {"type": "string"}, {"type": "object"}
#: `label` and `room` are demanded, though nothing declares them; `secret` is of the request alone.
PLACE = {**OBJECT, "required": ["room"], "properties": {"at": TEXT}}
CUPBOARD = {**OBJECT, "required": ["label"], "properties": {"id": TEXT, "place": PLACE}}
CREATE = {**CUPBOARD, "properties": {**CUPBOARD["properties"], "secret": TEXT}}


def content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


FILE = {
    "openapi": "3.0.1",
    "info": {"title": "Cupboard Management", "version": "4.0.0"},
    "paths": {
        "/cupboard": {
            "post": {
                "requestBody": {"content": content("Cupboard_Create")},
                "responses": {"201": {"description": "", "content": content("Cupboard")}},
            }
        },
        "/cupboard/{id}": {
            "get": {"responses": {"200": {"description": "", "content": content("Cupboard")}}},
            "patch": {
                "requestBody": {"content": content("Cupboard_Update")},
                "responses": {"200": {"description": "", "content": content("Cupboard")}},
            },
        },
    },
    "components": {
        "schemas": {"Cupboard": CUPBOARD, "Cupboard_Create": CREATE, "Cupboard_Update": CUPBOARD}
    },
}
WHOLE: dict[str, Any] = {"label": "north", "place": {"room": "a", "at": "left"}}


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the small API alone."""
    folder = tmp_path_factory.mktemp("kitchen")
    path: Path = folder / "cupboard.json"
    path.write_bytes(orjson.dumps(FILE))
    with running(folder, choose([path], own=[])) as server:
        yield server


@pytest.mark.rule("R-703", "R-1207")
@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"label": None}, "label"),
        ({"place": {"room": None}}, "room"),
        ({"place": {"room": None, "at": None}}, "room"),
    ],
)
def test_null_is_no_value_of_what_is_demanded(
    more: dict[str, Any], missing: str, kitchen: Server
) -> None:
    body = orjson.dumps(WHOLE | more)
    refused(kitchen.client.post(f"{BASE}/cupboard", content=body), 400, "21", f'"{missing}"')
    made = shown(kitchen.client.post(f"{BASE}/cupboard", json=WHOLE), 201)
    steps = [{"op": "add", "path": f"/{name}", "value": value} for name, value in more.items()]
    answer = kitchen.client.patch(made["href"], json=steps, headers=PATCH)
    refused(answer, 400, "21", f'"{missing}"')
    [service] = services(kitchen.catalog.apis, store_of(kitchen.settings.store), kitchen.settings)
    with pytest.raises(LoadError) as refusal:
        Batch(service, lambda: [Line(1, body)])
    assert f'"{missing}"' in refusal.value.faults[0][1]


@pytest.mark.rule("R-1207")
def test_null_of_what_is_declared_is_absent(kitchen: Server) -> None:
    body = WHOLE | {"secret": None, "place": {"room": "a", "at": None}, "x-free": {"a": None}}
    made = shown(kitchen.client.post(f"{BASE}/cupboard", json=body), 201)
    assert made == {
        **{"id": made["id"], "href": made["href"], "label": "north"},
        **{"place": {"room": "a"}, "x-free": {"a": None}},
    }
    moved = [{"op": "copy", "from": "/x-free/a", "path": "/place/at"}]
    assert shown(kitchen.client.patch(made["href"], json=moved, headers=PATCH)) == made


@pytest.mark.rule("R-1104", "R-1207")
def test_null_is_no_value_of_what_a_sub_class_demands(
    start: Start, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("schemas")
    schema = {"required": ["special"], "properties": {"other": {"type": "string"}}}
    (folder / "Nulls.schema.json").write_bytes(orjson.dumps(schema))
    server, c = start(schemas=folder), case("TMF629-v4/customer")
    body = c.create_body(**{"@schemaLocation": "Nulls.schema.json", "other": None})
    refused(server.client.post(c.path, json=body | {"special": None}), 400, "21", "special")
    assert shown(server.client.post(c.path, json=body | {"special": 1}), 201)["special"] == 1


@pytest.mark.rule("R-1009", "R-1207")
@pytest.mark.parametrize("api", [a for a in APIS if a.listeners], ids=lambda a: a.base_path)
def test_null_of_a_notification_is_absent(api: Any, server: Server) -> None:
    name = next(name for name in api.listeners if name.endswith("CreateEvent"))
    kind = name[0].upper() + name[1:]
    event = {"@type": kind, "eventId": "1", "eventTime": "2026-01-02T03:04:05Z", "eventType": kind}
    nulls = dict.fromkeys(("correlationId", "domain", "timeOcurred", "event"))
    answer = server.client.post(f"{api.base_path}/listener/{name}", json=event | nulls)
    assert answer.status_code in (201, 204), answer.text
