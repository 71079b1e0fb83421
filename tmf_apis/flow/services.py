"""The steps of a customer-facing service and of all that it relies on, deepest first."""

from collections.abc import Iterator
from typing import Any

from tmf_apis.flow.planner import SERVICE_SPEC, PlanError, Planner, named

Json = dict[str, Any]

_FACING = {"CustomerFacingServiceSpecification": "CFS"}


def customer_facing(
    planner: Planner,
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
    lines: list[Json] = [
        {
            "service": planner.made(name, spec["id"], "service"),
            "specification": named(spec),
            "name": spec.get("name"),
            "category": _FACING.get(str(spec.get("@type")), "RFS"),
            "relies_on": [planner.made(name, id, "service") for id in _relations(spec, "reliesOn")],
            "characteristics": planner.mapped(item, product_spec, spec["id"], characteristics),
            "resources": [
                {
                    "resource": planner.made(name, spec["id"], str(used.get("id")), "resource"),
                    "specification": named(used),
                    "characteristics": planner.mapped(
                        item, product_spec, str(used.get("id")), characteristics
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


def _chain(planner: Planner, item: str, spec_id: str, path: tuple[str, ...]) -> Iterator[Json]:
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
