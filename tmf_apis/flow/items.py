"""The items of a product order as the flow sees them: flat, and each with what it is part of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

Json = dict[str, Any]

NESTED, _RELATED = "productOrderItem", "productOrderItemRelationship"
#: Relations to items that are delivered before; `bundles` names the parts of a bundle.
_AFTER = frozenset({"reliesOn", "requires", "dependsOn"})
BUNDLES = "bundles"
#: Classes of parties that may have the role of a customer, and are none.
_NO_CUSTOMERS = frozenset({"Individual", "Organization"})
#: What of an item its plan does not follow from: how far it is, what is remarked, and items within,
#: which are others.
_BESIDE = frozenset({"state", "pointOfNoReturn", "note", NESTED})


@dataclass(frozen=True, slots=True)
class Item:
    """One item: `parts` are the ids of items within it, `after` of those it waits for.

    `within` says that its price is that of the bundle it is part of.
    """

    document: Json
    parts: tuple[str, ...]
    after: tuple[str, ...]
    within: bool

    @property
    def id(self) -> str:
        """The id of the item."""
        return str(self.document.get("id", ""))

    @property
    def action(self) -> str:
        """What is to happen with the product."""
        return str(self.document.get("action", "add"))

    @property
    def product(self) -> Json:
        """The product as the item describes it."""
        return dict(self.document.get("product") or {})


def items_of(order: Mapping[str, Any]) -> list[Item]:
    """Every item of an order, nested ones too, in their order."""
    raw = list(_all(order))
    inside = {id for item, nested in raw for id in (*nested, *_related(item, {BUNDLES}))}
    return [
        Item(
            item,
            (*nested, *_related(item, {BUNDLES})),
            tuple(_related(item, _AFTER)),
            str(item.get("id")) in inside,
        )
        for item, nested in raw
    ]


def digest_of(item: Item) -> str:
    """What tells an item from another one of which a plan would say something else."""
    plain = {name: value for name, value in item.document.items() if name not in _BESIDE}
    whole = [plain, item.parts, item.after, item.within]
    return blake2b(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def digests_of(order: Mapping[str, Any]) -> dict[str, str]:
    """What tells each item of an order, by its id."""
    return {item.id: digest_of(item) for item in items_of(order)}


def _all(holder: Mapping[str, Any]) -> Iterator[tuple[Json, tuple[str, ...]]]:
    for item in holder.get(NESTED) or ():
        yield item, tuple(str(inner.get("id")) for inner in item.get(NESTED) or ())
        yield from _all(item)


def _related(item: Json, kinds: frozenset[str] | set[str]) -> list[str]:
    found = item.get(_RELATED) or ()
    return [str(one.get("id")) for one in found if one.get("relationshipType") in kinds]


def characteristics_of(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The values of a list of characteristics, by name."""
    found = holder.get(name) or ()
    return {one["name"]: one.get("value") for one in found if isinstance(one.get("name"), str)}


def parties_of(holder: Mapping[str, Any]) -> frozenset[str]:
    """The ids of the parties that an order or a product names."""
    return frozenset(id for id, _ in _parties(holder))


def customers_of(order: Mapping[str, Any]) -> list[str]:
    """The ids of the parties of an order that may be customers, in their order: what is said to be
    a person or a company is none, though a customer should have its id.
    """
    return [id for id, kind in _parties(order) if kind not in _NO_CUSTOMERS]


def _parties(holder: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The id and the class of each party that is named."""
    for one in holder.get("relatedParty") or ():
        who = one.get("partyOrPartyRole") or {}
        if who.get("id"):
            yield str(who["id"]), who.get("@referredType")
