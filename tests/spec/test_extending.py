"""What an extension file adds to a specification: a resource shaped like another."""

from copy import deepcopy
from typing import Any

import pytest

from tmf_apis.catalog import built_in, choose, extended
from tmf_apis.spec.extending import extended as extend
from tmf_apis.spec.model import ApiSpec

Json = dict[str, Any]

DOCUMENT: Json = {
    "tags": [{"name": "stopOrder", "description": "Requests to stop an order."}],
    "paths": {
        "/stopOrder": {"post": {"summary": "Ask for a stop", "$ref": "#/x/StopOrder"}},
        "/order": {"get": {"summary": "List orders"}},
    },
    "components": {
        "schemas": {
            "StopOrder": {"allOf": [{}, {"properties": {"stopReason": {"type": "string"}}}]},
            "Order": {"properties": {"id": {"type": "string"}}},
        },
        "examples": {"stopOrderCreate": {"value": {"stopReason": "Late."}}},
    },
}
EXTENSION: Json = {
    "words": [["stop", "start"]],
    "examples": {"startOrderCreate": {"startReason": "Early."}},
    "attributes": {"StartOrder": {"at": {"type": "string"}}, "Order": {"n": {"type": "integer"}}},
}


def test_what_is_named_by_a_word_is_there_in_the_other_as_well() -> None:
    before = deepcopy(DOCUMENT)
    whole = extend(DOCUMENT, EXTENSION)
    assert before == DOCUMENT
    assert list(whole["paths"]) == ["/startOrder", "/stopOrder", "/order"]
    made = whole["paths"]["/startOrder"]["post"]
    assert made == {"summary": "Ask for a start", "$ref": "#/x/StartOrder", "x-tmf-addition": True}
    assert whole["paths"]["/stopOrder"] == DOCUMENT["paths"]["/stopOrder"]
    assert [tag["name"] for tag in whole["tags"]] == ["startOrder", "stopOrder"]
    schemas = whole["components"]["schemas"]
    assert set(schemas["StartOrder"]["allOf"][1]["properties"]) == {"startReason", "at"}
    assert set(schemas["Order"]["properties"]) == {"id", "n"}
    assert schemas["StopOrder"] == DOCUMENT["components"]["schemas"]["StopOrder"]
    assert whole["components"]["examples"]["startOrderCreate"]["value"] == {"startReason": "Early."}


def amended() -> list[ApiSpec]:
    return [api for api in extended() if api.number in ("TMF622", "TMF641")]


@pytest.mark.parametrize("api", amended(), ids=lambda api: f"{api.number}-{api.major}")
def test_an_amendment_has_the_shape_of_a_cancellation(api: ApiSpec) -> None:
    target = "Product" if api.number == "TMF622" else "Service"
    cancel, amend = (api.resource(f"{word}{target}Order") for word in ("cancel", "amend"))
    shape = {
        name.replace("cancellation", "amendment").replace("Cancellation", "Amendment")
        for name in cancel.attributes.children
    }
    more = set(amend.attributes.children) - shape
    assert shape <= set(amend.attributes.children)
    assert more <= {"addedItem", "modifiedItem", "removedItem", "note", "reason"}
    assert amend.mandatory == cancel.mandatory
    assert amend.is_task


@pytest.mark.parametrize("api", amended(), ids=lambda api: f"{api.number}-{api.major}")
def test_nothing_of_what_was_there_is_lost(api: ApiSpec) -> None:
    (plain,) = [o for o in built_in() if (o.number, o.major) == (api.number, api.major)]
    for path, item in plain.document["paths"].items():
        assert api.document["paths"][path] == item
    assert plain.schemas.keys() < api.schemas.keys()
    assert "cancel" not in str(
        [item for path, item in api.document["paths"].items() if "mend" in path]
    )


def test_what_is_not_asked_for_is_not_there() -> None:
    names = {resource.name for api in choose().apis for resource in api.resources}
    assert not any(name.startswith("amend") for name in names)
