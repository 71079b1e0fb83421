"""Why a value is none of the alternatives that a schema offers, in words.

A validator says that nothing fits. What helps is which alternative came nearest, and what keeps the
value from being that one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import jsonschema_rs

from tmf_apis.spec.attributes import referred

Json = dict[str, Any]
Error = jsonschema_rs.ValidationError

#: The kinds of errors that are about a choice.
CHOICES = frozenset({"anyOf", "oneOf"})
#: So many alternatives are told, and so many faults of each.
TOLD, FAULTS = 3, 3


def in_words(error: Error, document: Mapping[str, Any]) -> str:
    """What keeps a value from being each of the alternatives, the nearest first.

    `document` is the schema that was judged by: it knows what the alternatives are called.
    """
    names = [_name(option, place) for place, option in enumerate(_alternatives(error, document))]
    faults: list[list[Error]] = error.kind.as_dict()["context"]
    fitting = [name for name, found in zip(names, faults, strict=False) if not found]
    if fitting:
        return f"fits {_joined(fitting)} at once, where it has to be one of them"
    nearest = sorted(zip(names, faults, strict=False), key=lambda pair: _distance(pair[1]))
    told = [f"as {name} it {_said(found, error)}" for name, found in nearest[:TOLD]]
    more = len(nearest) - TOLD
    rest = [f"and {more} more alternatives do not fit"] if more > 0 else []
    return f"fits none of {_joined(names, ' or ')}: {'; '.join([*told, *rest])}"


def _alternatives(error: Error, document: Mapping[str, Any]) -> Sequence[Any]:
    """The alternatives as the schema has them."""
    found: Any = document
    for step in error.schema_path:
        found = found[step]
    return list(found)


def _name(option: Any, place: int) -> str:
    """What an alternative is called: its schema, else what kind of value it is."""
    if name := referred(option):
        return name
    kind = option.get("type") if isinstance(option, dict) else None
    return kind if isinstance(kind, str) else f"alternative {place + 1}"


def _distance(faults: Sequence[Error]) -> tuple[bool, int]:
    """How far a value is from an alternative: another class is farther than what is missing."""
    other = any(
        f.kind.name in ("const", "enum") and list(f.instance_path)[-1:] == ["@type"] for f in faults
    )
    return other or any(f.kind.name == "type" for f in faults), len(faults)


def _said(faults: Sequence[Error], whole: Error) -> str:
    """The faults of one alternative, as what `it` does."""
    start = len(list(whole.instance_path))
    lacking = [f for f in faults if f.kind.name == "required"]
    said = [f"lacks {_joined(_missing(f, start) for f in lacking)}"] if lacking else []
    said += [_fault(f, start) for f in faults if f.kind.name != "required"]
    shown, more = said[:FAULTS], len(said) - FAULTS
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _missing(error: Error, start: int) -> str:
    return "/".join(filter(None, (_where(error, start), error.kind.as_dict()["property"])))


def _fault(error: Error, start: int) -> str:
    where = _where(error, start)
    at = f" at {where}" if where else ""
    if error.kind.name == "type":
        return f"is no {_joined(error.kind.as_dict()['types'], ' or ')}{at}"
    if error.kind.name in CHOICES:
        return f"fits no alternative{at}"
    return f"is wrong{at} ({str(error.message).splitlines()[0][:80]})"


def _where(error: Error, start: int) -> str:
    return "/".join(str(step) for step in list(error.instance_path)[start:])


def _joined(names: Iterable[object], last: str = " and ") -> str:
    *first, end = [str(name) for name in names]
    return f"{', '.join(first)}{last}{end}" if first else end
