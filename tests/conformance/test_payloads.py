import pytest

from conformance.bodies import Bodies
from conformance.payloads import Synthesis
from conformance.shapes import Shapes
from tmf_apis.catalog import built_in
from tmf_apis.spec.model import ApiSpec

APIS = built_in()


@pytest.mark.parametrize("api", APIS, ids=lambda api: f"{api.number}-{api.major}")
def test_bodies_fit_their_schema(api: ApiSpec) -> None:
    shapes, bodies = Shapes(api), Bodies(api, {})
    for resource in api.resources:
        if resource.create_schema:
            for body in (bodies.minimal(resource), bodies.full(resource)):
                assert shapes.faults(resource.create_schema, body) == []


def test_a_minimal_body_holds_what_is_required_and_no_more() -> None:
    (api,) = (a for a in APIS if (a.number, a.major) == ("TMF620", "v4"))
    assert Synthesis(api.schemas).minimal("Catalog_Create") == {"name": "kit name"}


def test_fixtures_are_laid_over_bodies() -> None:
    (api,) = (a for a in APIS if (a.number, a.major) == ("TMF620", "v4"))
    catalog = api.resource("catalog")
    given = {"catalog": {"attributes": {"name": "shop {unique}"}, "omit": ["description"]}}
    bodies = Bodies(api, given)
    one, other = bodies.minimal(catalog), bodies.minimal(catalog)
    assert one["name"].startswith("shop ")
    assert one["name"] != other["name"]
    assert "description" not in bodies.full(catalog)
