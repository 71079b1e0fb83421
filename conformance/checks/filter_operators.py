"""Operators of a search, as suffixes and as symbols, and patterns (R-406 to R-409, R-418)."""

from urllib.parse import quote

from conformance.check import check
from conformance.outcomes import demand
from conformance.searching import (
    ORDERING,
    demand_found,
    distinct,
    holding,
    narrowed,
    ordered,
    spelt,
)
from conformance.trial import Trial


@check("R-406", title=".eq is equality", needs=("list",))
async def eq_is_equality(trial: Trial) -> None:
    cohort, name = await narrowed(trial)
    value = cohort.records[0][name]
    answer = await trial.list(f"{cohort.query}&{name}.eq={spelt(value)}")
    demand_found(answer, cohort, holding(cohort, name, value))


@check("R-406", title=".gt, .gte, .lt and .lte compare", needs=("list",))
async def suffixes_compare(trial: Trial) -> None:
    cohort, name, key = await ordered(trial)
    limit = sorted(cohort.records, key=key)[2]
    for suffix, (_, holds) in ORDERING.items():
        answer = await trial.list(f"{cohort.query}&{name}.{suffix}={spelt(limit[name])}")
        demand_found(
            answer, cohort, [r for r in cohort.records if holds(key(r), key(limit))], suffix
        )


@check("R-407", title="Operators may be spelt as symbols, encoded or not", needs=("list",))
async def symbols_compare(trial: Trial) -> None:
    cohort, name, key = await ordered(trial)
    limit = sorted(cohort.records, key=key)[2]
    for spellings, holds in ORDERING.values():
        for symbol in spellings:
            answer = await trial.list(f"{cohort.query}&{name}{symbol}{spelt(limit[name])}")
            wanted = [r for r in cohort.records if holds(key(r), key(limit))]
            demand_found(answer, cohort, wanted, symbol)
    answer = await trial.list(f"{cohort.query}&{name}%3D%3D{spelt(limit[name])}")
    demand_found(answer, cohort, [r for r in cohort.records if key(r) == key(limit)], "==")


@check("R-407", title="*= and =~ find a pattern", needs=("list",))
async def symbols_find_patterns(trial: Trial) -> None:
    cohort, name = await distinct(trial)
    value = str(cohort.records[0][name])
    for symbol in ("*=", "%3D~", "=~"):
        answer = await trial.list(f"{name}{symbol}{quote('^' + value + '$')}")
        demand_found(answer, cohort, [cohort.records[0]], symbol)


@check(
    "R-406", "R-418", title=".regex finds a pattern anywhere unless it is anchored", needs=("list",)
)
async def patterns_are_found(trial: Trial) -> None:
    cohort, name = await distinct(trial)
    word, _, unique = str(cohort.records[0][name]).partition(" ")
    anywhere = await trial.list(f"{name}.regex={quote(word[1:] + '.' + unique)}")
    demand(anywhere.ok, "200", anywhere, "R-406")
    demand_found(anywhere, cohort, [cohort.records[0]], ".regex", "R-418")
    anchored = await trial.list(f"{name}.regex={quote('^' + word[1:] + '.' + unique)}")
    demand_found(anchored, cohort, [], "an anchored .regex", "R-418")
    swapped = await trial.list(f"{name}.regex={quote(word.swapcase() + '.' + unique)}")
    demand_found(swapped, cohort, [], "a .regex in other cases", "R-418")


@check("R-418", title="A pattern that cannot be read is refused with 400", needs=("list",))
async def broken_patterns_are_refused(trial: Trial) -> None:
    _, name = await distinct(trial)
    answer = await trial.list(f"{name}.regex={quote('kit(')}")
    demand(answer.status in (400, 422), "400", answer)


@check(
    "R-408",
    title="An unknown operator on an attribute is refused, or finds nothing",
    needs=("list",),
)
async def unknown_operators_are_refused(trial: Trial) -> None:
    cohort, name = await distinct(trial)
    answer = await trial.list(f"{cohort.query}&{name}.kitop=1")
    fine = answer.refused or answer.status == 501 or (answer.ok and not answer.entities)
    demand(fine, "400", answer)


@check(
    "R-409",
    title="Two operators on one attribute make a range, or by ; its outside",
    needs=("list",),
)
async def operators_make_a_range(trial: Trial) -> None:
    cohort, name, key = await ordered(trial)
    low, high = (sorted(cohort.records, key=key)[i] for i in (1, 3))
    inside = f"{cohort.query}&{name}.gt={spelt(low[name])}&{name}.lt={spelt(high[name])}"
    demand_found(
        await trial.list(inside),
        cohort,
        [r for r in cohort.records if key(low) < key(r) < key(high)],
        "a range",
    )
    outside = (
        f"{cohort.query}&{name}.lt={spelt(low[name])};{cohort.query}&{name}.gt={spelt(high[name])}"
    )
    demand_found(
        await trial.list(outside),
        cohort,
        [r for r in cohort.records if key(r) < key(low) or key(r) > key(high)],
        "its outside",
    )
