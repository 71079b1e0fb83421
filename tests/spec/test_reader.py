"""What is read from the files: the facts of R-720, and where an API is mounted."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tmf_apis.catalog import built_in
from tmf_apis.schema.validator import Validator
from tmf_apis.spec.attributes import attributes_of
from tmf_apis.spec.model import ApiSpec
from tmf_apis.spec.reader import NEVER_PATCHABLE

APIS = {f"{api.number} {api.major}": api for api in built_in()}
FACTS: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "r720.yaml").read_text())
CASES = [(api, name) for api, resources in FACTS.items() for name in resources]


@pytest.mark.rule("R-720", "R-721")
@pytest.mark.parametrize(("api", "name"), CASES)
def test_reads_what_the_file_requires_and_forbids(api: str, name: str) -> None:
    resource, facts = APIS[api].resource(name), FACTS[api][name]
    assert list(resource.mandatory) == sorted(facts["mandatory"])
    if resource.create_schema:
        declared = set(resource.attributes.children)
        assert declared - resource.settable - {"id", "href"} == set(facts["not_settable"]) - {
            "id",
            "href",
        }
    if facts["not_patchable"] is not None and resource.update_schema:
        assert resource.not_patchable == NEVER_PATCHABLE | set(facts["not_patchable"])


def schema_of(api: ApiSpec, name: str) -> Validator:
    return Validator(name, api.schemas, attributes_of(name, api.schemas))


REQUIRED_WHEN_GIVEN = [
    ("TMF620 v4", "RelatedParty", ["id", "@referredType"]),
    ("TMF622 v4", "RelatedParty", ["id", "@referredType"]),
    ("TMF641 v4", "RelatedParty", ["id", "@type", "@referredType"]),
    ("TMF622 v4", "Note", ["text"]),
    ("TMF638 v4", "Note", ["text", "author", "date"]),
    ("TMF622 v4", "Characteristic", ["name", "value"]),
    ("TMF622 v4", "AgreementRef", ["id"]),
    ("TMF629 v4", "ContactMedium", ["mediumType", "characteristic"]),
    ("TMF629 v4", "CreditProfile", ["creditProfileDate", "validFor"]),
    ("TMF620 v4", "TargetProductSchema", ["@type", "@schemaLocation"]),
    ("TMF620 v5", "ProductOfferingRef", ["id", "@type"]),
    ("TMF638 v5", "ServiceSpecificationRef", ["id", "@type"]),
]


@pytest.mark.rule("R-722", "R-1107")
@pytest.mark.parametrize(("api", "schema", "needed"), REQUIRED_WHEN_GIVEN)
def test_a_part_that_is_given_holds_what_it_needs(api: str, schema: str, needed: list[str]) -> None:
    fault = schema_of(APIS[api], schema).fault({})
    assert fault is not None
    assert all(f'"{name}" is a required property' in fault for name in needed), fault


@pytest.mark.rule("R-1108")
@pytest.mark.parametrize(
    ("api", "name", "there", "elsewhere"),
    [
        ("TMF622 v4", "productOrder", "orderDate", "creationDate"),
        ("TMF622 v5", "productOrder", "creationDate", "orderDate"),
        ("TMF638 v5", "service", "externalIdentifier", "externalId"),
    ],
)
def test_a_version_has_its_own_attributes(api: str, name: str, there: str, elsewhere: str) -> None:
    declared = APIS[api].resource(name).attributes.children
    assert there in declared
    assert elsewhere not in declared


@pytest.mark.rule("R-1108")
def test_related_parties_change_their_shape() -> None:
    old = APIS["TMF622 v4"].resource("productOrder").attributes
    new = APIS["TMF622 v5"].resource("productOrder").attributes
    assert old.find(["relatedParty", "id"]) is not None
    assert new.find(["relatedParty", "partyOrPartyRole", "id"]) is not None
    assert new.find(["relatedParty", "id"]) is None
