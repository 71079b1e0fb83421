"""A supplemental order: one that changes another which is under way (0026). Pure.

Its items are changes: one with an id that the other order does not have is added; `delete` takes
out an item that the other order adds; `noChange` leaves one as it is; every other one says what is
to be other of the item with its id.
"""

from typing import Any

from tmf_apis.behaviour.amending import ADDED, MODIFIED, REMOVED
from tmf_apis.flow.items import items_of

Json = dict[str, Any]

_SUPPLEMENTS = "supplements"


def supplemented(order: Json) -> str | None:
    """The id of the order that one supplements, or None."""
    related = order.get("orderRelationship") or ()
    named = (one.get("id") for one in related if one.get("relationshipType") == _SUPPLEMENTS)
    return next((str(id) for id in named if id), None)


def changes_of(supplement: Json, order: Json) -> Json:
    """What a supplemental order asks for, as an amendment of the other one does."""
    there = {item.id: item for item in items_of(order)}
    changes: Json = {ADDED: [], MODIFIED: [], REMOVED: []}
    for item in supplement.get("productOrderItem") or ():
        id, action = str(item.get("id")), item.get("action")
        if id not in there:
            changes[ADDED].append(item)
        elif action == "delete" and there[id].action == "add":
            changes[REMOVED].append(id)
        elif action != "noChange":
            changes[MODIFIED].append(item)
    return changes
