"""`TMF_STRICT`: what a server is strict about on request (D11)."""

from typing import Any

import pytest

from tests.handlers.asking import hinted, refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import APIS, Case, case, each, one_per_api
from tests.handlers.serving import Server
from tmf_apis.catalog import Catalog
from tmf_apis.rules.lookup import rules_of
from tmf_apis.setting_kinds import STRICT_WORDS
from tmf_apis.settings import read_settings

ATTRIBUTES, SYSTEM = frozenset({"attributes"}), frozenset({"system-attributes"})
RESOURCES = Catalog(tuple(api for api in APIS if api.number == "TMF639"))
#: A resource of TMF639 v4 has attributes that only its sub-classes declare.
OPEN = "TMF639-v4/resource"


def owned(case: Case) -> list[str]:
    declared = set(case.resource.attributes.children)
    return sorted(declared - case.resource.creatable - {"id", "href"})


@pytest.mark.rule("R-1105")
@each(one_per_api(lambda case: case.creatable and str(case) != OPEN))
def test_unknown_attributes_are_refused(case: Case, start: Start) -> None:
    server: Server = start(strict=ATTRIBUTES)
    assert server.make(case)["id"]
    body = case.create_body(**{"x-new": 1})
    refused(server.client.post(case.path, json=body), 400, "25", "/x-new: ")
    extended = body | {"@schemaLocation": "https://schemas.example/mine.json"}
    if "@schemaLocation" in case.resource.creatable:
        assert shown(server.client.post(case.path, json=extended), 201)["x-new"] == 1


@pytest.mark.rule("R-1105")
@each(one_per_api(lambda case: case.offers("PATCH") and str(case) != OPEN))
def test_unknown_attributes_are_refused_in_a_patch(case: Case, start: Start) -> None:
    server: Server = start(strict=ATTRIBUTES)
    made = server.make(case)
    answer = server.client.patch(case.item(made["id"]), json={"x-new": 1})
    refused(answer, 400, "25", "/x-new: ")
    assert server.client.get(case.item(made["id"])).json() == made
    patch = case.patch_body()
    assert server.client.patch(case.item(made["id"]), json=patch).status_code == 200


@pytest.mark.rule("R-704")
@each(lambda case: case.creatable and bool(owned(case)))
def test_attributes_of_the_server_are_refused(case: Case, start: Start) -> None:
    server: Server = start(strict=SYSTEM)
    for name in owned(case):
        body = case.create_body(**{name: "mine"})
        refused(server.client.post(case.path, json=body), 400, "24", f"/{name}: ")
    reported = rules_of(case.api, case.resource).reported
    fine = {n: v for n, v in case.create_body().items() if n not in reported}
    made = shown(server.client.post(case.path, json=fine | {"href": "ignored"}), 201)
    assert made["id"] and made["href"] != "ignored"


#: What a resource says of itself, and what a manager says of it.
REPORTED: dict[str, Any] = {
    "operationalState": "disabled",
    "usageState": "busy",
    "alarmStatus": ["major"],
    "availabilityStatus": "degraded",
    "controlStatus": "suspended",
    "proceduralStatus": "reporting",
    "standbyStatus": "hotStandby",
    "unknownStatus": True,
}
MANAGED = {"administrativeState": "locked", "lifecycleState": "installed"}


@pytest.mark.rule("R-639-04")
@pytest.mark.parametrize("word", ["system-attributes", "business"])
def test_what_a_resource_reports_is_not_written(word: str, start: Start, server: Server) -> None:
    strict: Server = start(catalog=RESOURCES, strict=frozenset({word}))
    c = case("TMF639-v5/resource")
    body = {n: v for n, v in c.create_body().items() if n not in REPORTED}
    made = shown(strict.client.post(c.path, json=body | MANAGED), 201)
    url = c.item(made["id"])
    for name, value in REPORTED.items():
        answer = strict.client.post(c.path, json=body | {name: value})
        refused(answer, 400, "24", f"/{name}: ")
        refused(strict.client.patch(url, json={name: value}), 400, "24", f"/{name}: ")
        assert server.make(c, **{name: value})[name] == value
    patch = {"administrativeState": "unlocked"}
    assert shown(strict.client.patch(url, json=patch)) == made | patch | {
        "lastUpdate": strict.client.get(url).json().get("lastUpdate")
    }


