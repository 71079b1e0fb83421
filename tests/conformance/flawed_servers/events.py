"""Servers that tell subscribers the wrong thing, or nothing (R-10xx)."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, answer, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.delivering import delivered
from tests.conformance.flawed_servers.given.notifying import event_of, notifying, wanted
from tests.conformance.flawed_servers.given.relaying import relayed
from tests.handlers.facts import Json

ON = "TMF639 v5 resource"
GIVEN = (notifying,)
Sent = list[tuple[Json, str]]


@flaw("R-1012", "R-10*", on=ON, given=GIVEN, profile="events")
@relayed
async def no_event_is_sent(event: Json, callback: str) -> Sent:
    """Takes subscriptions and sends nothing."""
    return []


@flaw("R-1012", "R-1007", on=ON, given=GIVEN, profile="events")
@relayed
async def events_are_called_notifications(event: Json, callback: str) -> Sent:
    """Uses the old names that end in Notification."""
    name = event["eventType"].removesuffix("Event") + "Notification"
    return [(event | {"eventType": name, "@type": name}, callback)]


@flaw("R-1012", "R-1007", on=ON, given=GIVEN, profile="events")
@relayed
async def event_types_begin_in_lower_case(event: Json, callback: str) -> Sent:
    """Begins the names of events in lower case."""
    name = event["eventType"][0].lower() + event["eventType"][1:]
    return [(event | {"eventType": name, "@type": name}, callback)]


@flaw("R-1012", "R-1013", on=ON, given=GIVEN, profile="events")
@relayed
async def events_have_no_type(event: Json, callback: str) -> Sent:
    """Leaves out the `@type` of an event in v5."""
    return [({k: v for k, v in event.items() if k != "@type"}, callback)]


@flaw("R-1013", on=ON, given=GIVEN, profile="events")
@relayed
async def events_have_no_id(event: Json, callback: str) -> Sent:
    """Leaves out eventId."""
    return [({k: v for k, v in event.items() if k != "eventId"}, callback)]


@flaw("R-1013", on=ON, given=GIVEN, profile="events")
@relayed
async def events_share_an_id(event: Json, callback: str) -> Sent:
    """Gives every event the same eventId."""
    return [(event | {"eventId": "1"}, callback)]


@flaw("R-1013", on=ON, given=GIVEN, profile="events")
@relayed
async def events_have_no_time(event: Json, callback: str) -> Sent:
    """Leaves out eventTime."""
    return [({k: v for k, v in event.items() if k != "eventTime"}, callback)]


@flaw("R-1014", "R-1015", "R-1016", on=ON, given=GIVEN, profile="events")
@relayed
async def the_member_of_an_event_is_capitalised(event: Json, callback: str) -> Sent:
    """Names the entity in an event by its class."""
    inside = {name[0].upper() + name[1:]: value for name, value in event["event"].items()}
    return [(event | {"event": inside}, callback)]


@flaw("R-1012", "R-10*", on=ON, given=GIVEN, profile="events")
@relayed
async def the_entity_is_the_event(event: Json, callback: str) -> Sent:
    """Puts the entity itself where its member belongs."""
    return [(event | {"event": next(iter(event["event"].values()))}, callback)]


@flaw("R-1015", "R-1011", on=ON, given=GIVEN, profile="events")
@relayed
async def created_events_hold_the_id(event: Json, callback: str) -> Sent:
    """Sends id and href of what was created, not the entity."""
    if not event["eventType"].endswith("CreateEvent"):
        return [(event, callback)]
    ((name, entity),) = event["event"].items()
    short = {k: entity[k] for k in ("id", "href", "@type") if k in entity}
    return [(event | {"event": {name: short}}, callback)]


@flaw("R-1017", "R-1016", on=ON, given=GIVEN, profile="events")
@relayed
async def states_are_attributes(event: Json, callback: str) -> Sent:
    """Tells of a change of state as of any other attribute."""
    name = event["eventType"].replace("StateChange", "AttributeValueChange")
    return [(event | {"eventType": name, "@type": name}, callback)]


@flaw("R-1017", "R-1016", on=ON, given=GIVEN, profile="events")
@relayed
async def changes_of_attributes_are_not_told(event: Json, callback: str) -> Sent:
    """Sends nothing when an attribute changes that is no state."""
    return [] if "AttributeValueChange" in event["eventType"] else [(event, callback)]


@flaw("R-1012", "R-1007", "R-1015", "R-1017", "R-1030", on=ON, given=GIVEN, profile="events")
@relayed
async def deletions_are_not_told(event: Json, callback: str) -> Sent:
    """Sends nothing when an entity is deleted."""
    return [] if event["eventType"].endswith("DeleteEvent") else [(event, callback)]


@flaw("R-1010", "R-1011", "R-1013", on=ON, given=GIVEN, profile="events")
@relayed
async def events_come_twice_with_new_ids(event: Json, callback: str) -> Sent:
    """Sends each event twice, with another eventId."""
    return [(event, callback), (event | {"eventId": event["eventId"] + "-2"}, callback)]


@flaw("R-1012", "R-10*", on=ON, given=GIVEN, profile="events")
@relayed
async def events_go_to_a_path_below(event: Json, callback: str) -> Sent:
    """Adds /listener/<name> to the callback."""
    name = event["eventType"][0].lower() + event["eventType"][1:]
    return [(event, f"{callback}/listener/{name}")]


@flaw("R-1017", "R-210", on=ON, given=GIVEN, profile="events")
async def an_unchanged_entity_raises_an_event(asked: Asked, server: Server) -> Answered:
    """Sends an event for a PATCH that changes nothing."""
    before = await server(asked.reading()) if asked.merges else None
    answered = await server(asked)
    if before is not None and answered.ok and answered.body == before.body:
        # A change there and back, of which the way back is told.
        category = before.json.get("category")
        await server(asked.patching({"category": "other"}))
        await server(asked.patching({"category": category}))
    return answered


@flaw("R-1007", "R-10*", on=ON, given=GIVEN, profile="events")
async def the_query_of_a_hub_is_ignored(asked: Asked, server: Server) -> Answered:
    """Sends every event to every subscriber."""
    body = asked.json
    answered = await server(asked)
    if asked.on_hub and asked.method == "POST" and answered.ok and body.get("query"):
        own = f"{asked.path}/{answered.json['id']}"
        await server(Asked("DELETE", own, "", asked.headers, b"", asked.scope))
        shown = await server(asked.with_json({k: v for k, v in body.items() if k != "query"}))
        return shown.each(lambda hub: hub | {"query": body["query"]})
    return answered


async def _asking_less(asked: Asked, server: Server, less: Callable[[str], str]) -> Answered:
    """A registration for another query, which is shown as it was sent."""
    query = asked.json.get("query") if isinstance(asked.json, dict) else None
    if not (asked.on_hub and asked.method == "POST" and isinstance(query, str) and query):
        return await server(asked)
    answered = await server(asked.with_json(asked.json | {"query": less(query)}))
    return answered.each(lambda hub: hub | {"query": query})


@flaw("R-1007", on=ON, given=GIVEN, profile="events")
async def only_one_condition_of_a_query_counts(asked: Asked, server: Server) -> Answered:
    """Reads the query of a hub up to the first &."""
    return await _asking_less(asked, server, lambda query: query.partition("&")[0])


@flaw("R-1007", on=ON, given=GIVEN, profile="events")
async def only_one_value_of_a_query_counts(asked: Asked, server: Server) -> Answered:
    """Reads a list of values in the query of a hub up to the first comma."""
    return await _asking_less(asked, server, lambda query: query.partition(",")[0])


@flaw("R-1013", on=ON, given=GIVEN, profile="events")
@relayed
async def events_are_of_another_year(event: Json, callback: str) -> Sent:
    """Sends every event with the time at which clocks began."""
    return [(event | {"eventTime": "1970-01-01T00:00:00Z"}, callback)]


@flaw("R-1016", on="TMF638 v5 service", given=GIVEN, profile="events")
@relayed
async def changes_of_state_hide_the_state(event: Json, callback: str) -> Sent:
    """Tells of a change of state without the state."""
    if "StateChange" not in event["eventType"]:
        return [(event, callback)]
    ((name, entity),) = event["event"].items()
    stateless = {k: v for k, v in entity.items() if k != "state"}
    return [(event | {"event": {name: stateless}}, callback)]


@flaw("R-1007", on=ON, given=GIVEN, profile="events")
@relayed
async def a_query_for_one_type_gives_others(event: Json, callback: str) -> Sent:
    """Sends with each event one of another resource's, whatever was asked for."""
    other = event_of("Create", "service", "v5", {"id": "1", "href": "/1", "@type": "Service"})
    return [(other, callback), (event, callback)]


