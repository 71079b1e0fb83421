"""Where a resource may refer to what is served, read off its schemas."""

from typing import Any

import pytest

from tests.handlers.facts import case
from tmf_apis.spec.attributes import attributes_of
from tmf_apis.spec.references import Place, classes, named_place, places

TEXT = {"type": "string"}
REF = {"id": TEXT, "name": TEXT, "@referredType": TEXT}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def place(thing: dict[str, Any], served: str, *path: str, **schemas: Any) -> Place | None:
    """The place at a path of a resource that looks so."""
    return places(attributes_of("Thing", {"Thing": thing, **schemas}), {served}).at(path)


@pytest.mark.parametrize(
    ("name", "served", "valued"),
    [
        ("OfferRef", "Offer", False),
        ("OfferRef_FVO", "Offer", False),
        ("OfferRefOrValue", "Offer", True),
        ("BillRef", "CustomerBill", False),
        ("BundledProductOffering", "ProductOffering", False),
    ],
)
def test_a_class_of_references_tells_what_it_refers_to(
    name: str, served: str, valued: bool
) -> None:
    found = place(schema(a=ref(name)), served, "a", **{name: schema(**REF)})
    assert found is not None
    assert (found.refers, found.thing, found.valued) == (True, served, valued)
    assert found.completed == ("name", "@referredType")


def test_what_is_not_served_is_known_by_its_referred_type_alone() -> None:
    found = place(schema(a=ref("OfferRef")), "Order", "a", OfferRef=schema(**REF))
    assert found is not None and found.tells and not found.thing
    mute = schema(id=TEXT)
    assert place(schema(a=ref("OfferRef")), "Order", "a", OfferRef=mute) is None


def test_only_what_leads_to_references_is_kept() -> None:
    item = schema(offer=ref("OfferRef"), note=ref("Note"), item={"items": ref("Item")})
    top = places(
        attributes_of(
            "Thing",
            {
                "Thing": schema(item={"type": "array", "items": ref("Item")}),
                "Item": item,
                "OfferRef": schema(id=TEXT),
                "Note": schema(id=TEXT, text=TEXT),
            },
        ),
        {"Offer"},
    )
    assert set(top.below["item"].below) == {"offer", "item"}
    assert top.at(("item", "item", "item")) is top.below["item"]
    assert named_place(top, ("item", "offer")) and named_place(top, ("offer",))
    assert not named_place(top, ("item",)) and not named_place(top, ("note",))


def test_a_resource_of_the_files_refers_at_every_depth() -> None:
    for version in ("v4", "v5"):
        order = case(f"TMF622-{version}/productOrder").resource
        top = places(order.attributes, {"ProductOffering"})
        deep = top.at(["productOrderItem", "productOrderItem", "productOffering"])
        assert deep is not None and deep.thing == "ProductOffering"


def test_a_resource_is_of_its_class_and_of_those_below_it() -> None:
    schemas = case("TMF639-v5/resource").api.schemas
    found = classes("Resource_RES", schemas, "Resource")
    assert found[0] == "Resource" and {"PhysicalResource", "LogicalResource"} <= set(found)
