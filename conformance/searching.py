"""Searches whose outcome is known: what to ask a cohort for, and which records must be found."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

from conformance.client import Answer
from conformance.cohort import Cohort
from conformance.instants import microseconds
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]

#: Each ordering operator by its suffix: how it is spelt as a symbol, and what it means.
ORDERING: dict[str, tuple[tuple[str, str], Callable[[Any, Any], bool]]] = {
    "gt": (("%3E", ">"), lambda one, other: one > other),
    "gte": (("%3E%3D", ">="), lambda one, other: one >= other),
    "lt": (("%3C", "<"), lambda one, other: one < other),
    "lte": (("%3C%3D", "<="), lambda one, other: one <= other),
}

#: Names that a path does not lead through: addresses, and what is read as an operator.
_NO_STEPS = frozenset({"href", "eq", "regex", *ORDERING})


async def differing(trial: Trial) -> tuple[Cohort, str]:
    """A cohort and an attribute by which its records differ, of whatever kind."""
    cohort = await trial.searchable()
    name = next((n for k, n in cohort.varied.items() if k is not Kind.BOOLEAN), None)
    applies(name and cohort.marker, "it has no two attributes that clients may set freely")
    return cohort, str(name)


async def narrowed(trial: Trial) -> tuple[Cohort, str]:
    """The same, where two conditions together are known to narrow (R-402)."""
    cohort, name = await differing(trial)
    wanted = cohort.records[0]
    answer = await trial.list(f"{cohort.query}&{name}={spelt(wanted[name])}")
    require(found_ids(answer) == {wanted["id"]}, "two conditions do not narrow a search")
    return cohort, name


async def distinct(trial: Trial) -> tuple[Cohort, str]:
    """A cohort and its text attribute whose values no other record holds."""
    cohort, name = await trial.varied(Kind.TEXT)
    record = cohort.records[0]
    answer = await trial.list(f"{name}={spelt(record[name])}")
    require(found_ids(answer) == {record["id"]}, f"the server does not select by {name}")
    return cohort, name


async def ordered(trial: Trial) -> tuple[Cohort, str, Any]:
    """A cohort, an attribute whose values have an order, and how to compare records by it."""
    cohort, _ = await narrowed(trial)
    for kind, key in ((Kind.NUMBER, _same), (Kind.INSTANT, microseconds), (Kind.TEXT, _same)):
        if name := cohort.varied.get(kind):
            require(all(r.get(name) is not None for r in cohort.records), f"{name} is not stored")
            return cohort, name, lambda r, name=name, key=key: key(r.get(name))
    applies(False, "no attribute of it has an order")
    raise AssertionError


def holding(cohort: Cohort, name: str, *values: Any) -> list[Json]:
    """The records of a cohort that hold one of some values."""
    return [r for r in cohort.records if r.get(name) in values]


def spelt(value: Any) -> str:
    """A value as a query spells it."""
    return quote(written(value), safe="")


def written(value: Any) -> str:
    """A value as a text, before a query encodes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def scalars(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The paths to what is inside a record, each with the first value that it leads to; without
    those that end like an operator.
    """
    if isinstance(value, list):
        for first in value[:1]:
            yield from scalars(first, path)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not name.startswith("@") and "." not in name and name not in _NO_STEPS:
                yield from scalars(inner, f"{path}.{name}" if path else name)
    elif value is not None:
        yield path, value


def listed_ids(answer: Answer) -> list[str]:
    """The ids of the records of an answer, in its order."""
    return [str(r.get("id")) for r in answer.entities]


def found_ids(answer: Answer) -> set[str]:
    """The ids of the records of an answer, whatever its order."""
    return set(listed_ids(answer))


def demand_found(
    answer: Answer, cohort: Cohort, wanted: Iterable[Json], by: str = "", *broken: str
) -> None:
    """Fail unless a search has found the wanted records of a cohort, and no others.

    `by` says in the report what was searched by; `broken` are the rules to blame.
    """
    expected = {str(r["id"]) for r in wanted}
    what = f"{len(expected)} of {len(cohort.records)} records {by}".strip()
    demand(answer.ok, what, answer, *broken)
    demand_ids(answer, expected, what, *broken)


def demand_ids(answer: Answer, wanted: set[str], what: str, *broken: str) -> None:
    """Fail unless an answer holds the records with the wanted ids, and no others."""
    got = found_ids(answer)
    missing, more = len(wanted - got), len(got - wanted)
    demand(got == wanted, what, f"{len(got)}: {missing} missing, {more} too many", *broken)


def _same(value: Any) -> Any:
    return value
