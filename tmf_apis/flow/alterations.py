"""What alters a price: discounts and surcharges of the catalogue and of an order item. Pure.

An alteration is a `PriceAlteration` as TMF622 has it. It takes a percentage or an amount off,
whichever sign that is written with; one whose `priceType` is `surcharge` adds it. Those with a
lower `priority` go first (none is 0), each on what the ones before left, and in the first
`applicationDuration` periods only, where that is given. No price falls below nothing by it.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from tmf_apis.behaviour.money import amount_of, decimal_of

Json = dict[str, Any]

#: How a price of the catalogue says that it alters another one.
ALTERS = frozenset({"discounts", "alters", "surcharges"})
_SURCHARGE = "surcharge"
_HUNDRED = Decimal(100)


class UnknownAlteration(ValueError):
    """An alteration that says nothing, or of what is not there; the text says why."""


def altered(amount: Decimal, price: Mapping[str, Any], period: int) -> Decimal:
    """The amount of a price in one of its periods (0 is the first), not rounded."""
    left = amount
    for alteration in _counting(price, period):
        size = _size(alteration, price, left)
        left += size if _adds(alteration) else -size
    return max(left, Decimal(0)) if amount >= 0 else left


def names(price: Mapping[str, Any], period: int) -> list[str]:
    """The names of the alterations that count in a period."""
    return [str(one["name"]) for one in _counting(price, period) if one.get("name")]


def of_catalogue(prices: Iterable[Json]) -> tuple[list[Json], dict[str, list[Json]]]:
    """Of the prices that an offering lists those that are charged, and the alterations by the id of
    the price they alter: a price that says of itself that it alters another one of them.
    """
    listed = {price["id"]: price for price in prices}
    found: dict[str, list[Json]] = {}
    own = []
    for price in listed.values():
        about = [one for one in price.get("popRelationship") or () if _alters(one, listed)]
        for one in about:
            found.setdefault(one["id"], []).append(_of_price(price, one["relationshipType"]))
        if not about:
            own.append(price)
    return own, found


def of_item(item: Json, prices: Iterable[Json]) -> dict[str, list[Json]]:
    """The alterations that an order item gives, by the id of the price of the catalogue: of the one
    that its `itemPrice` names, else of those with the same `priceType`.

    Raises `UnknownAlteration` where there is no such price.
    """
    listed = list(prices)
    found: dict[str, list[Json]] = {}
    for given in item.get("itemPrice") or ():
        alterations = given.get("priceAlteration") or ()
        meant = [price["id"] for price in listed if _is_meant(given, price)]
        if alterations and not meant:
            raise UnknownAlteration(f"{_name(given)}: the offering has no such price to be altered")
        for id in meant:
            found.setdefault(id, []).extend(alterations)
    return found


def in_order(alterations: Iterable[Json], price: Mapping[str, Any]) -> list[Json]:
    """Alterations of a price, the one that goes first first.

    Raises `UnknownAlteration` for one that gives neither a percentage nor an amount of money in the
    currency of the price.
    """
    known = sorted(alterations, key=lambda one: one.get("priority") or 0)
    for one in known:
        _size(one, price, Decimal(0))
    return known


def _counting(price: Mapping[str, Any], period: int) -> Iterator[Json]:
    """The alterations of a price that count in a period."""
    for alteration in price.get("alterations") or ():
        duration = alteration.get("applicationDuration")
        if duration is None or period < duration:
            yield alteration


def _size(alteration: Json, price: Mapping[str, Any], left: Decimal) -> Decimal:
    """What an alteration takes off an amount, or adds to it. Raises `UnknownAlteration`."""
    given = alteration.get("price") or {}
    percentage = decimal_of(given.get("percentage"))
    if percentage:
        return abs(left * percentage / _HUNDRED)
    whole = amount_of(given.get("dutyFreeAmount"))
    taxed = amount_of(given.get("taxIncludedAmount")) if whole is None else None
    amount = whole or taxed
    if amount is None:
        raise UnknownAlteration(f"{_name(alteration)}: it has neither a percentage nor an amount")
    if amount[1] != (price.get("amount") or {}).get("unit"):
        raise UnknownAlteration(f"{_name(alteration)}: its currency is not that of the price")
    return abs(amount[0] if taxed is None else amount[0] / (1 + _taxes(price) / _HUNDRED))


def _taxes(price: Mapping[str, Any]) -> Decimal:
    rates = (decimal_of(tax.get("rate")) for tax in price.get("tax") or ())
    return sum((rate for rate in rates if rate is not None), Decimal(0))


def _adds(alteration: Json) -> bool:
    return str(alteration.get("priceType") or "").casefold() == _SURCHARGE


def _alters(relation: Json, listed: Mapping[str, Json]) -> bool:
    return relation.get("relationshipType") in ALTERS and relation.get("id") in listed


def _of_price(price: Json, kind: str) -> Json:
    given = price.get("price")
    return {
        "@type": "PriceAlteration",
        "name": price.get("name"),
        "priceType": _SURCHARGE if kind == "surcharges" else "discount",
        "price": {
            "@type": "Price",
            **({"percentage": price["percentage"]} if price.get("percentage") else {}),
            **({"dutyFreeAmount": given} if given else {}),
        },
    }


def _is_meant(given: Json, price: Json) -> bool:
    named = (given.get("productOfferingPrice") or {}).get("id")
    if named:
        return bool(named == price["id"])
    kind = str(given.get("priceType") or "").casefold()
    return kind == str(price.get("priceType") or "").casefold()


def _name(given: Json) -> str:
    return str(given.get("name") or "a price alteration")
