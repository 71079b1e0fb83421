"""Servers whose hubs and events are wrong off the beaten track (R-10xx, R-620-10)."""

from uuid import uuid4

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.relaying import relayed
from tests.conformance.flawed_servers.patching import stored
from tests.handlers.facts import Json

Sent = list[tuple[Json, str]]
#: What the flaws of this file remember between a change and its event, by id.
_UNTOLD: set[str] = set()
_BEFORE: dict[str, Json] = {}


def _entity(event: Json) -> Json:
    """The record that an event is about."""
    found: Json = next(iter(event["event"].values()))
    return found


@relayed
async def _unless_untold(event: Json, callback: str) -> Sent:
    changed = event["eventType"].endswith("ChangeEvent")
    return [] if changed and _entity(event).get("id") in _UNTOLD else [(event, callback)]


@flaw("R-1017", "R-803", "L-004", on="TMF639 v5 resource", profile="events")
async def json_patches_are_not_told(asked: Asked, server: Server) -> Answered:
    """Sends nothing when a record is changed by a JSON Patch."""
    if asked.patches:
        own = asked.path.rpartition("/")[2]
        listed = "json-patch" in asked.header("content-type")
        (_UNTOLD.add if listed else _UNTOLD.discard)(own)
    return await _unless_untold(asked, server)


@relayed
async def _as_before(event: Json, callback: str) -> Sent:
    entity = _entity(event)
    old = _BEFORE.get(entity.get("id", ""))
    if old is None or not event["eventType"].endswith("ChangeEvent"):
        return [(event, callback)]
    ((name, now),) = event["event"].items()
    return [(event | {"event": {name: {key: old.get(key, now[key]) for key in now}}}, callback)]


@flaw("R-1016", "R-1007", "R-1011", on="TMF638 v4 service", profile="events")
async def events_show_what_was(asked: Asked, server: Server) -> Answered:
    """Tells of a change with the values from before it."""
    if asked.patches and (before := await stored(asked, server)):
        _BEFORE[before["id"]] = before
    return await _as_before(asked, server)


@flaw("R-1009", "R-1012", on="TMF629 v5 customer", profile="events")
@relayed
async def callbacks_lose_their_query(event: Json, callback: str) -> Sent:
    """Posts to the callback without the query that it was registered with."""
    return [(event, callback.partition("?")[0])]


@flaw("R-1007", on="TMF639 v5 resource", profile="events")
async def selections_of_a_hub_are_ignored(asked: Asked, server: Server) -> Answered:
    """Sends whole events, whatever `fields` in the query of a hub selects."""
    query = asked.json.get("query") if isinstance(asked.json, dict) else None
    if not asked.on_hub or asked.method != "POST" or "fields=" not in str(query):
        return await server(asked)
    kept = [part for part in str(query).split("&") if not part.startswith("fields=")]
    answered = await server(asked.with_json(asked.json | {"query": "&".join(kept)}))
    return answered.each(lambda hub: hub | {"query": query})


@flaw("R-1003", "R-1004", on="TMF642 v5 alarm", profile="events")
async def a_removed_hub_can_be_read(asked: Asked, server: Server) -> Answered:
    """Shows a subscription after its removal."""
    if asked.on_hub and asked.method == "DELETE":
        found = await server(asked.reading())
        if found.ok:
            server.memory[asked.path] = found
    answered = await server(asked)
    if asked.on_hub and asked.method == "GET" and answered.status == 404:
        shown: Answered = server.memory.get(asked.path, answered)
        return shown
    return answered


@flaw("R-1011", "R-1013", on="TMF622 v4 productOrder", profile="events")
@relayed
async def each_attempt_has_an_id(event: Json, callback: str) -> Sent:
    """Gives an event another eventId each time it tries to deliver it."""
    return [(event | {"eventId": str(uuid4())}, callback)]


@flaw("R-620-10", "R-1012", "R-1030", "R-140", "R-10*", on="TMF620 v5 exportJob", profile="events")
@relayed
async def jobs_are_not_told(event: Json, callback: str) -> Sent:
    """Sends no events of jobs."""
    return [] if "Job" in event["eventType"] else [(event, callback)]
