"""What an order's items must and should hold that no schema can say (sections 15 and 16)."""

from collections.abc import Iterator, Mapping
from typing import Any

from tmf_apis.rules.base import ItemRules
from tmf_apis.tmf630.remarks import Remark

Json = Mapping[str, Any]

#: What names a thing and does not describe it.
_REFERENCE = frozenset({"id", "href"})


def item_fault(document: Json, rules: ItemRules) -> str | None:
    """What is wrong with the items of an order and where, or None when nothing is.

    Items may hold items. Ids are unique in the whole order; an item that changes something
    that exists says what; a relation between items stays inside the order (R-622-01, -02, -12,
    R-641-01, -03).
    """
    items = list(_items(document, rules.attribute, ""))
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


def undescribed_additions(document: Json, rules: ItemRules) -> Iterator[Remark]:
    """The items of an order that add something and do not say what (R-622-03, R-641-03)."""
    for pointer, item in _items(document, rules.attribute, ""):
        if item.get("action") == "add" and not _says_what(item, rules):
            if rules.offered and rules.described:
                wanted = f"{rules.offered} or {rules.entity}.{rules.described}"
                yield Remark(pointer, f"The action add needs {wanted}.")
            else:
                place = f"{pointer}/{rules.entity}"
                yield Remark(place, "The action add needs a description of what is added.")


def _items(holder: Json, attribute: str, pointer: str) -> Iterator[tuple[str, Json]]:
    items = holder.get(attribute)
    for position, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            here = f"{pointer}/{attribute}/{position}"
            yield here, item
            yield from _items(item, attribute, here)


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


def _says_what(item: Json, rules: ItemRules) -> bool:
    entity = item.get(rules.entity)
    entity = entity if isinstance(entity, dict) else {}
    if rules.offered and rules.described:
        return bool(item.get(rules.offered) or entity.get(rules.described))
    return any(name not in _REFERENCE and not name.startswith("@") for name in entity)


def _strange_relation(pointer: str, item: Json, rules: ItemRules, ids: set[Any]) -> str | None:
    relations = item.get(rules.relation)
    for position, relation in enumerate(relations if isinstance(relations, list) else ()):
        if isinstance(relation, dict) and "id" in relation and relation["id"] not in ids:
            place = f"{pointer}/{rules.relation}/{position}/id"
            return f"{place}: the order has no item {relation['id']}."
    return None