@pytest.mark.rule("R-639-03")
@pytest.mark.parametrize("name", ["resource", "physicalResource", "logicalResource"])
def test_nor_is_its_status_where_there_is_one(name: str, start: Start, server: Server) -> None:
    strict: Server = start(catalog=RESOURCES, strict=frozenset({"system-attributes"}))
    c = case(f"TMF639-v4/{name}")
    reported = {"usageState": "busy", "resourceStatus": "suspended"}
    body = {n: v for n, v in c.create_body().items() if n not in reported}
    managed = {"administrativeState": "locked", "operationalState": "disable"}
    made = shown(strict.client.post(c.path, json=body | managed), 201)
    assert managed.items() <= made.items()
    for attribute, value in reported.items():
        answer = strict.client.post(c.path, json=body | {attribute: value})
        refused(answer, 400, "24", f"/{attribute}: ")
        answer = strict.client.patch(c.item(made["id"]), json={attribute: value})
        refused(answer, 400, "24", f"/{attribute}: ")
        assert server.make(c, **{attribute: value})[attribute] == value


BUNDLE = {"isBundle": True}
#: For each entity: what makes it whole, then pairs of what breaks it and where.
CONDITIONALS: dict[str, tuple[dict[str, Any], list[tuple[dict[str, Any], str]]]] = {
    "productOffering": (
        {"productSpecification": {"id": "1"}},
        [
            ({}, "productSpecification"),
            (BUNDLE, "bundledProductOffering"),
            (
                {"productSpecification": {"id": "1"}, "bundledProductOffering": [{"id": "2"}]},
                "bundledProductOffering",
            ),
        ],
    ),
    "productSpecification": (
        {**BUNDLE, "bundledProductSpecification": [{"id": "1"}]},
        [
            (BUNDLE, "bundledProductSpecification"),
            ({"bundledProductSpecification": [{"id": "1"}]}, "bundledProductSpecification"),
        ],
    ),
    "productOfferingPrice": (
        {"priceType": "recurring"},
        [({}, "priceType"), ({**BUNDLE, "priceType": "oneTime"}, "bundledPopRelationship")],
    ),
    "category": ({"isRoot": True}, [({"isRoot": False}, "parent"), ({}, "parent")]),
}


@pytest.mark.rule("R-620-02", "R-620-03", "R-620-04", "R-620-05", "R-620-07")
@pytest.mark.parametrize("word", ["business", "conditional"])
@each(lambda case: case.creatable and case.resource.name in CONDITIONALS)
def test_what_goes_together_is_demanded(case: Case, word: str, start: Start) -> None:
    lax, strict = start(), start(strict=frozenset({word}))
    bare = {"@type": case.resource.name[0].upper() + case.resource.name[1:], "name": "x"}
    whole, broken = CONDITIONALS[case.resource.name]
    for attributes, where in broken:
        body = _typed(bare | attributes)
        if where not in case.resource.mandatory:
            answer = lax.client.post(case.path, json=body)
            assert shown(answer, 201)
            assert any(hint.startswith(f"/{where}") for hint in hinted(answer))
        fault = refused(strict.client.post(case.path, json=body), 400, "21", where)
        if where not in case.resource.mandatory:
            assert "isBundle is" in str(fault) or "isRoot is" in str(fault)
    answer = strict.client.post(case.path, json=_typed(bare | whole))
    assert hinted(answer) == []
    made = shown(answer, 201)
    path = case.item(made["id"])
    flip = {flag: not whole[flag] for flag in ("isBundle", "isRoot") if flag in whole}
    undone = flip or dict.fromkeys(whole)
    refused(strict.client.patch(path, json=undone), 400, "21", "/")
    assert strict.client.get(path).json() == made


def _typed(body: dict[str, Any]) -> dict[str, Any]:
    """The body with `@type` in each reference, as v5 demands; v4 does not mind."""
    return {
        name: [{"@type": "Reference", **one} for one in value]
        if isinstance(value, list)
        else {"@type": "Reference", **value}
        if isinstance(value, dict)
        else value
        for name, value in body.items()
    }


@pytest.mark.rule("R-704", "R-1105")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("0", ()),
        ("1", STRICT_WORDS),
        ("business, lifecycle", ("business", "lifecycle")),
    ],
)
def test_the_words_of_the_setting(text: str, words: tuple[str, ...]) -> None:
    assert read_settings({"TMF_STRICT": text}).strict == frozenset(words)
