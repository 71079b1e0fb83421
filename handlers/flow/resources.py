"""Resources of a flow: reserved, in use, free again. One that is free is reused, or one is made."""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from handlers.flow.doing import if_there
from handlers.flow.reach import Reach, change, matching, put, read, remove
from tmf_apis.flow import documents as make
from tmf_apis.flow.items import characteristics_of

Json = dict[str, Any]

_CHARACTERISTICS = "resourceCharacteristic"
#: Free ones that are looked at before one is made.
_LOOKED_AT = 20
#: Kinds of which some are kept ready, by the id of their specification.
POOLED = frozenset({"rspec-ipv4"})


async def reserve(reach: Reach, order: Json, wanted: Json, service: str) -> str:
    """Have a resource for a service: the id of a free one of a pool, or of one that is made."""
    if wanted["specification"].get("id") in POOLED:
        found = await _of_pool(reach, wanted, service)
        if found is not None:
            return found
    await put(reach.resources, make.resource(order, wanted, service))
    return str(wanted["resource"])


async def _of_pool(reach: Reach, wanted: Json, service: str) -> str | None:
    idle = {"resourceSpecification.id": wanted["specification"]["id"], "usageState": "idle"}
    async with aclosing(matching(reach.resources, idle, _LOOKED_AT)) as pages:
        free = await anext(pages)
    # One that this service reserved before a sudden end comes first.
    free.sort(key=lambda one: _marked(one) != service)
    for one in free:
        if _marked(one) not in ("", service) or one.get("lifecycleState") != "installed":
            continue
        kept = await change(reach.resources, one["id"], lambda now: _reserved(now, service))
        if _marked(kept) == service:
            return str(one["id"])
    return None


def _reserved(resource: Json, service: str) -> Json | None:
    if resource.get("usageState") != "idle" or _marked(resource):
        return None
    return _with_mark(resource, service)


async def occupy(reach: Reach, id: str) -> None:
    """Put a resource into use."""

    def decide(resource: Json) -> Json | None:
        if resource.get("usageState") == "active":
            return None
        return resource | {"usageState": "active", "lifecycleState": "installed"}

    await change(reach.resources, id, decide)


async def free(reach: Reach, id: str, service: str) -> None:
    """Give a resource back: one that was made and never used is taken away."""
    resource = await read(reach.resources, id)
    if not resource or (service and _marked(resource) != service):
        return
    if resource.get("lifecycleState") == "planned":
        await remove(reach.resources, id)
        return

    def decide(now: Json) -> Json | None:
        if now.get("usageState") == "idle" and not _marked(now):
            return None
        return _with_mark(now, "") | {"usageState": "idle"}

    await if_there(change(reach.resources, id, decide))


def _marked(resource: Mapping[str, Any]) -> str:
    """The service for which a resource is reserved; empty for none."""
    return str(characteristics_of(resource, _CHARACTERISTICS).get(make.RESERVED_FOR, ""))


def _with_mark(resource: Json, service: str) -> Json:
    mark = make.RESERVED_FOR
    values = {mark: service} if service else {}
    return make.with_characteristics(resource, _CHARACTERISTICS, (mark,), values)
