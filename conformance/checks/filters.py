"""Search by attributes in the query string (R-401 to R-419)."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from conformance.check import check
from conformance.client import Answer
from conformance.cohort import Cohort
from conformance.instants import microseconds
from conformance.outcomes import demand
from conformance.trial import Trial, applies, require
from tmf_apis.spec.types import Kind

#: How the ordering operators are spelt as suffixes and as symbols, and what they mean.
_ORDERING: dict[str, tuple[tuple[str, str], Callable[[Any, Any], bool]]] = {
    "gt": (("%3E", ">"), lambda one, other: one > other),
    "gte": (("%3E%3D", ">="), lambda one, other: one >= other),
    "lt": (("%3C", "<"), lambda one, other: one < other),
    "lte": (("%3C%3D", "<="), lambda one, other: one <= other),
}


@check(
    "R-401",
    title="?attribute=value finds the records that hold that value",
    needs=("list",),
    profiles=("mandatory",),
)
async def equal_values_are_found(trial: Trial) -> None:
    cohort = await trial.cohort()
    applies(cohort.marker, "it has no free text to find records by")
    _found(await trial.list(cohort.query), cohort, cohort.records)


@check("R-401", title="Comparison of texts is case-sensitive", needs=("list",))
async def case_matters(trial: Trial) -> None:
    cohort, name = await trial.varied(Kind.TEXT)
    value = str(cohort.records[0][name])
    answer = await trial.list(f"{name}={quote(value.swapcase())}")
    demand(not answer.entities, "no record", answer)


@check("R-401", title="A part of a value does not match", needs=("list",))
async def parts_do_not_match(trial: Trial) -> None:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text")
    name, _, value = cohort.query.partition("=")
    for part in (value[:-1], value[1:]):
        answer = await trial.list(f"{name}={part}")
        demand(not answer.entities, f"no record for {part}", answer)


@check(
    "R-401",
    title="A changed record is found by its new value, and no longer by its old one",
    needs=("create", "patch", "list", "retrieve"),
)
async def changes_are_found(trial: Trial) -> None:
    await trial.searchable()
    name, before, after = trial.patchable(Kind.TEXT), trial.fresh(), trial.fresh()
    record = await trial.make(**{name: before})
    require(_ids(await trial.list({name: before})) == {record["id"]}, f"no search by {name}")
    require((await trial.patch(record["id"], {name: after})).ok, "the patch was refused")
    seen = await trial.look(record["id"])
    require(seen.get(name) == after, "the patch was not carried out")
    found = await trial.list({name: after})
    demand(_ids(found) == {record["id"]}, "the record by its new value", found)
    found = await trial.list({name: before})
    demand(found.ok and not _ids(found), "no record by its old value", found)


@check("R-401", title="Letters of any alphabet are compared", needs=("create", "list"))
async def other_alphabets_are_found(trial: Trial) -> None:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text")
    name, text = str(cohort.marker), f"Zürich 東京 😀 {trial.fresh()}"
    record = await trial.make(**{name: text})
    found = await trial.list(f"{name}={_text(text)}")
    demand(_ids(found) == {record["id"]}, f"the record with {text!r}", found)


@check(
    "R-402", title="Conditions joined by & must all hold", needs=("list",), profiles=("mandatory",)
)
async def conditions_are_anded(trial: Trial) -> None:
    cohort, name = await _varied(trial)
    wanted = cohort.records[0][name]
    answer = await trial.list(f"{cohort.query}&{name}={_text(wanted)}")
    _found(answer, cohort, [r for r in cohort.records if r.get(name) == wanted])
    other = f"{cohort.marker}={trial.fresh()}&{name}={_text(wanted)}"
    demand(not (await trial.list(other)).entities, "no record", other)


@check("R-403", title="A list of values by comma matches any of them", needs=("list",))
async def commas_are_or(trial: Trial) -> None:
    cohort, name = await _narrowed(trial)
    one, other = cohort.records[0], cohort.records[1]
    query = f"{cohort.query}&{name}={_text(one[name])},{_text(other[name])}"
    _found(await trial.list(query), cohort, _holding(cohort, name, one[name], other[name]))


@check("R-403", title="The same name twice matches either value", needs=("list",))
async def repeated_names_are_or(trial: Trial) -> None:
    cohort, name = await _narrowed(trial)
    one, other = cohort.records[0][name], cohort.records[1][name]
    query = f"{cohort.query}&{name}={_text(one)}&{name}={_text(other)}"
    _found(await trial.list(query), cohort, _holding(cohort, name, one, other))


@check("R-404", title="Conditions joined by ; are alternatives", needs=("list",))
async def semicolons_are_or(trial: Trial) -> None:
    cohort, name = await _unique(trial)
    one, other = cohort.records[0][name], cohort.records[1][name]
    for query in (
        f"{name}={_text(one)};{name}={_text(other)}",
        f"{name}={_text(one)};{_text(other)}",
    ):
        _found(await trial.list(query), cohort, _holding(cohort, name, one, other))


@check("R-405", title="& binds tighter than ;", needs=("list",))
async def ands_bind_tighter(trial: Trial) -> None:
    cohort, name = await _unique(trial)
    one, other = cohort.records[0], cohort.records[1]
    require(await _ors(trial, cohort, name), "the server does not read ;")
    query = f"{name}={_text(one[name])};{name}={_text(other[name])}&{cohort.marker}={trial.fresh()}"
    _found(await trial.list(query), cohort, [one])


@check("R-406", title=".eq is equality", needs=("list",))
async def eq_is_equality(trial: Trial) -> None:
    cohort, name = await _narrowed(trial)
    value = cohort.records[0][name]
    answer = await trial.list(f"{cohort.query}&{name}.eq={_text(value)}")
    _found(answer, cohort, _holding(cohort, name, value))


@check("R-406", title=".gt, .gte, .lt and .lte compare", needs=("list",))
async def suffixes_compare(trial: Trial) -> None:
    cohort, name, key = await _ordered(trial)
    limit = sorted(cohort.records, key=key)[2]
    for suffix, (_, holds) in _ORDERING.items():
        answer = await trial.list(f"{cohort.query}&{name}.{suffix}={_text(limit[name])}")
        _found(answer, cohort, [r for r in cohort.records if holds(key(r), key(limit))], suffix)


@check("R-407", title="Operators may be spelt as symbols, encoded or not", needs=("list",))
async def symbols_compare(trial: Trial) -> None:
    cohort, name, key = await _ordered(trial)
    limit = sorted(cohort.records, key=key)[2]
    for spellings, holds in _ORDERING.values():
        for symbol in spellings:
            answer = await trial.list(f"{cohort.query}&{name}{symbol}{_text(limit[name])}")
            wanted = [r for r in cohort.records if holds(key(r), key(limit))]
            _found(answer, cohort, wanted, symbol)
    answer = await trial.list(f"{cohort.query}&{name}%3D%3D{_text(limit[name])}")
    _found(answer, cohort, [r for r in cohort.records if key(r) == key(limit)], "==")


@check("R-407", "R-418", title="*= and =~ find a pattern", needs=("list",))
async def symbols_find_patterns(trial: Trial) -> None:
    cohort, name = await _unique(trial)
    value = str(cohort.records[0][name])
    for symbol in ("*=", "%3D~", "=~"):
        answer = await trial.list(f"{name}{symbol}{quote('^' + value + '$')}")
        _found(answer, cohort, [cohort.records[0]], symbol)


@check(
    "R-406", "R-418", title=".regex finds a pattern anywhere unless it is anchored", needs=("list",)
)
async def patterns_are_found(trial: Trial) -> None:
    cohort, name = await _unique(trial)
    word, _, unique = str(cohort.records[0][name]).partition(" ")
    anywhere = await trial.list(f"{name}.regex={quote(word[1:] + '.' + unique)}")
    demand(anywhere.ok, "200", anywhere, "R-406")
    _found(anywhere, cohort, [cohort.records[0]], ".regex", "R-418")
    anchored = await trial.list(f"{name}.regex={quote('^' + word[1:] + '.' + unique)}")
    _found(anchored, cohort, [], "an anchored .regex", "R-418")
    swapped = await trial.list(f"{name}.regex={quote(word.swapcase() + '.' + unique)}")
    _found(swapped, cohort, [], "a .regex in other cases", "R-418")


@check("R-418", title="A pattern that cannot be read is refused with 400", needs=("list",))
async def broken_patterns_are_refused(trial: Trial) -> None:
    _, name = await _unique(trial)
    answer = await trial.list(f"{name}.regex={quote('kit(')}")
    demand(answer.status in (400, 422), "400", answer)


@check(
    "R-408",
    title="An unknown operator on an attribute is refused, or finds nothing",
    needs=("list",),
)
async def unknown_operators_are_refused(trial: Trial) -> None:
    cohort, name = await _unique(trial)
    answer = await trial.list(f"{cohort.query}&{name}.kitop=1")
    fine = answer.refused or answer.status == 501 or (answer.ok and not answer.entities)
    demand(fine, "400", answer)


@check(
    "R-409",
    title="Two operators on one attribute make a range, or by ; its outside",
    needs=("list",),
)
async def operators_make_a_range(trial: Trial) -> None:
    cohort, name, key = await _ordered(trial)
    low, high = (sorted(cohort.records, key=key)[i] for i in (1, 3))
    inside = f"{cohort.query}&{name}.gt={_text(low[name])}&{name}.lt={_text(high[name])}"
    _found(
        await trial.list(inside),
        cohort,
        [r for r in cohort.records if key(low) < key(r) < key(high)],
        "a range",
    )
    outside = (
        f"{cohort.query}&{name}.lt={_text(low[name])};{cohort.query}&{name}.gt={_text(high[name])}"
    )
    _found(
        await trial.list(outside),
        cohort,
        [r for r in cohort.records if key(r) < key(low) or key(r) > key(high)],
        "its outside",
    )


@check(
    "R-410",
    title="A dot leads to nested attributes; in a list any element will do",
    needs=("create", "list"),
)
async def nested_attributes_are_found(trial: Trial) -> None:
    nested = await _nested(trial)
    answer = await trial.list(f"{nested.path}.{nested.one}={nested.text}a")
    applies(not answer.refused and answer.status != 501, "search in sub-resources is not offered")
    demand(_ids(answer) == {nested.apart, nested.together}, "the two records that hold it", answer)
    nothing = await trial.list(f"{nested.path}.{nested.one}={trial.fresh()}")
    demand(nothing.ok and not nothing.entities, "no record", nothing)


@check(
    "R-411",
    title="Conditions on one list need not hold for the same element",
    needs=("create", "list"),
)
async def elements_are_not_tied(trial: Trial) -> None:
    nested = await _nested(trial)
    first = f"{nested.path}.{nested.one}={nested.text}a"
    alone = await trial.list(first)
    applies(
        _ids(alone) == {nested.apart, nested.together}, "search in sub-resources is not offered"
    )
    answer = await trial.list(f"{first}&{nested.path}.{nested.other}={nested.text}b")
    demand(_ids(answer) == {nested.apart, nested.together}, "both records", answer)


@check("R-412", title="@type can be searched by", needs=("list",))
async def type_is_found(trial: Trial) -> None:
    cohort = await trial.searchable()
    name = cohort.records[0].get("@type")
    applies(name, "the records have no @type")
    for spelling in ("@type", "%40type"):
        answer = await trial.list(f"{cohort.query}&{spelling}={name}")
        _found(answer, cohort, [r for r in cohort.records if r.get("@type") == name], spelling)
    answer = await trial.list(f"{cohort.query}&@type={trial.fresh()}")
    demand(answer.ok and not answer.entities, "no record of another @type", answer)


@check("R-413", title="Every first-level scalar can be searched by", needs=("list",))
async def every_attribute_is_found(trial: Trial) -> None:
    cohort = await trial.searchable()
    record = cohort.records[0]
    for name, value in record.items():
        if name in ("href", "@schemaLocation") or isinstance(value, dict | list) or value is None:
            continue
        answer = await trial.list(f"{cohort.query}&{name}.eq={_text(value)}")
        demand(record["id"] in _ids(answer), f"the record by its {name}", answer)


@check("R-414", title="Numbers are compared as numbers", needs=("list",))
async def numbers_are_numbers(trial: Trial) -> None:
    cohort, name = await trial.varied(Kind.NUMBER)
    answer = await trial.list(f"{cohort.query}&{name}.gt=9")
    wanted = [r for r in cohort.records if isinstance(r.get(name), int | float) and r[name] > 9]
    _found(answer, cohort, wanted, "> 9")
    answer = await trial.list(f"{cohort.query}&{name}=9.0")
    _found(answer, cohort, [r for r in cohort.records if r.get(name) == 9], "= 9.0")


@check("R-414", title="Moments are compared as moments, whatever their offset", needs=("list",))
async def moments_are_moments(trial: Trial) -> None:
    cohort, name = await trial.varied(Kind.INSTANT)
    answer = await trial.list(f"{cohort.query}&{name}={quote('2031-01-01T14:30:00+02:00')}")
    moment = microseconds("2031-01-01T12:30:00Z")
    wanted = [r for r in cohort.records if microseconds(r.get(name)) == moment]
    _found(answer, cohort, wanted, "at 14:30+02:00")
    # On the day of the first two, between them by the offset alone.
    limit = microseconds("2031-01-01T10:30:00Z") or 0
    for operator in ("gt", "lt"):
        query = f"{cohort.query}&{name}.{operator}={quote('2031-01-01T12:30:00+02:00')}"
        holds = _ORDERING[operator][1]
        wanted = [r for r in cohort.records if holds(microseconds(r.get(name)) or 0, limit)]
        _found(await trial.list(query), cohort, wanted, f"{operator} 12:30+02:00")
    answer = await trial.list(f"{cohort.query}&{name}.lt=2031-02-01")
    day = microseconds("2031-02-01T00:00:00Z") or 0
    _found(
        answer,
        cohort,
        [r for r in cohort.records if (microseconds(r.get(name)) or day) < day],
        "before a bare date",
    )


@check("R-414", title="Booleans are true and false", needs=("list",))
async def booleans_are_found(trial: Trial) -> None:
    cohort, name = await trial.varied(Kind.BOOLEAN)
    answer = await trial.list(f"{cohort.query}&{name}=true")
    _found(answer, cohort, [r for r in cohort.records if r.get(name) is True])


@check(
    "R-414",
    title="A value that does not fit: 400 for an ordering, no match for equality",
    needs=("list",),
)
async def unfit_values_are_told(trial: Trial) -> None:
    cohort = await trial.searchable()
    name = cohort.varied.get(Kind.NUMBER) or cohort.varied.get(Kind.INSTANT)
    applies(name, "it has neither numbers nor dates that clients set")
    ordering = await trial.list(f"{cohort.query}&{name}.gt=kit")
    demand(ordering.status in (400, 422), "400", ordering)
    equality = await trial.list(f"{cohort.query}&{name}=kit")
    demand(equality.refused or (equality.ok and not equality.entities), "no match", equality)


@check(
    "R-415", title="An encoded comma or semicolon is part of the value", needs=("create", "list")
)
async def encoded_separators_are_literal(trial: Trial) -> None:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text")
    for separator in (",", ";"):
        text = f"kit{separator}{trial.fresh()}"
        record = await trial.make(**{str(cohort.marker): text})
        answer = await trial.list(f"{cohort.marker}={quote(text, safe='')}")
        demand(_ids(answer) == {record["id"]}, f"the record with {text!r}", answer)


@check("R-415", title="Double quotes around a value are dropped", needs=("list",))
async def quotes_are_dropped(trial: Trial) -> None:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text")
    name, _, value = cohort.query.partition("=")
    _found(await trial.list(f"{name}=%22{value}%22"), cohort, cohort.records)


@check("R-415", title="A + in a date-time is a plus", needs=("list",))
async def plus_is_kept_in_moments(trial: Trial) -> None:
    cohort, name = await trial.varied(Kind.INSTANT)
    moment = microseconds("2031-01-01T12:30:00Z")
    answer = await trial.list(f"{cohort.query}&{name}=2031-01-01T14:30:00+02:00")
    _found(answer, cohort, [r for r in cohort.records if microseconds(r.get(name)) == moment])


@check(
    "R-416",
    title="An attribute that no record has finds nothing, or is refused",
    needs=("list",),
    profiles=("read-only",),
)
async def unknown_attributes_find_nothing(trial: Trial) -> None:
    await trial.cohort()
    answer = await trial.list(f"kitNoSuchAttribute={trial.fresh()}")
    fine = answer.status == 400 or (answer.ok and answer.json == [])
    demand(fine, "[] or 400", answer)


@check(
    "R-417",
    title="A search by id gives an array",
    needs=("list",),
    profiles=("mandatory", "read-only"),
)
async def ids_are_searched(trial: Trial) -> None:
    record = (await trial.cohort()).ids[0]
    answer = await trial.list({"id": record})
    demand(isinstance(answer.json, list), "an array", answer)
    demand(_ids(answer) == {record}, f"the record {record}", answer)


@check("R-419", title="A lone * is no wildcard", needs=("list",), profiles=("read-only",))
async def stars_are_literal(trial: Trial) -> None:
    cohort = await trial.searchable()
    name = cohort.marker or "id"
    answer = await trial.list(f"{cohort.query}&{name}=*")
    both = await trial.list(f"{name}=*")
    demand(not _ids(both) & set(cohort.ids), "no record", both or answer)


class _Nested:
    """Records that differ in how values are spread over the elements of a list."""

    def __init__(self, path: str, one: str, other: str, text: str) -> None:
        self.path, self.one, self.other, self.text = path, one, other, text
        self.together = self.apart = ""


async def _nested(trial: Trial) -> _Nested:
    """One record with an element {a, b}; one with {a, c} and {d, b}; one with neither."""
    found = trial.nested_texts()
    nested = _Nested(*found, text=trial.fresh())
    spread = {
        "together": [("a", "b")],
        "apart": [("a", "c"), ("d", "b")],
        "neither": [("d", "c")],
    }
    for name, elements in spread.items():
        template = trial.shared.bodies.value(trial.spec, nested.path)[0]
        value = [
            {**template, nested.one: nested.text + one, nested.other: nested.text + other}
            for one, other in elements
        ]
        record = await trial.make(**{nested.path: value})
        setattr(nested, name, record["id"])
    return nested


async def _varied(trial: Trial) -> tuple[Cohort, str]:
    """A cohort and an attribute by which its records differ, of whatever kind."""
    cohort = await trial.searchable()
    name = next((n for k, n in cohort.varied.items() if k is not Kind.BOOLEAN), None)
    applies(name and cohort.marker, "it has no two attributes that clients may set freely")
    return cohort, str(name)


async def _narrowed(trial: Trial) -> tuple[Cohort, str]:
    """The same, where two conditions together are known to narrow."""
    cohort, name = await _varied(trial)
    wanted = cohort.records[0]
    answer = await trial.list(f"{cohort.query}&{name}={_text(wanted[name])}")
    require(_ids(answer) == {wanted["id"]}, "two conditions do not narrow a search")
    return cohort, name


async def _unique(trial: Trial) -> tuple[Cohort, str]:
    """A cohort and its text attribute whose values no other record holds."""
    cohort, name = await trial.varied(Kind.TEXT)
    record = cohort.records[0]
    answer = await trial.list(f"{name}={_text(record[name])}")
    require(_ids(answer) == {record["id"]}, f"the server does not select by {name}")
    return cohort, name


async def _ordered(trial: Trial) -> tuple[Cohort, str, Any]:
    """A cohort, an attribute whose values have an order, and how to compare records by it."""
    cohort, _ = await _narrowed(trial)
    for kind, key in ((Kind.NUMBER, _same), (Kind.INSTANT, microseconds), (Kind.TEXT, _same)):
        if name := cohort.varied.get(kind):
            require(all(r.get(name) is not None for r in cohort.records), f"{name} is not stored")
            return cohort, name, lambda r, name=name, key=key: key(r.get(name))
    applies(False, "no attribute of it has an order")
    raise AssertionError


async def _ors(trial: Trial, cohort: Cohort, name: str) -> bool:
    one, other = cohort.records[0], cohort.records[1]
    answer = await trial.list(f"{name}={_text(one[name])};{name}={_text(other[name])}")
    return _ids(answer) == {one["id"], other["id"]}


def _found(
    answer: Answer, cohort: Cohort, wanted: Iterable[dict[str, Any]], by: str = "", *broken: str
) -> None:
    expected = {str(r["id"]) for r in wanted}
    what = f"{len(expected)} of {len(cohort.records)} records {by}".strip()
    demand(answer.ok, what, answer, *broken)
    got = _ids(answer)
    missing, more = len(expected - got), len(got - expected)
    demand(got == expected, what, f"{len(got)}: {missing} missing, {more} too many", *broken)


def _holding(cohort: Cohort, name: str, *values: Any) -> list[dict[str, Any]]:
    return [r for r in cohort.records if r.get(name) in values]


def _ids(answer: Answer) -> set[str]:
    return {str(r.get("id")) for r in answer.entities}


def _text(value: Any) -> str:
    """A value as a query spells it."""
    spelt = str(value).lower() if isinstance(value, bool) else str(value)
    return quote(spelt, safe="")


def _same(value: Any) -> Any:
    return value
