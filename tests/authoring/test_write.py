"""What is committed is what the generator writes, and what it adds stays within its bounds."""

from pathlib import Path
from typing import Any

import orjson

from authoring.additions import add_missing
from authoring.examples import registration, steps
from authoring.overlay import add_overlay
from authoring.wording import Wording
from authoring.write import LAYOUT, compose, main
from tmf_apis.comparing.facts import facts_of
from tmf_apis.comparing.tables import apis, table

LISTING: dict[str, Any] = {
    "tags": [{"name": "pen"}],
    "paths": {
        "/pen": {
            "get": {
                "parameters": [{"name": "sort", "in": "query", "schema": {"type": "integer"}}],
                "responses": {"200": {"content": {"application/json": {}}}},
            }
        },
        "/listener/penCreateEvent": {"post": {"responses": {"201": {}}}},
    },
    "components": {"schemas": {"Pen": {"type": "object"}}},
}


def test_the_files_are_up_to_date(specs: Path, reference: Path) -> None:
    wording = Wording(specs)
    for api in apis(specs):
        written = orjson.dumps(compose(api, reference, specs, wording), option=LAYOUT)
        assert written == (specs / api.file).read_bytes(), f"{api.file} is to be written again"


def test_wrong_usage_is_told(capsys: Any) -> None:
    assert main([]) == 2
    assert "usage:" in capsys.readouterr().err


def test_the_overlay_changes_nothing_that_is_said(specs: Path) -> None:
    document = orjson.loads(orjson.dumps(LISTING))
    add_overlay(document, table(specs, "overlay"))
    listing = document["paths"]["/pen"]["get"]
    assert listing["parameters"][0] == LISTING["paths"]["/pen"]["get"]["parameters"][0]
    assert [p["name"] for p in listing["parameters"]].count("sort") == 1
    assert listing["responses"]["206"]["content"] == {"application/json": {}}
    assert {"406", "429", "501", "503"} <= set(listing["responses"])


def test_the_overlay_leaves_listeners_alone(specs: Path) -> None:
    document = orjson.loads(orjson.dumps(LISTING))
    add_overlay(document, table(specs, "overlay"))
    assert (
        document["paths"]["/listener/penCreateEvent"]
        == (LISTING["paths"]["/listener/penCreateEvent"])
    )


def test_an_operation_with_a_default_answer_needs_no_further_errors(specs: Path) -> None:
    document = orjson.loads(orjson.dumps(LISTING))
    document["paths"]["/pen"]["get"]["responses"]["default"] = {}
    add_overlay(document, table(specs, "overlay"))
    assert set(document["paths"]["/pen"]["get"]["responses"]) == {"200", "206", "default"}


def test_another_edition_adds_only_what_is_missing() -> None:
    document = orjson.loads(orjson.dumps(LISTING))
    other = orjson.loads(orjson.dumps(LISTING))
    other["paths"]["/pen"]["get"] = {"stray": True}
    other["paths"]["/ink"] = {"get": {}, "put": {}}
    other["components"]["schemas"] |= {"Pen": {}, "Ink": {"type": "object"}}
    add_missing(document, other)
    assert document["paths"]["/pen"] == LISTING["paths"]["/pen"]
    assert document["paths"]["/ink"] == {"get": {}}
    assert document["components"]["schemas"] == {
        "Pen": {"type": "object"},
        "Ink": {"type": "object"},
    }


def test_facts_have_no_prose_but_keep_attributes_named_like_it() -> None:
    schema = {
        "description": "Prose.",
        "properties": {"description": {"type": "string", "example": "Prose."}},
        "items": {"$ref": "#/components/schemas/Pen", "description": "Prose."},
    }
    document = {"paths": {}, "components": {"schemas": {"Pen": schema}}}
    assert facts_of(document)["components"]["schemas"]["Pen"] == {
        "properties": {"description": {"type": "string"}},
        "items": {"$ref": "#/components/schemas/Pen"},
    }


def test_the_steps_do_what_the_merge_patch_does() -> None:
    assert steps({"@type": "Pen", "ink/type": "gel", "cap": None}) == [
        {"op": "add", "path": "/ink~1type", "value": "gel"},
        {"op": "remove", "path": "/cap"},
    ]


def test_a_registration_asks_for_events_of_the_document() -> None:
    assert registration(LISTING)["query"] == "eventType=PenCreateEvent"
