"""Subscriptions that are served: every change is told to whoever asked for it (R-10xx).

The registry of the server behind keeps nothing, so that nothing is delivered twice.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.given.delivering import delivered
from tests.handlers.facts import Json

#: Seconds between the attempts of a delivery.
_DELAYS = (0.1, 0.2, 0.4, 0.8)
_STAMPED = {"lastUpdate", "href"}


async def notifying(asked: Asked, server: Server) -> Answered:
    """Answer, and deliver what the change means to the subscribers."""
    hubs: dict[str, Json] = server.memory.setdefault("hubs", {})
    if asked.on_hub:
        return await _on_hub(asked, server, hubs)
    writes = asked.creates or asked.patches or asked.deletes
    found = await server(asked.reading()) if asked.patches or asked.deletes else None
    answered = await server(asked)
    if writes and answered.ok:
        before = found.json if found is not None and found.ok else {}
        after = {} if asked.deletes else (await _whole(asked, server, answered))
        told = asyncio.get_running_loop()
        for event in events_of(asked, before, after):
            for hub in list(hubs.values()):
                if wanted(event, hub["query"]):
                    shown = narrowed(event, hub["query"])
                    task = told.create_task(_deliver(shown, hub, hubs))
                    hub["tasks"].add(task)
                    task.add_done_callback(hub["tasks"].discard)
    return answered


async def _whole(asked: Asked, server: Server, answered: Answered) -> Json:
    """The entity after the change, whatever `fields` left of it."""
    if "fields" not in asked.parameters and answered.body:
        return answered.json
    where = asked.path if asked.patches else f"{asked.path}/{answered.json['id']}"
    return (await server(asked.reading(where))).json


async def _on_hub(asked: Asked, server: Server, hubs: dict[str, Json]) -> Answered:
    own = asked.path.rpartition("/")[2]
    if asked.method == "POST":
        answered = await server(asked)
        if answered.ok:
            made = answered.json
            key = (made["callback"], made.get("query"))
            gone = Asked(
                "DELETE", f"{asked.path}/{made['id']}", "", asked.headers, b"", asked.scope
            )
            await server(gone)
            if key in [(hub["callback"], hub["shown"].json.get("query")) for hub in hubs.values()]:
                return refusal(409, "Registered already")
            query = made.get("query") or ""
            hubs[made["id"]] = {
                "callback": made["callback"], "query": query, "shown": answered,
                "tasks": set(), "turn": asyncio.Lock(),
            }  # fmt: skip
        return answered
    if asked.method == "DELETE" and own in hubs:
        del hubs[own]
        return Answered(204)
    if asked.method == "GET" and own in hubs:
        return hubs[own]["shown"].with_status(200).without_header("location")
    return await server(asked)


def events_of(asked: Asked, before: Json, after: Json) -> Iterator[Json]:
    """The events of one change."""
    resource, major = asked.path.split("/")[4], asked.path.split("/")[3]
    entity = after or before
    if not before:
        yield event_of("Create", resource, major, entity)
    elif not after:
        yield event_of("Delete", resource, major, entity)
    else:
        names = {n for n in before | after if before.get(n) != after.get(n)} - _STAMPED
        states = {name for name in names if name.lower().endswith(("state", "status"))}
        if states:
            yield event_of("StateChange", resource, major, entity)
        if names - states:
            yield event_of("AttributeValueChange", resource, major, entity)


def event_of(kind: str, resource: str, major: str, entity: Json) -> Json:
    """An event in the envelope of a version."""
    name = f"{resource[0].upper()}{resource[1:]}{kind}Event"
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    occurred = "timeOcurred" if major == "v4" else "timeOccurred"
    event = {"eventId": str(uuid4()), "eventTime": now, "eventType": name, occurred: now}
    typed = {} if major == "v4" else {"@type": name, "@baseType": "Event"}
    return event | typed | {"event": {resource: entity}}


def wanted(event: Json, query: str) -> bool:
    """Whether an event is one of those a subscription asks for."""
    criteria = [part for part in query.split("&") if part and not part.startswith("fields=")]
    return all(_meets(event, *part.partition("=")[::2]) for part in criteria)


def narrowed(event: Json, query: str) -> Json:
    """An event with what `fields` in the query of a subscription names, and its envelope."""
    selected = [
        p.removeprefix("fields=") for p in query.split("&") if p.startswith("fields=event.")
    ]
    if not selected:
        return event
    named = [path.split(".")[1:] for path in unquote(selected[0]).split(",")]
    inside = {
        member: {
            name: value
            for name, value in entity.items()
            if name in ("id", "href", "@type") or [member, name] in [path[:2] for path in named]
        }
        for member, entity in event["event"].items()
    }
    return event | {"event": inside}


def _meets(event: Json, name: str, values: str) -> bool:
    found = [event]
    for step in unquote(name).split("."):
        found = [inner for one in found for inner in _inside(one, step)]
    return any(str(one) in unquote(values).split(",") for one in found)


def _inside(value: Any, step: str) -> list[Any]:
    inner = value.get(step, []) if isinstance(value, dict) else []
    return inner if isinstance(inner, list) else [inner]


async def _deliver(event: Json, hub: Json, hubs: dict[str, Json]) -> None:
    """Post an event until it is taken, in turn with the others of the subscription."""
    async with hub["turn"]:
        for delay in (*_DELAYS, None):
            if hub not in hubs.values():
                return
            if 200 <= await delivered(event, hub["callback"]) < 300:
                return
            if delay is not None:
                await asyncio.sleep(delay)
