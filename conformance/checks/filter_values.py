"""Values of a search: how their types compare, and how a URL spells them (R-414, R-415)."""

from urllib.parse import quote

from conformance.check import check
from conformance.instants import microseconds
from conformance.outcomes import applies, demand
from conformance.searching import ORDERING, demand_found, found_ids
from conformance.trial import Trial
from tmf_apis.spec.types import Kind, Shape


@check("R-414", title="Numbers are compared as numbers", needs=("list",))
async def numbers_are_numbers(trial: Trial) -> None:
    cohort, name = await trial.varied(Kind.NUMBER)
    answer = await trial.list(f"{cohort.query}&{name}.gt=9")
    wanted = [r for r in cohort.records if isinstance(r.get(name), int | float) and r[name] > 9]
    demand_found(answer, cohort, wanted, "> 9")
    answer = await trial.list(f"{cohort.query}&{name}=9.0")
    demand_found(answer, cohort, [r for r in cohort.records if r.get(name) == 9], "= 9.0")


@check("R-414", title="Moments are compared as moments, whatever their offset", needs=("list",))
async def moments_are_moments(trial: Trial) -> None:
    cohort, name = await trial.varied(Kind.INSTANT)
    answer = await trial.list(f"{cohort.query}&{name}={quote('2031-01-01T14:30:00+02:00')}")
    moment = microseconds("2031-01-01T12:30:00Z")
    wanted = [r for r in cohort.records if microseconds(r.get(name)) == moment]
    demand_found(answer, cohort, wanted, "at 14:30+02:00")
    # On the day of the first two, between them by the offset alone.
    limit = microseconds("2031-01-01T10:30:00Z") or 0
    for operator in ("gt", "lt"):
        query = f"{cohort.query}&{name}.{operator}={quote('2031-01-01T12:30:00+02:00')}"
        holds = ORDERING[operator][1]
        wanted = [r for r in cohort.records if holds(microseconds(r.get(name)) or 0, limit)]
        demand_found(await trial.list(query), cohort, wanted, f"{operator} 12:30+02:00")
    answer = await trial.list(f"{cohort.query}&{name}.lt=2031-02-01")
    day = microseconds("2031-02-01T00:00:00Z") or 0
    demand_found(
        answer,
        cohort,
        [r for r in cohort.records if (microseconds(r.get(name)) or day) < day],
        "before a bare date",
    )


@check("R-414", title="Booleans are true and false", needs=("list",))
async def booleans_are_found(trial: Trial) -> None:
    cohort, name = await trial.varied(Kind.BOOLEAN)
    answer = await trial.list(f"{cohort.query}&{name}=true")
    demand_found(answer, cohort, [r for r in cohort.records if r.get(name) is True])


@check(
    "R-414", "R-401", title="A boolean that a record lacks is not false", needs=("create", "list")
)
async def absent_is_not_false(trial: Trial) -> None:
    record = await trial.make()
    mine = f"id={quote(record['id'], safe='')}"
    seen = (await trial.list(mine)).entities
    applies(len(seen) == 1, "ids do not select")
    lacking = [
        name
        for name, attribute in sorted(trial.attributes.items())
        if attribute.kind is Kind.BOOLEAN and attribute.shape is Shape.ONE and name not in seen[0]
    ]
    applies(lacking, "it has every boolean")
    for name in lacking:
        answer = await trial.list(f"{mine}&{name}=false")
        found = answer.entities and not answer.refused
        demand(not found, f"no record by {name}=false", answer, "R-414", "R-401")


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
        demand(found_ids(answer) == {record["id"]}, f"the record with {text!r}", answer)


@check("R-415", title="Double quotes around a value are dropped", needs=("list",))
async def quotes_are_dropped(trial: Trial) -> None:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text")
    name, _, value = cohort.query.partition("=")
    demand_found(await trial.list(f"{name}=%22{value}%22"), cohort, cohort.records)


@check("R-415", title="A + in a date-time is a plus", needs=("list",))
async def plus_is_kept_in_moments(trial: Trial) -> None:
    cohort, name = await trial.varied(Kind.INSTANT)
    moment = microseconds("2031-01-01T12:30:00Z")
    answer = await trial.list(f"{cohort.query}&{name}=2031-01-01T14:30:00+02:00")
    demand_found(answer, cohort, [r for r in cohort.records if microseconds(r.get(name)) == moment])
