"""Servers whose events arrive, and say or mean something else in small things (R-10xx)."""

import asyncio
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.delivering import delivered
from tests.conformance.flawed_servers.given.relaying import relayed
from tests.handlers.facts import Json

Sent = list[tuple[Json, str]]
#: Seconds by which the events of creations are late.
_LATE = 0.8
#: The state of each order that was told last, and the deliveries that are not made yet.
_TOLD: dict[str, Any] = {}
_WAITING: set[asyncio.Task[None]] = set()


def _entity(event: Json) -> Json:
    """The record that an event is about."""
    found: Json = next(iter(event["event"].values()))
    return found


@flaw("R-1011", "R-1012", "R-1017", on="TMF629 v5 customer", profile="events")
@relayed
async def creations_are_told_late(event: Json, callback: str) -> Sent:
    """Tells of a creation after what befell the record since, by a queue of its own."""
    if not event["eventType"].endswith("CreateEvent"):
        return [(event, callback)]

    async def late() -> None:
        await asyncio.sleep(_LATE)
        await delivered(event, callback)

    task = asyncio.create_task(late())
    _WAITING.add(task)
    task.add_done_callback(_WAITING.discard)
    return []


@flaw("R-1201", "R-1013", on="TMF622 v5 productOrder", profile="events")
@relayed
async def events_are_in_local_time(event: Json, callback: str) -> Sent:
    """Says when an event was without an offset."""
    bare = str(event["eventTime"]).removesuffix("Z").partition("+")[0]
    return [(event | {"eventTime": bare}, callback)]


@flaw("R-1013", on="TMF620 v4 productSpecification", profile="events")
@relayed
async def the_time_is_spelt_as_in_v5(event: Json, callback: str) -> Sent:
    """Spells timeOccurred in v4, which v4 spells timeOcurred."""
    spelt = {("timeOccurred" if n == "timeOcurred" else n): v for n, v in event.items()}
    return [(spelt | {"timeOccurred": event["eventTime"]}, callback)]


@flaw("R-103", "R-1015", "R-104", "R-105", "R-702", on="TMF629 v4 customer", profile="events")
@relayed
async def events_lead_behind_the_gateway(event: Json, callback: str) -> Sent:
    """Gives in events an href that nobody outside can follow."""
    ((name, entity),) = event["event"].items()
    inside = f"http://127.0.0.1:9/customers/{entity.get('id')}"
    return [(event | {"event": {name: entity | {"href": inside}}}, callback)]


@flaw("R-1017", "L-004", on="TMF641 v4 serviceOrder", profile="events")
@relayed
async def items_move_untold(event: Json, callback: str) -> Sent:
    """Tells of the state of an order, and not of that of an item of it."""
    entity, kind = _entity(event), event["eventType"]
    state, own = entity.get("state"), f"{callback} {entity.get('id')}"
    known = _TOLD.get(own)
    _TOLD[own] = state or known
    still = kind == "ServiceOrderStateChangeEvent" and state == known
    return [] if still else [(event, callback)]


@flaw("R-1007", on="TMF638 v5 service", profile="events")
async def hubs_pick_by_type_alone(asked: Asked, server: Server) -> Answered:
    """Looks at eventType in the query of a hub, and at no other attribute."""
    query = asked.json.get("query") if isinstance(asked.json, dict) else None
    if not asked.on_hub or asked.method != "POST" or not isinstance(query, str):
        return await server(asked)
    kept = [part for part in query.split("&") if not part.startswith(("event.", "eventTime"))]
    answered = await server(asked.with_json(asked.json | {"query": "&".join(kept)}))
    return answered.each(lambda hub: hub | {"query": query})


@relayed
async def _as_it_is(event: Json, callback: str) -> Sent:
    return [(event, callback)]


@flaw("R-1010", "R-1011", on="TMF639 v4 resource", profile="events")
async def few_answers_are_a_success(asked: Asked, server: Server) -> Answered:
    """Sends an event again unless it was answered with 200, 201 or 204."""
    answered = await _as_it_is(asked, server)
    untaken = answered.ok and answered.status not in (200, 201, 204)
    return Answered(500) if asked.path.startswith("/relay/") and untaken else answered
