"""What an order becomes, as steps that wait for each other, read from the catalogue. Pure.

A step is a plain object, for it is stored: `id`, `kind`, `item`, what it `needs`, and `about`, what
it makes. Ids of what is made follow from the order and the step, so that whoever does a step again
makes the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from tmf_apis.flow.documents import is_of
from tmf_apis.flow.items import Item, characteristics_of, items_of, parties_of
from tmf_apis.flow.mapping import Rules, mapped

Json = dict[str, Any]
#: Documents of the catalogue and the inventory by kind (`productOffering`, …) and id.
Documents = Mapping[tuple[str, str], Json]

OFFERING, PRICE, PRODUCT_SPEC = "productOffering", "productOfferingPrice", "productSpecification"
SERVICE_SPEC, PRODUCT, SERVICE = "serviceSpecification", "product", "service"
#: States of the life cycle in which nothing is made of a specification any more.
_OVER = frozenset({"obsolete", "rejected"})
_FACING = {"CustomerFacingServiceSpecification": "CFS"}


class PlanError(ValueError):
    """An order of which no plan can be made; the text says why. `item` is the one at fault."""

    def __init__(self, item: str, why: str) -> None:
        super().__init__(f"item {item}: {why}")
        self.item = item


class Wanted(LookupError):
    """A document that the plan needs and was not given."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(kind, id)
        self.kind, self.id = kind, id


@dataclass
class _Planner:
    """Makes the steps of one order."""

    order: str
    #: The ids of the parties that the order names.
    parties: frozenset[str]
    documents: Documents
    rules: Rules
    steps: list[Json] = field(default_factory=list)
    #: By service specification: the steps that activate a service of it in this order.
    active: dict[str, list[str]] = field(default_factory=dict)

    def step(self, id: str, kind: str, item: str, needs: Sequence[str], **about: Any) -> str:
        self.steps.append(
            {"id": id, "kind": kind, "item": item, "needs": list(needs), "about": about}
        )
        return id

    def made(self, *names: str) -> str:
        """The id of something that the flow makes."""
        return id_of(self.order, *names)

    def seen(self, kind: str, id: str) -> Json:
        """A document, empty where there is none. Raises `Wanted`."""
        try:
            return self.documents[kind, id]
        except KeyError:
            raise Wanted(kind, id) from None

    def read(self, kind: str, id: str, item: str) -> Json:
        """A document of the catalogue. Raises `Wanted` and `PlanError`."""
        found = self.seen(kind, id)
        if not found:
            raise PlanError(item, f"there is no {kind} {id}")
        if kind in (PRODUCT_SPEC, SERVICE_SPEC):
            state = str(found.get("lifecycleStatus", "")).casefold()
            if state in _OVER:
                raise PlanError(item, f"the {kind} {id} is {state}")
        return found


def id_of(*names: str) -> str:
    """The id of what is made for something; no other names, however cut, make the same."""
    return str(uuid5(NAMESPACE_URL, "/".join(quote(name, safe="") for name in names)))


def plan_of(order: Json, documents: Documents, rules: Rules) -> list[Json]:
    """The steps of an order. Raises `PlanError`, and `Wanted` for a document that was not given.

    Documents that are known not to be there are given as empty objects.
    """
    planner = _Planner(str(order["id"]), parties_of(order), documents, rules)
    items = items_of(order)
    known = {item.id for item in items}
    for item in items:
        if missing := (set(item.parts) | set(item.after)) - known:
            raise PlanError(item.id, f"it refers to items that are not there: {sorted(missing)}")
    for item in _in_order(items):
        _PLANNERS[item.action](planner, item)
    _follow_requirements(planner)
    _refuse_circles(planner.steps)
    return planner.steps


def delivered(item: str) -> str:
    """The id of the step with which an item is done."""
    return f"{item}/finish"


