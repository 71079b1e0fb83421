"""What the tables of `specs/faces` say, as plain values. Imports nothing of ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: The two sides of a record: the version that is older, and the one that is newer.
OLDER, NEWER = 0, 1


@dataclass(frozen=True, slots=True)
class Values:
    """Words of one version that are others in the other (section 4).

    `words` gives, by side, what a word of the other side is there; `only` the closed list of a
    side. Loose: compared without case, blanks, hyphens and underscores.
    """

    words: tuple[Mapping[str, str], Mapping[str, str]]
    only: tuple[tuple[str, ...], tuple[str, ...]]
    loose: bool = False


@dataclass(frozen=True, slots=True)
class RowEntry:
    """A row: attributes of both sides that cross together, as the table writes it."""

    sides: tuple[tuple[str, ...], tuple[str, ...]]
    values: str | None = None
    #: The side that has a list where the other has one value, and which element that is.
    listed: int | None = None
    last: bool = False
    #: The attribute of the element that the one value is, where it is no object.
    text: str | None = None
    computed: str | None = None
    #: The side that has the attributes `holds`, or all but `without`, in an object `name`.
    inside: int | None = None
    name: str = ""
    holds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    #: One element of the list stands apart on the older side: its name there, and by what
    #: attribute of the newer side it is found.
    apart: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ClassEntry:
    """A pair of classes: its rows, what stands in for what a side demands, and how its class is
    found: `characteristic`, `medium`, `always` or `data`.
    """

    classes: tuple[str, str]
    rule: str = ""
    rows: tuple[RowEntry, ...] = ()
    demands: tuple[Mapping[str, Any], Mapping[str, Any]] = field(default_factory=lambda: ({}, {}))
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Medium:
    """A class of contact media: the word for it, words that mean it, attributes that betray it."""

    written: str
    read: frozenset[str]
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parties:
    """Classes of references to parties, by what `@referredType` says."""

    choices: frozenset[str]
    party: str
    role: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """All that is said of one API."""

    api: str
    #: The major versions of the two sides, as paths spell them.
    versions: tuple[str, str]
    #: The resources that both have: older name to newer name.
    resources: Mapping[str, str]
    values: Mapping[str, Values]
    #: Value class and reference class, by choice of the newer side.
    choices: Mapping[str, tuple[str, str]]
    parties: Parties
    media: Mapping[str, Medium]
    classes: Mapping[tuple[str, str], ClassEntry]


def loosely(text: str) -> str:
    """A word without case, blanks, hyphens and underscores."""
    return text.lower().replace(" ", "").replace("-", "").replace("_", "")
