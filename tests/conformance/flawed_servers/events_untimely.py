"""Servers that tell of what is not there yet (S-003), or never will be (R-210)."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.delivering import delivered
from tests.conformance.flawed_servers.given.notifying import event_of, notifying, wanted
from tests.conformance.flawed_servers.given.relaying import relayed
from tests.handlers.facts import Json

ON = "TMF639 v5 resource"
GIVEN = (notifying,)


@relayed
async def _on_their_way(event: Json, callback: str) -> list[tuple[Json, str]]:
    return [(event, callback)]


@flaw("S-003", on=ON, given=GIVEN, profile="events")
async def an_event_comes_before_its_record(asked: Asked, server: Server) -> Answered:
    """Shows a new record when all listeners have heard of it, and not before."""
    telling: set[str] = server.memory.setdefault("telling", set())
    if asked.reads and asked.path.rpartition("/")[2] in telling:
        return refusal(404, "Not found")
    if not asked.path.startswith("/relay/"):
        return await _on_their_way(asked, server)
    (entity,) = asked.json["event"].values()
    telling.add(entity["id"])
    try:
        return await _on_their_way(asked, server)
    finally:
        telling.discard(entity["id"])


async def _told_when_refused(asked: Asked, server: Server, kind: str, entity: Json) -> Answered:
    """The answer to a change; that it was refused is told as if it had been made."""
    hubs: dict[str, Json] = server.memory.setdefault("hubs", {})
    answered = await server(asked)
    if asked.on_hub and asked.method == "POST" and answered.ok:
        hubs[answered.json["id"]] = answered.json
    if asked.on_hub and asked.method == "DELETE":
        hubs.pop(asked.path.rpartition("/")[2], None)
    if entity and answered.status == 400:
        event = event_of(kind, "resource", "v5", entity)
        for hub in list(hubs.values()):
            if wanted(event, hub.get("query") or ""):
                await delivered(event, hub["callback"])
    return answered


@flaw("R-210", on=ON, given=GIVEN, profile="events")
async def a_refused_creation_is_told(asked: Asked, server: Server) -> Answered:
    """Tells of a creation before it looks at what is to be created."""
    body = asked.json
    entity = {"id": "1", **body} if asked.creates and isinstance(body, dict) else {}
    return await _told_when_refused(asked, server, "Create", entity)


@flaw("R-210", on=ON, given=GIVEN, profile="events")
async def a_refused_change_is_told(asked: Asked, server: Server) -> Answered:
    """Tells of a change before it looks at what is to be changed."""
    own = asked.path.rpartition("/")[2]
    entity = {"id": own, "@type": "Resource"} if asked.patches else {}
    return await _told_when_refused(asked, server, "AttributeValueChange", entity)
