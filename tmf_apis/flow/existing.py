"""The steps of an item about a product that is there: changed, ended, or left as it is."""

from collections.abc import Iterator
from typing import Any

from tmf_apis.flow.items import Item, characteristics_of, parties_of
from tmf_apis.flow.planner import PRODUCT, SERVICE, PlanError, Planner, delivered, named

Json = dict[str, Any]


def delete(planner: Planner, item: Item) -> None:
    """The steps with which a product ends."""
    id, product = _existing(planner, item)
    begun = planner.step(
        f"{item.id}/product", "withdraw", item.id, [delivered(i) for i in item.after], product=id
    )
    ready = list(_on_services(planner, item, product, begun, "cease"))
    last = planner.step(
        f"{item.id}/terminate", "terminate", item.id,
        [begun, *ready, *map(delivered, item.parts)], product=id,
    )  # fmt: skip
    last = planner.step(f"{item.id}/refund", "refund", item.id, [last], product=id)
    planner.step(delivered(item.id), "finish", item.id, [last])


def modify(planner: Planner, item: Item) -> None:
    """The steps with which a product changes."""
    id, product = _existing(planner, item)
    wished = characteristics_of(item.product, "productCharacteristic")
    begun = planner.step(
        f"{item.id}/product", "modify", item.id, [delivered(i) for i in item.after],
        product=id, characteristics=wished,
    )  # fmt: skip
    ready = list(_on_services(planner, item, product, begun, "change", wished))
    needs = [begun, *ready, *map(delivered, item.parts)]
    planner.step(delivered(item.id), "finish", item.id, needs)


def unchanged(planner: Planner, item: Item) -> None:
    """What an item waits for that changes nothing."""
    needs = [delivered(id) for id in (*item.after, *item.parts)]
    planner.step(delivered(item.id), "finish", item.id, needs)


def _existing(planner: Planner, item: Item) -> tuple[str, Json]:
    """The product that an item is about. Raises `PlanError` where it is none."""
    id = str(item.product.get("id", ""))
    if not id:
        raise PlanError(item.id, f"{item.action} names no product")
    product = planner.read(PRODUCT, id, item.id)
    owners = parties_of(product)
    if owners and planner.parties and not owners & planner.parties:
        raise PlanError(item.id, f"the product {id} is of no party that the order names")
    return id, product


def _on_services(
    planner: Planner, item: Item, product: Json, begun: str, kind: str, wished: Json | None = None
) -> Iterator[str]:
    """Service orders on the services that realise a product: the steps with which they are done."""
    spec = str((product.get("productSpecification") or {}).get("id", ""))
    action = {"cease": "delete", "change": "modify"}[kind]
    for reference in product.get("realizingService") or ():
        id = str(reference.get("id", ""))
        chain = list(_supporting(planner, item.id, id, ()))
        order = planner.made(item.id, id, "serviceOrder")
        lines = []
        for service in chain:
            target = str((service.get("serviceSpecification") or {}).get("id", ""))
            used = service.get("supportingResource") or ()
            lines.append(
                {
                    "service": service["id"],
                    "name": service.get("name"),
                    "specification": named(service.get("serviceSpecification") or {}),
                    "characteristics": planner.mapped(item.id, spec, target, wished or {}),
                    "resources": [{"resource": str(one.get("id"))} for one in used],
                }
            )
        placed = planner.step(
            f"{item.id}/{id}/order", "order", item.id, [begun],
            serviceOrder=order, lines=lines, action=action,
        )  # fmt: skip
        done = placed
        for line in reversed(lines):
            done = planner.step(
                f"{item.id}/{line['service']}/{kind}", kind, item.id, [done], line=line
            )
        yield planner.step(
            f"{item.id}/{id}/complete", "complete", item.id, [done],
            serviceOrder=order, lines=lines, action=action,
        )  # fmt: skip


def _supporting(planner: Planner, item: str, id: str, path: tuple[str, ...]) -> Iterator[Json]:
    """The services beneath one that rest on nothing else's use, deepest first, and it itself."""
    if id in path:
        raise PlanError(item, f"the service {id} relies on itself")
    service = planner.read(SERVICE, id, item)
    for reference in service.get("supportingService") or ():
        beneath = planner.read(SERVICE, str(reference.get("id", "")), item)
        if _shared(beneath, id):
            continue
        yield from _supporting(planner, item, str(reference["id"]), (*path, id))
    yield service


def _shared(service: Json, by: str) -> bool:
    """Whether other services than one rest on a service."""
    above = [
        str((one.get("service") or {}).get("id"))
        for one in service.get("serviceRelationship") or ()
        if one.get("relationshipType") == "supports"
    ]
    return any(id != by for id in above)