@flaw("R-1001", "R-1007", "R-201", on=ON, given=GIVEN, profile="events")
async def a_hub_is_answered_with_nothing(asked: Asked, server: Server) -> Answered:
    """Answers 204 to a registration, as the prose of the guides has it."""
    answered = await server(asked)
    if asked.on_hub and asked.method == "POST" and answered.ok:
        return Answered(204, (("location", answered.header("location")),))
    return answered


@flaw("R-1001", on=ON, given=GIVEN, profile="events")
async def a_hub_has_no_location(asked: Asked, server: Server) -> Answered:
    """Registers without saying where the subscription is."""
    answered = await server(asked)
    return answered.without_header("location") if asked.on_hub else answered


@flaw("R-1001", on=ON, given=GIVEN, profile="events")
async def a_callback_may_be_anything(asked: Asked, server: Server) -> Answered:
    """Registers a callback that is no URL, or none."""
    answered = await server(asked)
    callback = asked.json.get("callback") if isinstance(asked.json, dict) else None
    bad = not str(callback).startswith("http")
    if asked.on_hub and asked.method == "POST" and bad and answered.status == 400:
        made = {"id": "1", "callback": "", "@type": "Hub", "href": f"{asked.path}/1"}
        return answer(made, 201, f"{asked.path}/1")
    return answered


