"""Every record that a success shows fits its schema, after whichever verb (S-001, R-709)."""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from conformance import shapes
from conformance.invariants.seen import Fault, Json, Seen
from tmf_apis.spec.model import ResourceSpec

#: So many records of a list are looked at, from both ends.
MOST = 8
#: Whose duty an attribute of the record itself is that no client has to send.
SERVER = "(the server)"
_MISSING = re.compile(r'^"([^"]+)" is a required property')


def concerns(seen: Seen) -> bool:
    """Whether an answer shows records."""
    return seen.place.spec is not None and next(seen.records, None) is not None


def faults(seen: Seen) -> Iterator[Fault]:
    """Where records do not fit; of selected attributes none is required (R-301)."""
    assert seen.place.spec is not None
    schema, whole = seen.place.spec.schema, seen.parameter("fields") is None
    found = list(seen.records)
    for record in found if len(found) <= MOST else [*found[: MOST // 2], *found[-MOST // 2 :]]:
        for fault in seen.shapes.faults(schema, record):
            # Of alternatives nobody can say which was meant; the checks of shapes judge those.
            if fault.choice or (fault.rule == "R-709" and not whole):
                continue
            yield _told(seen.place.spec, record, fault)


def _told(spec: ResourceSpec, record: Json, fault: shapes.Fault) -> Fault:
    expected, path = f"a record that fits {spec.schema}", fault.path.split("/")[1:]
    name = next((part for part in reversed(path) if not part.isdecimal()), "")
    missing = _MISSING.search(fault.says)
    if missing:
        owner = name or ("" if missing[1] in spec.mandatory else SERVER)
        return Fault(fault.rule, expected, str(fault), lack=(owner, missing[1]))
    value = (name, spelt(_at(record, path)))
    return Fault(fault.rule, expected, str(fault), value=value)


def spelt(value: Any) -> str:
    """A value in one spelling."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        return repr(value)


def _at(value: Any, path: list[str]) -> Any:
    for part in path:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
