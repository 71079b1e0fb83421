"""Which alarms a pattern means: those that equal it in all its attributes (R-642-06). Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.events import same
from tmf_apis.tmf630.instants import microseconds
from tmf_apis.tmf630.paths import compare_literal, resolve
from tmf_apis.tmf630.query import All, Operator, Predicate

Json = dict[str, Any]

#: What says how an alarm is named, not what it is like.
_META = frozenset({"@type", "@baseType", "@referredType", "@schemaLocation", "href"})


def compared(pattern: Json) -> Json:
    """The attributes of a pattern that count; a pattern without any means no alarm."""
    wanted = {name: value for name, value in pattern.items() if name not in _META}
    if isinstance(wanted.get("id"), int):
        # One version of the file types the id as a number.
        wanted["id"] = str(wanted["id"])
    return wanted


def candidates(pattern: Json, root: Attribute) -> Predicate:
    """What a store can tell of the alarms a pattern means: its scalars, nested ones too."""
    return All(tuple(_scalars(compared(pattern), root, ())))


def means(pattern: Json, alarm: Json) -> bool:
    """Whether an alarm equals a pattern in all attributes of it, and there is one."""
    wanted = compared(pattern)
    return bool(wanted) and _equals(wanted, alarm)


def _scalars(
    value: Mapping[str, Any], root: Attribute, above: tuple[str, ...]
) -> Iterable[Predicate]:
    for name, inner in value.items():
        names = (*above, name)
        if isinstance(inner, dict):
            yield from _scalars(compared(inner), root, names)
        elif isinstance(inner, str | int | float):
            path, attribute = resolve(names, root)
            yield compare_literal(path, Operator.EQ, inner, attribute)


def _equals(wanted: Any, there: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(
            name in there and _equals(value, there[name])
            for name, value in compared(wanted).items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(there, list)
            and len(wanted) == len(there)
            and all(map(_equals, wanted, there))
        )
    return same(wanted, there) or _is_one_instant(wanted, there)


def _is_one_instant(one: Any, other: Any) -> bool:
    """Whether two texts name the same moment in different spellings (D12)."""
    if not isinstance(one, str) or not isinstance(other, str):
        return False
    at = microseconds(one)
    return at is not None and at == microseconds(other)
