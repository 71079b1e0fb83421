"""Servers that tell listeners otherwise (R-1005, R-1017)."""

from tests.conformance.alternatives.alternative import alternative
from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.given.notifying import notifying

_HUB = (
    "hub.callback_is_registered", "hub.registration_has_a_location", "hub.query_is_kept",
    "hub.registration_is_typed", "hub.registration_is_deleted",
    "hub.unknown_registration_is_not_found", "hub.second_listener", "hub.same_listener_twice",
    "hub.empty_query_is_none",
)  # fmt: skip
_EVENTS = (
    "events.creation_is_told", "events.deletion_is_told", "events.change_is_told",
    "events.no_change_is_not_told",
    "event_content.envelope_is_whole", "event_content.event_ids_differ",
    "event_queries.query_selects_a_type", "event_queries.query_selects_by_payload",
    "event_delivery.success_is_enough", "event_delivery.order_is_kept",
    "event_delivery.deregistered_hears_nothing",
)  # fmt: skip


@alternative(
    "TMF629 v5 customer",
    passed=(*_HUB, *_EVENTS),
    skipped=("hub.callbacks_are_absolute",),
    given=(notifying,),
)
async def there_is_one_listener(asked: Asked, server: Server) -> Answered:
    """Refuses whatever else is registered until its one listener is gone."""
    taken: set[str] = server.memory.setdefault("taken", set())
    if asked.on_hub and asked.method == "POST":
        if taken:
            return refusal(409, "There is a listener already")
        taken.add("claimed")
        answered = await server(asked)
        taken.clear()
        if answered.ok:
            taken.add(answered.json["id"])
        return answered
    answered = await server(asked)
    if asked.on_hub and asked.method == "DELETE" and answered.ok:
        taken.discard(asked.path.rpartition("/")[2])
    return answered


@alternative(
    "TMF629 v5 customer",
    skipped=(*_HUB, *_EVENTS),
)
async def the_listener_is_another(asked: Asked, server: Server) -> Answered:
    """Has a listener, and takes no other."""
    if asked.on_hub and asked.method == "POST":
        return refusal(409, "There is a listener already")
    return await server(asked)


@alternative(
    "TMF629 v5 customer",
    passed=("events.no_change_is_not_told",),
    untold=("customerAttributeValueChangeEvent",),
)
async def no_change_is_ever_told(asked: Asked, server: Server) -> Answered:
    """Has a file without an event of changes."""
    return await server(asked)
