"""Servers whose hubs and events are right at first sight (R-10xx)."""

from tests.conformance.flawed_servers.exchange import Answered, Asked, answer
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.given.notifying import notifying
from tests.conformance.flawed_servers.given.relaying import relayed
from tests.conformance.flawed_servers.slips import Slip, Slips, without
from tests.handlers.facts import Json

ON = "TMF639 v5 resource"
GIVEN = (notifying,)
Sent = list[tuple[Json, str]]


def _registering(asked: Asked) -> bool:
    return asked.on_hub and asked.method == "POST" and isinstance(asked.json, dict)


def _again(asked: Asked, answered: Answered) -> Answered:
    """A registration that is there already, as if it were new."""
    if answered.status != 409:
        return answered
    made = {"id": "again", "href": f"{asked.path}/again", **asked.json}
    return answer(made, 201, f"{asked.path}/again")


def _taken(asked: Asked, answered: Answered) -> Answered:
    """A registration that was refused, as if it had been taken."""
    made = {"id": "taken", "href": f"{asked.path}/taken", **asked.json}
    return answered if answered.ok else answer(made, 201, f"{asked.path}/taken")


Slips(__name__, ON, ("R-1001", "R-1002"), given=GIVEN, profile="events").register(
    [
        Slip(
            "the_query_of_a_hub_is_not_shown",
            "Does not show the query of a registration.",
            "R-1001",
            lambda asked: asked.on_hub,
            without("query"),
        ),
        Slip(
            "a_removed_hub_is_shown",
            "Answers 200 to the removal of a registration.",
            "R-1003",
            lambda asked: asked.on_hub and asked.method == "DELETE" and "kit" not in asked.path,
            lambda asked, answered: answered.with_status(200) if answered.ok else answered,
            also=("R-201",),
        ),
        Slip(
            "a_listener_can_be_registered_twice",
            "Takes the same callback with the same query again.",
            "R-1006",
            _registering,
            _again,
            also=("R-1005",),
        ),
        Slip(
            "a_query_may_be_anything",
            "Takes a query that it cannot read.",
            "R-1007",
            lambda asked: _registering(asked) and "kit(" in str(asked.json.get("query")),
            _taken,
        ),
    ]
)


@flaw("R-1016", "R-1011", on=ON, given=GIVEN, profile="events")
@relayed
async def changes_hide_what_changed(event: Json, callback: str) -> Sent:
    """Tells that an attribute has changed, and not to what."""
    if "AttributeValueChange" not in event["eventType"]:
        return [(event, callback)]
    ((name, entity),) = event["event"].items()
    short = {k: entity[k] for k in ("id", "href", "@type") if k in entity}
    return [(event | {"event": {name: short}}, callback)]


@flaw("R-1015", on=ON, given=GIVEN, profile="events")
@relayed
async def deletions_have_no_address(event: Json, callback: str) -> Sent:
    """Tells of a deletion by the id alone."""
    if not event["eventType"].endswith("DeleteEvent"):
        return [(event, callback)]
    ((name, entity),) = event["event"].items()
    return [(event | {"event": {name: {"id": entity["id"]}}}, callback)]


@flaw("R-1017", "R-1016", on=ON, given=GIVEN, profile="events")
@relayed
async def every_change_is_of_the_state(event: Json, callback: str) -> Sent:
    """Tells of every change as of one of the state as well."""
    if "AttributeValueChange" not in event["eventType"]:
        return [(event, callback)]
    name = event["eventType"].replace("AttributeValueChange", "StateChange")
    other = event | {"eventType": name, "@type": name, "eventId": event["eventId"] + "-2"}
    return [(event, callback), (other, callback)]
