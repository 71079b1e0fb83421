"""Whether a record says what a client sent: what was sent must be there, more may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance.instants import microseconds


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a record says something else; `is_instant` when a moment has become another."""

    path: str
    sent: Any
    got: Any
    is_instant: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.got!r} in place of {self.sent!r}"


def differences(sent: Any, got: Any, path: str = "") -> Iterator[Difference]:
    """What of a sent value is missing or different; instants are equal however they are spelt.

    An `href` may be completed or rewritten by the server (R-706, D6).
    """
    if isinstance(sent, dict) and isinstance(got, dict):
        for name, inner in sent.items():
            if name != "href":
                yield from differences(inner, got.get(name), f"{path}/{name}")
    elif isinstance(sent, list) and isinstance(got, list) and len(sent) == len(got):
        for index, (one, other) in enumerate(zip(sent, got, strict=True)):
            yield from differences(one, other, f"{path}/{index}")
    elif not equal(sent, got):
        yield Difference(path, sent, got, microseconds(sent) is not None and got is not None)


def equal(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; booleans are no numbers, instants are moments."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if one == other:
        return True
    moment = microseconds(one)
    return moment is not None and moment == microseconds(other)


def unlike(sent: Any, got: Any) -> str:
    """The first differences in words; empty when there is none."""
    found = [str(difference) for difference in differences(sent, got)]
    return "; ".join(found[:3])
