"""Servers that tell listeners otherwise (R-1005, R-1017)."""

from tests.conformance.alternatives.alternative import alternative
from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.given.notifying import notifying

_HUB = (
    "callback_is_registered", "registration_has_a_location", "query_is_kept",
    "registration_is_typed", "registration_is_deleted", "unknown_registration_is_not_found",
    "second_listener", "same_listener_twice", "empty_query_is_none",
)  # fmt: skip
_EVENTS = (
    "creation_is_told", "deletion_is_told", "change_is_told", "no_change_is_not_told",
    "envelope_is_whole", "event_ids_differ", "query_selects_a_type", "query_selects_by_payload",
    "success_is_enough", "order_is_kept", "deregistered_hears_nothing",
)  # fmt: skip


@alternative(
    "TMF629 v5 customer",
    passed=(*(f"hub.{name}" for name in _HUB), *(f"notifications.{name}" for name in _EVENTS)),
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
    skipped=(*(f"hub.{name}" for name in _HUB), *(f"notifications.{name}" for name in _EVENTS)),
)
async def the_listener_is_another(asked: Asked, server: Server) -> Answered:
    """Has a listener, and takes no other."""
    if asked.on_hub and asked.method == "POST":
        return refusal(409, "There is a listener already")
    return await server(asked)


@alternative(
    "TMF629 v5 customer",
    passed=("notifications.no_change_is_not_told",),
    untold=("customerAttributeValueChangeEvent",),
)
async def no_change_is_ever_told(asked: Asked, server: Server) -> Answered:
    """Has a file without an event of changes."""
    return await server(asked)
