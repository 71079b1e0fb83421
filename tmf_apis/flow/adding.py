"""The steps of a product that an item adds: what it is made of, and what that takes."""

from typing import Any

from tmf_apis.flow.alterations import UnknownAlteration, in_order, of_catalogue, of_item
from tmf_apis.flow.documents import is_of
from tmf_apis.flow.items import Item, characteristics_of
from tmf_apis.flow.planner import (
    OFFERING,
    PRICE,
    PRODUCT,
    PRODUCT_SPEC,
    PlanError,
    Planner,
    delivered,
    named,
)
from tmf_apis.flow.rates import taxes
from tmf_apis.flow.services import customer_facing

Json = dict[str, Any]

#: The largest quantity of an item: what it costs stays an amount that bills can hold.
MOST = 1_000_000


def add(planner: Planner, item: Item) -> None:
    """The steps of a product that is not there yet, and of all that is bundled with it."""
    offering_id = str((item.document.get("productOffering") or {}).get("id", ""))
    offering = planner.read(OFFERING, offering_id, item.id) if offering_id else {}
    before = [delivered(id) for id in item.after]
    parts = [delivered(id) for id in item.parts]
    if not item.parts:
        parts += _bundled(planner, item.id, offering, (offering_id,))
    product = _new(planner, item)
    prices = [] if item.within else _prices(planner, item.id, offering, item.document)
    _product(planner, item.id, offering, item.product, product, before, parts, prices)


def _new(planner: Planner, item: Item) -> str:
    """The id of the product that an item adds. Raises `PlanError` where it is there already."""
    id = str(item.product.get("id") or "")
    there = planner.seen(PRODUCT, id) if id else {}
    if there and not is_of(there, planner.order, item.id):
        raise PlanError(item.id, f"there is a product {id} already, which it cannot add")
    return id or planner.made(item.id, "product")


def _bundled(planner: Planner, item: str, offering: Json, path: tuple[str, ...]) -> list[str]:
    """The parts of a bundle that the order does not name; the steps with which they are done."""
    done = []
    for number, part in enumerate(offering.get("bundledProductOffering") or (), 1):
        id = str(part.get("id", ""))
        if id in path:
            raise PlanError(item, f"the bundle {id} is part of itself")
        inner = planner.read(OFFERING, id, item)
        name = f"{item}.{number}"
        parts = _bundled(planner, name, inner, (*path, id))
        made = planner.made(name, "product")
        done.append(_product(planner, name, inner, {}, made, [], parts, [], owner=item))
    return done


def _product(
    planner: Planner,
    name: str,
    offering: Json,
    wished: Json,
    product: str,
    before: list[str],
    parts: list[str],
    prices: list[Json],
    *,
    owner: str = "",
) -> str:
    """The steps of one product; gives the last."""
    item = owner or name
    specification = wished.get("productSpecification") or offering.get("productSpecification") or {}
    spec_id = str(specification.get("id", ""))
    spec = planner.read(PRODUCT_SPEC, spec_id, item) if spec_id else {}
    characteristics = _offered(offering) | characteristics_of(wished, "productCharacteristic")
    begun = planner.step(
        f"{name}/product", "product", item, before,
        product=product, name=offering.get("name") or wished.get("name"),
        offering=named(offering), specification=named(spec), bundle=bool(parts),
        characteristics=characteristics, prices=prices,
    )  # fmt: skip
    ready, services, resources = [], [], []
    for reference in [] if parts else spec.get("serviceSpecification") or ():
        done, service, used = customer_facing(
            planner, name, item, begun, spec_id, str(reference.get("id", "")), characteristics
        )
        ready.append(done)
        services.append(service)
        resources += used
    last = planner.step(
        f"{name}/deliver", "deliver", item, [begun, *ready, *parts],
        product=product, services=services, resources=resources,
    )  # fmt: skip
    if prices:
        last = planner.step(f"{name}/rate", "rate", item, [last], product=product, prices=prices)
    return last if owner else planner.step(delivered(name), "finish", item, [last])


def _offered(offering: Json) -> Json:
    """The characteristics that an offering fixes: the default of each."""
    found = {}
    for use in offering.get("prodSpecCharValueUse") or ():
        values = use.get("productSpecCharacteristicValue") or ()
        defaults = [value for value in values if value.get("isDefault")] or list(values)
        if defaults and defaults[0].get("value") is not None:
            found[str(use.get("name"))] = defaults[0]["value"]
    return found


def _prices(planner: Planner, item: str, offering: Json, ordered: Json) -> list[Json]:
    """What an offering costs, as far as rates need it, altered by the catalogue and by the item.

    Raises `PlanError` for an alteration that cannot be reckoned with.
    """
    references = offering.get("productOfferingPrice") or ()
    listed = [planner.read(PRICE, str(reference.get("id", "")), item) for reference in references]
    charged, offered = of_catalogue(listed)
    try:
        given = of_item(ordered, charged)
        prices = [
            _price(price, [*offered.get(price["id"], ()), *given.get(price["id"], ())])
            for price in charged
        ]
    except UnknownAlteration as error:
        raise PlanError(item, str(error)) from error
    quantity = _quantity(item, ordered)
    return prices if quantity == 1 else [price | {"quantity": quantity} for price in prices]


def _quantity(item: str, ordered: Json) -> int:
    """How many times the prices of an item are charged. Raises `PlanError` for too many."""
    quantity = ordered.get("quantity")
    if not isinstance(quantity, int) or quantity < 1:
        return 1
    if quantity > MOST:
        raise PlanError(item, f"a quantity of {quantity} cannot be charged; {MOST} at most")
    return quantity


def _price(price: Json, alterations: list[Json]) -> Json:
    found = {
        "id": price["id"],
        "name": price.get("name"),
        "type": price.get("priceType"),
        "period": price.get("recurringChargePeriodType"),
        "length": price.get("recurringChargePeriodLength"),
        "amount": price.get("price"),
        "tax": taxes(price.get("tax")),
    }
    return found | {"alterations": in_order(alterations, found)} if alterations else found