def _in_order(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        if item.action not in _PLANNERS:
            raise PlanError(item.id, f"action {item.action} is none")
        yield item


def _add(planner: _Planner, item: Item) -> None:
    offering_id = str((item.document.get("productOffering") or {}).get("id", ""))
    offering = planner.read(OFFERING, offering_id, item.id) if offering_id else {}
    before = [delivered(id) for id in item.after]
    parts = [delivered(id) for id in item.parts]
    if not item.parts:
        parts += _bundled(planner, item.id, offering, (offering_id,))
    product = _new(planner, item)
    _product(planner, item.id, offering, item.product, product, before, parts, within=item.within)


def _new(planner: _Planner, item: Item) -> str:
    """The id of the product that an item adds. Raises `PlanError` where it is there already."""
    id = str(item.product.get("id") or "")
    there = planner.seen(PRODUCT, id) if id else {}
    if there and not is_of(there, planner.order, item.id):
        raise PlanError(item.id, f"there is a product {id} already, which it cannot add")
    return id or planner.made(item.id, "product")


def _bundled(planner: _Planner, item: str, offering: Json, path: tuple[str, ...]) -> list[str]:
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
        done.append(_product(planner, name, inner, {}, made, [], parts, within=True, owner=item))
    return done


def _product(
    planner: _Planner,
    name: str,
    offering: Json,
    wished: Json,
    product: str,
    before: list[str],
    parts: list[str],
    *,
    within: bool,
    owner: str = "",
) -> str:
    """The steps of one product; gives the last."""
    item = owner or name
    specification = wished.get("productSpecification") or offering.get("productSpecification") or {}
    spec_id = str(specification.get("id", ""))
    spec = planner.read(PRODUCT_SPEC, spec_id, item) if spec_id else {}
    characteristics = _offered(offering) | characteristics_of(wished, "productCharacteristic")
    prices = [] if within else list(_prices(planner, item, offering))
    begun = planner.step(
        f"{name}/product", "product", item, before,
        product=product, name=offering.get("name") or wished.get("name"),
        offering=_named(offering), specification=_named(spec), bundle=bool(parts),
        characteristics=characteristics, prices=prices,
    )  # fmt: skip
    ready, services, resources = [], [], []
    for reference in [] if parts else spec.get("serviceSpecification") or ():
        done, service, used = _customer_facing(
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


def _customer_facing(
    planner: _Planner,
    name: str,
    item: str,
    begun: str,
    product_spec: str,
    spec_id: str,
    characteristics: Json,
) -> tuple[str, Json, list[Json]]:
    """The steps of a customer-facing service: the last one, the service, and its resources."""
    chain = list(_chain(planner, item, spec_id, ()))
    order = planner.made(name, spec_id, "serviceOrder")
    lines = [
        {
            "service": planner.made(name, spec["id"], "service"),
            "specification": _named(spec),
            "name": spec.get("name"),
            "category": _FACING.get(str(spec.get("@type")), "RFS"),
            "relies_on": [planner.made(name, id, "service") for id in _relations(spec, "reliesOn")],
            "characteristics": mapped(planner.rules, product_spec, spec["id"], characteristics),
            "resources": [
                {
                    "resource": planner.made(name, spec["id"], str(used.get("id")), "resource"),
                    "specification": _named(used),
                    "characteristics": mapped(
                        planner.rules, product_spec, str(used.get("id")), characteristics
                    ),
                }
                for used in spec.get("resourceSpecification") or ()
            ],
        }
        for spec in chain
    ]
    for line, spec in zip(lines, chain, strict=True):
        line["category"] = "CFS" if spec["id"] == spec_id else line["category"]
    placed = planner.step(
        f"{name}/{spec_id}/order", "order", item, [begun], serviceOrder=order, lines=lines
    )
    activated: list[str] = []
    for line, spec in zip(lines, chain, strict=True):
        here = f"{name}/{spec['id']}"
        beneath = [f"{name}/{id}" for id in _relations(spec, "reliesOn")]
        reserved = planner.step(
            f"{here}/reserve", "reserve", item, [placed, *(f"{b}/reserve" for b in beneath)],
            line=line, serviceOrder=order,
        )  # fmt: skip
        active = planner.step(
            f"{here}/activate", "activate", item, [reserved, *(f"{b}/activate" for b in beneath)],
            line=line, requires=_relations(spec, "requires"),
        )  # fmt: skip
        activated.append(active)
        planner.active.setdefault(spec["id"], []).append(active)
    done = planner.step(
        f"{name}/{spec_id}/complete", "complete", item, activated, serviceOrder=order, lines=lines
    )
    top = lines[-1]
    used = [resource for line in lines for resource in line["resources"]]
    return done, {"id": top["service"], "name": top["name"]}, used


def _chain(planner: _Planner, item: str, spec_id: str, path: tuple[str, ...]) -> Iterator[Json]:
    """The service specifications that one relies on, deepest first, and it itself; each once."""
    if spec_id in path:
        raise PlanError(item, f"the service specification {spec_id} relies on itself")
    spec = planner.read(SERVICE_SPEC, spec_id, item)
    seen: set[str] = set()
    for id in _relations(spec, "reliesOn"):
        for inner in _chain(planner, item, id, (*path, spec_id)):
            if inner["id"] not in seen:
                seen.add(inner["id"])
                yield inner
    yield spec


def _relations(spec: Json, kind: str) -> list[str]:
    found = spec.get("serviceSpecRelationship") or ()
    return [str(one["id"]) for one in found if one.get("relationshipType") == kind and "id" in one]


def _follow_requirements(planner: _Planner) -> None:
    """Have services wait for those of the same order that their specifications require."""
    for step in planner.steps:
        for id in step["about"].pop("requires", ()):
            step["needs"] += [one for one in planner.active.get(id, []) if one != step["id"]]


def _existing(planner: _Planner, item: Item) -> tuple[str, Json]:
    """The product that an item is about. Raises `PlanError` where it is none."""
    id = str(item.product.get("id", ""))
    if not id:
        raise PlanError(item.id, f"{item.action} names no product")
    product = planner.read(PRODUCT, id, item.id)
    owners = parties_of(product)
    if owners and planner.parties and not owners & planner.parties:
        raise PlanError(item.id, f"the product {id} is of no party that the order names")
    return id, product


def _delete(planner: _Planner, item: Item) -> None:
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


def _modify(planner: _Planner, item: Item) -> None:
    id, product = _existing(planner, item)
    wished = characteristics_of(item.product, "productCharacteristic")
    begun = planner.step(
        f"{item.id}/product", "modify", item.id, [delivered(i) for i in item.after],
        product=id, characteristics=wished,
    )  # fmt: skip
    ready = list(_on_services(planner, item, product, begun, "change", wished))
    needs = [begun, *ready, *map(delivered, item.parts)]
    planner.step(delivered(item.id), "finish", item.id, needs)


def _unchanged(planner: _Planner, item: Item) -> None:
    needs = [delivered(id) for id in (*item.after, *item.parts)]
    planner.step(delivered(item.id), "finish", item.id, needs)


def _on_services(
    planner: _Planner, item: Item, product: Json, begun: str, kind: str, wished: Json | None = None
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
                    "specification": _named(service.get("serviceSpecification") or {}),
                    "characteristics": mapped(planner.rules, spec, target, wished or {}),
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


def _supporting(planner: _Planner, item: str, id: str, path: tuple[str, ...]) -> Iterator[Json]:
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


def _refuse_circles(steps: Sequence[Json]) -> None:
    """Raise `PlanError` where steps wait for each other."""
    left = {step["id"]: step for step in steps}
    while left:
        free = [id for id, step in left.items() if not set(step["needs"]) & left.keys()]
        if not free:
            step = next(iter(left.values()))
            raise PlanError(step["item"], f"{step['id']} waits for itself")
        for id in free:
            del left[id]


def _offered(offering: Json) -> Json:
    """The characteristics that an offering fixes: the default of each."""
    found = {}
    for use in offering.get("prodSpecCharValueUse") or ():
        values = use.get("productSpecCharacteristicValue") or ()
        defaults = [value for value in values if value.get("isDefault")] or list(values)
        if defaults and defaults[0].get("value") is not None:
            found[str(use.get("name"))] = defaults[0]["value"]
    return found


def _prices(planner: _Planner, item: str, offering: Json) -> Iterator[Json]:
    """What a price of an offering is, as far as rates need it."""
    for reference in offering.get("productOfferingPrice") or ():
        price = planner.read(PRICE, str(reference.get("id", "")), item)
        yield {
            "id": price["id"],
            "name": price.get("name"),
            "type": price.get("priceType"),
            "period": price.get("recurringChargePeriodType"),
            "amount": price.get("price"),
            "tax": [
                {"category": tax.get("taxCategory"), "rate": tax.get("taxRate")}
                for tax in price.get("tax") or ()
            ],
        }


def _named(document: Json) -> Json:
    """The id, name and version by which a document is referred to; empty for none."""
    return {n: document[n] for n in ("id", "name", "version") if document.get(n) is not None}


_PLANNERS = {"add": _add, "modify": _modify, "delete": _delete, "noChange": _unchanged}
