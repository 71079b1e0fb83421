"""The amendment of an order: what may be asked, and what becomes of its items (0026).

Pure: documents in, what is wanted or wrong out. The items that an amendment is about are named by
their ids, nested ones too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tmf_apis.behaviour.cancelling import hindrance
from tmf_apis.behaviour.no_return import Clock
from tmf_apis.behaviour.order_states import FINAL
from tmf_apis.rules.base import ItemRules
from tmf_apis.tmf630.order_items import items_within

Json = dict[str, Any]

ADDED, MODIFIED, REMOVED = "addedItem", "modifiedItem", "removedItem"
#: What of an item no amendment changes: which it is, and how far its work is.
_KEPT = ("id", "state")
_NOTE = "note"


class NotAmendable(Exception):
    """An order that cannot be amended so; the text says why."""


def request_fault(task: Json) -> str | None:
    """What is wrong with a request by itself: it asks for nothing, or for one item twice."""
    ids = [id for _, id in _asked(task)]
    if not ids:
        return f"/{ADDED}: an amendment names items, here, in {MODIFIED} or in {REMOVED}."
    twice = next((id for id in ids if ids.count(id) > 1), None)
    return None if twice is None else f"/{ADDED}: the amendment names the item {twice} twice."


def amended(rules: ItemRules, order: Json, changes: Json, clock: Clock) -> Json:
    """The order with the items that an amendment wants. Raises `NotAmendable`, for an item past its
    point of no return as well.

    A modified item keeps what is not named, and its state; an added one has the order's.
    """
    if (fault := hindrance(order)) is not None:
        raise NotAmendable(fault)
    name = rules.attribute
    there = {str(item.get("id")): item for _, item in items_within(order, name)}
    for kind, id in _asked(changes):
        _check(name, order, there, kind, id, clock)
    other = {
        str(item["id"]): {key: value for key, value in item.items() if key not in _KEPT}
        for item in changes.get(MODIFIED) or ()
    }
    gone = frozenset(map(str, changes.get(REMOVED) or ()))
    added = [_without_state(name, item) for item in changes.get(ADDED) or ()]
    new = _changed(name, order, other, gone)
    if not (items := [*(new.get(name) or ()), *added]):
        raise NotAmendable("nothing of the order would be left; cancel it instead.")
    return new | {name: items}


def change_fault(rules: ItemRules, before: Json, after: Json, clock: Clock) -> str | None:
    """What is wrong with a change of the items of an order that is carried out by itself, or None:
    of an item past its point of no return, or one that takes out all that is not over, so that the
    order would end without anybody seeing to it.
    """
    name = rules.attribute
    was, now = (
        {str(item.get("id")): item for _, item in items_within(order, name)}
        for order in (before, after)
    )
    for id, item in was.items():
        same = _planned(name, item) == _planned(name, now.get(id, {}))
        if not same and item.get("state") not in FINAL and (fault := clock.fault(item)):
            return f"/{name}: {fault}"
    lost = [id for id, item in was.items() if item.get("state") not in FINAL and id not in now]
    if not lost or any(item.get("state") not in FINAL for item in now.values()):
        return None
    return f"/{name}: without the item {lost[0]} nothing of the order is open; cancel it."


def _planned(name: str, item: Mapping[str, Any]) -> Json:
    """What of an item more follows from than from its state and from remarks."""
    return {key: value for key, value in item.items() if key not in ("state", _NOTE, name)}


def mark_of(by: str) -> str:
    """The id of the note that an amendment leaves in an order, in the same write."""
    return f"amendment-{by}"


def is_amended(order: Json, by: str) -> bool:
    """Whether an order was amended by a task, or by a supplemental order."""
    return any(note.get("id") == mark_of(by) for note in order.get(_NOTE) or ())


def noted(holder: Json, id: str, text: str, now: str) -> Json:
    """An order, or a task, with a note of the server's; one with the id that is there stays."""
    notes = holder.get(_NOTE) or []
    if any(note.get("id") == id for note in notes):
        return holder
    note = {"@type": "Note", "id": id, "author": "server", "date": now, "text": text}
    return holder | {_NOTE: [*notes, note]}


def _asked(task: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is asked for: the id of each item, and what is to become of it."""
    for kind in (ADDED, MODIFIED):
        yield from ((kind, str(item.get("id"))) for item in task.get(kind) or ())
    yield from ((REMOVED, str(id)) for id in task.get(REMOVED) or ())


def _check(
    name: str, order: Json, there: Mapping[str, Mapping[str, Any]], kind: str, id: str, clock: Clock
) -> None:
    """Raise `NotAmendable` for an item that there is not, or already is, or that stays as it is."""
    if kind == ADDED:
        if id in there:
            raise NotAmendable(f"the order {order['id']} has an item {id} already.")
        return
    if id not in there:
        raise NotAmendable(f"the order {order['id']} has no item {id}.")
    for item in (there[id], *(inner for _, inner in items_within(there[id], name))):
        if item.get("state") in FINAL:
            raise NotAmendable(f"the item {item.get('id')} is {item['state']}, which is final.")
        if (fault := clock.fault(item)) is not None:
            raise NotAmendable(fault)


def _changed(name: str, holder: Json, other: Mapping[str, Json], gone: frozenset[str]) -> Json:
    """A holder of items without those that go, and with the others as they are to be."""
    if not holder.get(name):
        return holder
    items = [
        _changed(name, item, other, gone) | other.get(str(item.get("id")), {})
        for item in holder[name]
        if str(item.get("id")) not in gone
    ]
    new = holder | {name: items}
    return new if items else {key: value for key, value in new.items() if key != name}


def _without_state(name: str, item: Json) -> Json:
    new = {key: value for key, value in item.items() if key != "state"}
    if name in new:
        new[name] = [_without_state(name, inner) for inner in new[name]]
    return new
