"""What an order's items should hold for what they do, and should not (sections 15 and 16).

Nothing of it is demanded by a file or by a rule that must hold (D24).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tmf_apis.rules.base import ItemRules
from tmf_apis.tmf630.order_items import Items
from tmf_apis.tmf630.remarks import Remark

Json = Mapping[str, Any]

#: What names a thing and does not describe it.
_REFERENCE = frozenset({"id", "href"})
#: What each operation of a patch works with besides its place (RFC 6902, section 4).
_OPERANDS = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from"}


def item_remarks(order: Json, items: Items, rules: ItemRules) -> Iterator[Remark]:
    """What there is to say about each item: an addition that does not say what, or names what is
    there already (R-622-03, R-641-03); a list of changes that is none, or of an item that
    changes nothing (R-641-04); a relation to an item that the order does not have (R-622-12).
    """
    ids = {item.get("id") for _, item in items}
    for pointer, item in items:
        if item.get("action") == "add":
            yield from _addition(pointer, item, rules)
        if rules.changes and rules.changes in item:
            yield from _changes(f"{pointer}/{rules.changes}", item, item[rules.changes])
        if rules.related:
            yield from _relations(pointer, item, rules, order.get("id"), ids)


def _addition(pointer: str, item: Json, rules: ItemRules) -> Iterator[Remark]:
    entity = item.get(rules.entity)
    entity = entity if isinstance(entity, dict) else {}
    place = f"{pointer}/{rules.entity}"
    if rules.offered and rules.described:
        if not item.get(rules.offered) and not entity.get(rules.described):
            wanted = f"{rules.offered} or {rules.entity}.{rules.described}"
            yield Remark(pointer, f"The action add needs {wanted}.")
        if _REFERENCE.isdisjoint(entity):
            return
        for name in sorted(_REFERENCE & entity.keys()):
            what = f"The action add makes a new {rules.entity}; leave out its {name}."
            yield Remark(f"{place}/{name}", what)
    elif not any(name not in _REFERENCE and not name.startswith("@") for name in entity):
        yield Remark(place, "The action add needs a description of what is added.")


def _changes(pointer: str, item: Json, steps: Any) -> Iterator[Remark]:
    action = item.get("action")
    if action != "modify":
        yield Remark(pointer, f"Only the action modify has changes, and this is {action}.")
    for position, step in enumerate(steps if isinstance(steps, list) else ()):
        operand = _OPERANDS.get(str(step.get("op"))) if isinstance(step, dict) else None
        if operand and operand not in step:
            yield Remark(f"{pointer}/{position}", f"The operation {step['op']} needs {operand}.")


def _relations(
    pointer: str, item: Json, rules: ItemRules, order: Any, ids: set[Any]
) -> Iterator[Remark]:
    """What relations lead nowhere that name the item, and the order if it is another one."""
    relations = item.get(rules.relation)
    for position, relation in enumerate(relations if isinstance(relations, list) else ()):
        other = relation.get(rules.related) if isinstance(relation, dict) else None
        if not isinstance(other, dict) or other.get("serviceOrderId", order) != order:
            continue
        if (id := other.get("itemId")) is not None and id not in ids:
            place = f"{pointer}/{rules.relation}/{position}/{rules.related}/itemId"
            yield Remark(place, f"The order has no item {id}.")
