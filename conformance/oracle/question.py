"""A question to a list: which records, in which order, which part of them, how much of each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from tmf_apis.spec.types import Kind

#: How an operator is spelt as a symbol, encoded.
SYMBOLS = {"eq": "%3D%3D", "gt": "%3E", "gte": "%3E%3D", "lt": "%3C", "lte": "%3C%3D",
           "regex": "%3D~"}  # fmt: skip
PLAIN, SUFFIX, SYMBOL, QUOTED, REPEATED = "plain", "suffix", "symbol", "quoted", "repeated"


@dataclass(frozen=True, slots=True)
class Condition:
    """An attribute, an operator, and values of which one is enough; spelt in one of five ways."""

    path: str
    kind: Kind
    operator: str
    values: tuple[str, ...]
    spelling: str = PLAIN

    def written(self) -> str:
        """As a part of a query."""
        name, values = quote(self.path, safe="@."), [quote(v, safe="") for v in self.values]
        match self.spelling:
            case "symbol":
                return f"{name}{SYMBOLS[self.operator]}{values[0]}"
            case "suffix":
                return f"{name}.{self.operator}={','.join(values)}"
            case "quoted":
                return f"{name}=%22{values[0]}%22"
            case "repeated":
                return "&".join(f"{name}={value}" for value in values)
        return f"{name}={','.join(values)}"


@dataclass(frozen=True, slots=True)
class Term:
    """A comparison of JSONPath; `operator` may be `exists`."""

    path: str
    kind: Kind
    operator: str
    value: object = None
    negated: bool = False

    def written(self) -> str:
        """As a part of a predicate."""
        said = f"@.{self.path}"
        if self.operator != "exists":
            said += f"{self.operator}{literal(self.value)}"
        return f"!({said})" if self.negated else said


@dataclass(frozen=True, slots=True)
class Question:
    """`alternatives` are joined by `;`, the conditions of each by `&`, every one with `base`.

    `terms` likewise, by `||` and `&&`, in one JSONPath; `within` is the list whose elements they
    are about.
    """

    base: Condition | None
    alternatives: tuple[tuple[Condition, ...], ...] = ((),)
    terms: tuple[tuple[Term, ...], ...] = ()
    within: str = ""
    sort: tuple[tuple[str, bool], ...] = ()
    offset: int | None = None
    limit: int | None = None
    fields: tuple[str, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All its conditions."""
        return tuple(c for found in self.alternatives for c in found)

    @property
    def windowed(self) -> bool:
        """Whether it asks for a part."""
        return self.offset is not None or self.limit is not None

    def whole(self) -> "Question":
        """The same without a window."""
        return replace(self, offset=None, limit=None)

    def query(self) -> str:
        """The query as it is sent."""
        first = [self.base.written()] if self.base else []
        found = ";".join("&".join([*first, *(c.written() for c in a)]) for a in self.alternatives)
        return "&".join(part for part in (found, *self._controls()) if part)

    def _controls(self) -> Iterator[str]:
        if self.terms:
            yield f"filter={quote(self.path(), safe='')}"
        if self.sort:
            keys = (f"-{path}" if descending else path for path, descending in self.sort)
            yield f"sort={','.join(keys)}"
        if self.offset is not None:
            yield f"offset={self.offset}"
        if self.limit is not None:
            yield f"limit={self.limit}"
        if self.fields:
            yield f"fields={','.join(self.fields)}"

    def path(self) -> str:
        """Its JSONPath."""
        joined = [" && ".join(t.written() for t in found) for found in self.terms]
        said = " || ".join(f"({part})" if len(joined) > 1 else part for part in joined)
        return f"$[?(@.{self.within}[?({said})])]" if self.within else f"$[?({said})]"


def literal(value: object) -> str:
    """A value as JSONPath writes it; texts with both quotes or a backslash have no such form."""
    if isinstance(value, str):
        return f'"{value}"' if "'" in value else f"'{value}'"
    return spelt(value)


def spelt(value: object) -> str:
    """A value as a query spells it, numbers without an exponent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.20f}".rstrip("0").rstrip(".") if abs(value) < 1 else repr(value)
    return str(value)
