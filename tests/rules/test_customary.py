"""What a server sets by custom, read off a file that has no table of ours (R-705)."""

from pathlib import Path
from typing import Any

import pytest

from tests.handlers.facts import APIS
from tmf_apis.rules.base import ResourceRules
from tmf_apis.rules.lookup import rules_of, served_rules
from tmf_apis.spec.attributes import attributes_of
from tmf_apis.spec.model import ApiSpec, ResourceSpec

Node = dict[str, Any]
TEXT: Node = {"type": "string"}
TIME: Node = {"type": "string", "format": "date-time"}

pytestmark = pytest.mark.rule("R-705")


def states(*values: str) -> Node:
    return {"type": "string", "enum": list(values)}


def served(**properties: Node) -> ResourceRules:
    """The rules of a resource that declares these attributes."""
    schemas = {"Shelf": {"type": "object", "properties": properties}}
    none: frozenset[str] = frozenset()
    resource = ResourceSpec(
        "shelf", ("shelf",), "Shelf", None, None, none, none, attributes_of("Shelf", schemas),
        none, (), none, typed=False, cursors=False,
    )  # fmt: skip
    document = {"components": {"schemas": schemas}}
    api = ApiSpec("Shelves", "Shelves", "4.0.0", "/x", document, Path("x"), (resource,), None)
    return served_rules(api, resource)


@pytest.mark.parametrize(
    ("properties", "state", "initial"),
    [
        ({}, None, None),
        ({"status": states("validated", "initialized", "closed")}, "status", "initialized"),
        ({"state": states("inProgress", "Acknowledged")}, "state", "Acknowledged"),
        ({"status": states("Running", "Not Started")}, "status", "Not Started"),
        ({"state": states("red", "green")}, "state", None),
        ({"state": TEXT}, "state", None),
        ({"lifecycleStatus": TEXT}, "lifecycleStatus", "In study"),
        ({"lifecycleStatus": states("retired", "created")}, "lifecycleStatus", "created"),
        ({"lifecycleStatus": states("retired")}, "lifecycleStatus", None),
        ({"lifecycleStatus": TEXT, "status": states("created")}, "lifecycleStatus", "In study"),
        ({"state": {"type": "object", "properties": {"a": TEXT}}}, "state", None),
        ({"status": {"type": "array", "items": states("created")}}, "status", None),
    ],
)
def test_the_first_state(properties: Node, state: str | None, initial: str | None) -> None:
    rules = served(**properties)
    assert (rules.state, rules.initial) == (state, initial)


@pytest.mark.parametrize("name", ["creationDate", "createdDate"])
@pytest.mark.parametrize(
    ("schema", "set_"),
    [
        (TIME, True),
        (TEXT, True),
        ({"type": "string", "format": "date"}, False),
        ({"type": "string", "maxLength": 10}, False),
        ({"type": "string", "pattern": "^[0-9]+$"}, False),
        ({"type": "integer"}, False),
        ({"type": "array", "items": TIME}, False),
        ({"type": "object", "properties": {"a": TIME}}, False),
    ],
)
def test_a_date_is_set_where_it_is_one(name: str, schema: Node, set_: bool) -> None:
    assert served(**{name: schema}).filled == ((name,) if set_ else ())
    assert served(lastModified=schema).touched == (("lastModified",) if set_ else ())


def test_what_is_no_bundle_says_so() -> None:
    assert served(isBundle={"type": "boolean"}).defaults == {"isBundle": False}
    assert served(isBundle=TEXT).defaults == {}
    assert served(name=TEXT, orderDate=TIME, startDate=TIME) == ResourceRules()


@pytest.mark.parametrize("api", APIS, ids=lambda api: f"{api.number}-{api.major}")
def test_a_table_has_the_last_word(api: ApiSpec) -> None:
    for resource in api.resources:
        rules = rules_of(api, resource)
        posted = "POST" in resource.collection_methods
        assert served_rules(api, resource) == rules or not posted
