"""The computed rules that tables name (section 5): parts of a face in, parts of the other out.

Each takes what its attributes are now, what they were, and what the other side had for that;
on a create the latter two are empty.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tmf_apis.faces.plan import Json
from tmf_apis.faces.sameness import same

Rule = Callable[[Json, Json, Json], Json]


# V-44: the price of an offering by value. v5 prices are without tax, which is listed apart.


def _price_up(new: Json, old: Json, other: Json) -> Json:
    now, before, made = _object(new.get("price")), _object(old.get("price")), dict(other)
    _carry(now, before, made, {"dutyFreeAmount": "price", "percentage": "percentage"})
    told = ("taxRate", "taxCategory", "taxIncludedAmount", "dutyFreeAmount")
    if all(same(now.get(name), before.get(name)) for name in told):
        return made
    taxes = list(made.pop("tax", ()))
    first = _object(taxes[0]) if taxes else {}
    first = {"@type": "TaxItem", **first}
    _carry(now, before, first, {"taxRate": "taxRate", "taxCategory": "taxCategory"})
    if any(not same(now.get(name), before.get(name)) for name in told[2:]):
        first.pop("taxAmount", None)
        amount = _sum(
            now.get("taxIncludedAmount"), [now.get("dutyFreeAmount"), *map(_tax, taxes[1:])]
        )
        if amount is not None:
            first["taxAmount"] = amount
    if first.keys() > {"@type"}:
        made["tax"] = [first, *taxes[1:]]
    elif taxes[1:]:
        made["tax"] = taxes[1:]
    return made


def _price_down(new: Json, old: Json, other: Json) -> Json:
    price = dict(_object(other.get("price")))
    _carry(new, old, price, {"price": "dutyFreeAmount", "percentage": "percentage"})
    first, before = _first(new.get("tax")), _first(old.get("tax"))
    _carry(first, before, price, {"taxRate": "taxRate", "taxCategory": "taxCategory"})
    if not same([new.get("price"), new.get("tax")], [old.get("price"), old.get("tax")]):
        total = _with_taxes(new)
        if total is not None:
            price["taxIncludedAmount"] = total
        elif _with_taxes(old) is not None:
            price.pop("taxIncludedAmount", None)
    return {"price": price} if price else {}


def _with_taxes(price: Json) -> Json | None:
    """A price and all taxes in its unit; None where there is none."""
    amounts = [_tax(item) for item in price.get("tax") or ()]
    free = price.get("price")
    unit = _object(free).get("unit")
    amounts = [amount for amount in amounts if _object(amount).get("unit") == unit]
    return _sum(free, amounts, sign=1) if amounts else None


def _tax(item: Any) -> Any:
    return _object(item).get("taxAmount")


def _sum(money: Any, others: Sequence[Any], sign: int = -1) -> Json | None:
    """Money with others of its unit added or taken away; None where that cannot be."""
    amounts = [
        _object(money),
        *(_object(other) for other in others if other is not None or sign < 0),
    ]
    present = [amount for amount in amounts if amount]
    numbers = [amount.get("value") for amount in present]
    units = {str(amount.get("unit")) for amount in present}
    needed = amounts[:2] if sign < 0 else amounts
    if len(units) != 1 or not all(needed) or any(n.__class__ not in (int, float) for n in numbers):
        return None
    first, *rest = (Decimal(str(number)) for number in numbers)
    total = first + sign * sum(rest, Decimal())
    whole = all(number.__class__ is int for number in numbers)
    return {**present[0], "value": int(total) if whole else float(total)}


def _carry(now: Json, before: Json, made: Json, names: Mapping[str, str]) -> None:
    """Set under their other names what changed, and leave alone what did not."""
    for name, target in names.items():
        if name in now and not (name in before and same(now[name], before[name])):
            made[target] = now[name]
        elif name in before and name not in now:
            made.pop(target, None)


def _first(values: Any) -> Json:
    return _object(values[0]) if isinstance(values, list) and values else {}


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


# V-43: one status of v4 is five of v5; the first that holds is shown.

_STATUSES: tuple[tuple[str, str, Callable[[Any], bool], Any], ...] = (
    ("unknown", "unknownStatus", lambda value: value is True, True),
    ("suspended", "controlStatus", lambda value: value == "suspended", "suspended"),
    ("alarm", "alarmStatus", bool, ["alarmOutstanding"]),
    (
        "standby",
        "standbyStatus",
        lambda value: value in ("hotStandby", "coldStandby"),
        "coldStandby",
    ),
    ("reserved", "allocationStatus", lambda value: value == "reserved", "reserved"),
    ("available", "allocationStatus", lambda value: value == "available", "available"),
)


def _shown(statuses: Json) -> str | None:
    for word, name, holds, _ in _STATUSES:
        if holds(statuses.get(name)):
            return word
    return None


def _status_up(new: Json, old: Json, other: Json) -> Json:
    wanted, shown, made = new.get("resourceStatus"), _shown(other), dict(other)
    if wanted == shown:
        return made
    named = [word for word, *_ in _STATUSES]
    until = named.index(wanted) if wanted in named else len(named)
    if wanted not in named:
        # What v4 takes away, or says in a word of its own, is no longer what v5 said with it.
        return {
            n: v for n, v in made.items() if n not in {s[1] for s in _STATUSES if s[0] == shown}
        }
    for _, name, holds, _ in _STATUSES[:until]:
        if holds(made.get(name)):
            del made[name]
    _, name, _, value = _STATUSES[until]
    made[name] = value
    return made


def _status_down(new: Json, old: Json, other: Json) -> Json:
    now = _shown(new)
    if now == _shown(old):
        return dict(other)
    return {} if now is None else {"resourceStatus": now}


# V-20: the name of a party that stands by value.


def _party_name_up(new: Json, old: Json, other: Json) -> Json:
    made = {name: value for name, value in other.items() if name != "name"}
    return {**made, "name": new["name"]} if "name" in new else made


def _party_name_down(new: Json, old: Json, other: Json) -> Json:
    if "name" in new:
        return {"name": new["name"]}
    said = [new[part] for part in ("givenName", "familyName") if isinstance(new.get(part), str)]
    name = " ".join(part for part in said if part.strip())
    return {"name": name} if name else {}


#: By name: towards the older side, and towards the newer one.
RULES: Mapping[str, tuple[Rule, Rule]] = {
    "priceValue": (_price_down, _price_up),
    "resourceStatus": (_status_down, _status_up),
    "partyName": (_party_name_down, _party_name_up),
}
