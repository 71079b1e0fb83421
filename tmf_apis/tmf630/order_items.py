"""What an order's items must hold that no schema can say (sections 15 and 16)."""

from collections.abc import Mapping
from typing import Any

from tmf_apis.rules.base import ItemRules

Json = Mapping[str, Any]
#: Items with their JSON Pointers.
Items = list[tuple[str, Json]]


def item_fault(items: Items, rules: ItemRules) -> str | None:
    """What is wrong with the items of an order and where, or None when nothing is.

    Ids are unique in the whole order; an item that changes something
    that exists says what; a relation between items stays inside the order (R-622-01, -02, -12,
    R-641-01, -03).
    """
    ids: set[Any] = set()
    for pointer, item in items:
        id = item.get("id")
        if id is not None and id in ids:
            return f"{pointer}/id: {id} stands in the order twice."
        ids.add(id)
    for pointer, item in items:
        fault = _unnamed_entity(pointer, item, rules) or _strange_relation(
            pointer, item, rules, ids
        )
        if fault is not None:
            return fault
    return None


def items_within(holder: Json, attribute: str, pointer: str = "") -> Items:
    """The items of an order, and those within them, each with its JSON Pointer."""
    found: Items = []
    items = holder.get(attribute)
    for position, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            here = f"{pointer}/{attribute}/{position}"
            found.append((here, item))
            if attribute in item:
                found += items_within(item, attribute, here)
    return found


def _unnamed_entity(pointer: str, item: Json, rules: ItemRules) -> str | None:
    if item.get("action") not in rules.actions_on_existing:
        return None
    entity = item.get(rules.entity)
    if isinstance(entity, dict) and (entity.get("id") or entity.get("href")):
        return None
    return (
        f"{pointer}/{rules.entity}: the action {item['action']} needs the id or href of what"
        " it changes."
    )


def _strange_relation(pointer: str, item: Json, rules: ItemRules, ids: set[Any]) -> str | None:
    relations = item.get(rules.relation)
    for position, relation in enumerate(relations if isinstance(relations, list) else ()):
        if isinstance(relation, dict) and "id" in relation and relation["id"] not in ids:
            place = f"{pointer}/{rules.relation}/{position}/id"
            return f"{place}: the order has no item {relation['id']}."
    return None
