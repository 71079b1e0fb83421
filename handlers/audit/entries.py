"""The collection of the entries: a chain, whose columns are what auditors ask by."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from persistence.store import Collection, Column, Event
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Path, Shape, SortKey, Step

Json = dict[str, Any]

#: What is asked by most, and what is compared without an index.
_INDEXED = ("kind", "subject", "client", "resourceId", "traceId")
_TEXTS = ("operation", "issuer", "address", "method", "path", "code", "resourcePath")
_NUMBERS = ("number", "status", "count")


def path_of(name: str) -> Path:
    """The path of an attribute of an entry."""
    return (Step(name, Shape.ONE),)


def equal(name: str, value: str) -> Comparison:
    """The entries whose attribute is a text."""
    return Comparison(path_of(name), Operator.EQ, (value,), Kind.TEXT)


def _columns() -> Iterator[Column]:
    yield Column(path_of("time"), Kind.INSTANT, True)
    yield from (Column(path_of(name), Kind.TEXT, True) for name in _INDEXED)
    yield from (Column(path_of(name), Kind.TEXT, False) for name in _TEXTS)
    yield from (Column(path_of(name), Kind.NUMBER, False) for name in _NUMBERS)


ENTRIES = Collection(
    "/audit/v1/entry",
    columns=tuple(_columns()),
    chained=True,
    unsearched=frozenset({"change"}),
)


#: The order of entries in which the last one comes first.
NEWEST_FIRST = (SortKey(path_of("number"), descending=True, kind=Kind.NUMBER),)


def now() -> str:
    """This moment, to the microsecond: changes of one resource follow each other soon."""
    return datetime.now(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def entry(kind: str, said: Json) -> bytes:
    """An entry of this moment, without what is empty."""
    told = {"time": now(), "kind": kind, **said}
    return orjson.dumps({name: value for name, value in told.items() if value not in ("", None)})


def with_change(body: bytes) -> Event:
    """An entry that goes with a change."""
    return Event("", body, ENTRIES.name)