@flaw("R-1003", "R-1001", on=ON, given=GIVEN, profile="events")
async def a_removed_hub_still_gets_events(asked: Asked, server: Server) -> Answered:
    """Answers 204 to the removal of a subscription, and keeps it."""
    gone: set[str] = server.memory.setdefault("gone", set())
    if asked.on_hub and asked.path in gone:
        return refusal(404, "Not found")
    removed = asked.on_hub and asked.method == "DELETE"
    if removed and (await server(asked.reading())).ok:
        gone.add(asked.path)
        return Answered(204)
    return await server(asked)


@flaw("R-1003", on=ON, given=GIVEN, profile="events")
async def removing_an_unknown_hub_succeeds(asked: Asked, server: Server) -> Answered:
    """Answers 204 to the removal of a subscription that is not there."""
    answered = await server(asked)
    unknown = asked.on_hub and asked.method == "DELETE" and answered.status == 404
    return Answered(204) if unknown else answered


@flaw("R-1004", "R-1001", "R-1003", on=ON, given=GIVEN, profile="events")
async def a_hub_cannot_be_read(asked: Asked, server: Server) -> Answered:
    """Answers 405 where the file has GET of a subscription."""
    if asked.on_hub and asked.method == "GET":
        return refusal(405, "Not offered").with_header("allow", "DELETE")
    return await server(asked)


@flaw("R-1002", "R-1001", "S-001", on=ON, given=GIVEN, profile="events")
async def a_hub_has_no_type(asked: Asked, server: Server) -> Answered:
    """Leaves out the `@type` of a subscription in v5."""
    answered = await server(asked)

    def bare(hub: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in hub.items() if k != "@type"}

    return answered.each(bare) if asked.on_hub else answered


@flaw("R-1012", "R-1007", "R-1013", "S-001", on="TMF639 v4 resource", given=GIVEN, profile="events")
@relayed
async def v4_events_have_no_event_type(event: Json, callback: str) -> Sent:
    """Leaves out eventType in v4."""
    return [({k: v for k, v in event.items() if k != "eventType"}, callback)]


@flaw("R-1011", on=ON, given=GIVEN, profile="events")
async def a_failed_delivery_is_not_tried_again(asked: Asked, server: Server) -> Answered:
    """Takes any answer of a listener for success."""
    answered = await _plain(asked, server)
    return Answered(204) if asked.path.startswith("/relay/") else answered


@relayed
async def _plain(event: Json, callback: str) -> Sent:
    return [(event, callback)]


@flaw("R-1011", on=ON, given=GIVEN, profile="events")
async def an_answer_waits_for_listeners(asked: Asked, server: Server) -> Answered:
    """Tells of a creation before it answers, and waits for each listener."""
    hubs: dict[str, Json] = server.memory.setdefault("hubs", {})
    answered = await _all_but_creations(asked, server)
    if asked.on_hub and answered.ok and asked.method == "POST":
        hubs[answered.json["id"]] = answered.json
    if asked.on_hub and asked.method == "DELETE":
        hubs.pop(asked.path.rpartition("/")[2], None)
    if asked.creates and answered.ok:
        event = event_of("Create", asked.path.rpartition("/")[2], "v5", answered.json)
        told = [hub["callback"] for hub in hubs.values() if wanted(event, hub.get("query") or "")]
        await asyncio.gather(*(_tell(event, callback) for callback in told))
    return answered


@relayed
async def _all_but_creations(event: Json, callback: str) -> Sent:
    return [] if event["eventType"].endswith("CreateEvent") else [(event, callback)]


async def _tell(event: Json, callback: str) -> None:
    for _ in range(3):
        if 200 <= await delivered(event, callback, seconds=10) < 300:
            return
