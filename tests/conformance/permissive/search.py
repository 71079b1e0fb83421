"""Which entities a query asks for, in which order, and what of them."""

import operator
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cmp_to_key
from typing import Any
from urllib.parse import unquote_plus

Json = dict[str, Any]

_CONTROLS = {"fields", "offset", "limit", "sort", "filter"}
_CONDITION = re.compile(r"(?P<name>.+?)(?P<sign>==|=~|\*=|>=|<=|=|>|<)(?P<value>.*)", re.DOTALL)
_SUFFIX = re.compile(r"(?P<name>.+)\.(?P<sign>eq|gte|gt|lte|lt|regex)$")
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "==": operator.eq, "eq": operator.eq,
    ">": operator.gt, "gt": operator.gt, ">=": operator.ge, "gte": operator.ge,
    "<": operator.lt, "lt": operator.lt, "<=": operator.le, "lte": operator.le,
}  # fmt: skip
_PATTERNS = {"=~", "*=", "regex"}


class BadQuery(Exception):
    """A query that cannot be understood."""


def controls(query: str) -> dict[str, str]:
    """The parameters that name no attribute."""
    pairs = (part.partition("=") for part in query.split("&"))
    return {name: unquote_plus(value) for name, _, value in pairs if name in _CONTROLS}


def matching(entities: Iterable[Json], query: str) -> list[Json]:
    """The entities for which the conditions of a query hold: `;` is or, `&` is and."""
    branches = []
    for branch in query.split(";"):
        parts = [p for p in branch.split("&") if p and p.partition("=")[0] not in _CONTROLS]
        branches.append(_together(parts))
    return [e for e in entities if any(all(c(e) for c in branch) for branch in branches)]


def _together(parts: list[str]) -> list[Callable[[Json], bool]]:
    """The conditions of a branch; equal names with equality are alternatives."""
    equal: dict[str, list[str]] = {}
    others: list[Callable[[Json], bool]] = []
    for part in parts:
        name, sign, value = _condition(part)
        if sign in ("=", "==", "eq"):
            equal.setdefault(name, []).extend(unquote_plus(v) for v in value.split(","))
        elif sign in _PATTERNS:
            others.append(_matches(name, unquote_plus(value)))
        else:
            others.append(_compares(name, _SIGNS[sign], unquote_plus(value)))
    return [*others, *(_equals(name, values) for name, values in equal.items())]


def _condition(part: str) -> tuple[str, str, str]:
    """Name, sign and raw value; the sign may be encoded, and be a suffix of the name."""
    plain = re.sub(r"(?i)%(3c|3d|3e|40)", lambda m: chr(int(m[1], 16)), part)
    found = _CONDITION.fullmatch(plain)
    if found is None:
        raise BadQuery(f"{part} is no condition")
    name, sign, value = unquote_plus(found["name"]), found["sign"], found["value"]
    if suffixed := _SUFFIX.fullmatch(name):
        return suffixed["name"], suffixed["sign"], value
    return name, sign, value


def _equals(name: str, values: list[str]) -> Callable[[Json], bool]:
    return lambda entity: any(
        _alike(found, value) for found in _at(entity, name) for value in values
    )


def _matches(name: str, pattern: str) -> Callable[[Json], bool]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise BadQuery(f"{pattern}: {error}") from error
    return lambda entity: any(
        isinstance(found, str) and compiled.search(found) for found in _at(entity, name)
    )


def _compares(name: str, sign: Callable[[Any, Any], bool], value: str) -> Callable[[Json], bool]:
    def holds(entity: Json) -> bool:
        for found in _at(entity, name):
            left, right = _comparable(found), _comparable(value)
            if isinstance(found, int | float) and isinstance(right, str):
                raise BadQuery(f"{value} is no number")
            if type(left) is type(right) and sign(left, right):
                return True
        return False

    return holds


def _alike(found: Any, value: str) -> bool:
    value = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    if isinstance(found, bool):
        return value == str(found).lower()
    if isinstance(found, str):
        moment = _comparable(found)
        return found == value or (isinstance(moment, datetime) and moment == _comparable(value))
    return isinstance(found, int | float) and found == _comparable(value)


def _comparable(value: Any) -> Any:
    """A number or a moment if it can be read as one, else as it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = str(value)
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if re.match(r"\d{4}-\d\d-\d\d", text):
        try:
            moment = datetime.fromisoformat(text.replace(" ", "+"))
        except ValueError:
            return text
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return text


def _at(value: Any, name: str) -> list[Any]:
    """The values at a dotted name, through lists; the name may itself have dots in it."""
    if isinstance(value, list):
        return [found for element in value for found in _at(element, name)]
    if not isinstance(value, dict):
        return []
    head, _, rest = name.partition(".")
    if not rest:
        found = value.get(head)
        return found if isinstance(found, list) else [] if found is None else [found]
    return _at(value.get(head), rest)


def sorted_by(entities: list[Json], keys: str) -> list[Json]:
    """In the order of the keys; what has no value comes last both ways."""
    for key in reversed([k.strip() for k in keys.split(",") if k.strip()]):
        name = key.lstrip("+- ")
        with_value = [e for e in entities if _at(e, name)]
        without = [e for e in entities if not _at(e, name)]
        ordering = cmp_to_key(lambda a, b: (a > b) - (a < b) if type(a) is type(b) else 0)
        with_value.sort(
            key=lambda e, n=name: ordering(_comparable(_at(e, n)[0])),  # type: ignore[misc]
            reverse=key.startswith("-"),
        )
        entities = with_value + without
    return entities


def narrowed(entity: Json, fields: str) -> Json:
    """What `fields` leaves of an entity."""
    names = {name.strip().partition(".")[0] for name in fields.split(",")}
    return {k: v for k, v in entity.items() if k in names | {"id", "href", "@type"}}
