"""Search by JSONPath in `filter` (R-501 to R-509): all of it optional, none of it may be wrong."""

from urllib.parse import quote

from conformance.check import check
from conformance.client import Answer
from conformance.cohort import Cohort
from conformance.likeness import unlike
from conformance.outcomes import applies, demand
from conformance.searching import demand_ids, found_ids
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

#: Answers that say: not offered.
_NOT_OFFERED = (400, 404, 405, 501)


@check("R-501", title="filter selects by JSONPath, or is refused with 501", needs=("list",))
async def filter_selects(trial: Trial) -> None:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text")
    answer = await trial.list({"filter": f"$[?({_mine(cohort)})]"})
    applies(answer.status not in _NOT_OFFERED, "filter is not offered")
    _same(answer, set(cohort.ids))


@check("R-502", title="The leading $ may be left out", needs=("list",))
async def dollar_may_be_left_out(trial: Trial) -> None:
    cohort = await _offered(trial)
    _same(await trial.list({"filter": f"[?({_mine(cohort)})]"}), set(cohort.ids))


@check(
    "R-503",
    title="A path to a list keeps the records with a matching element",
    needs=("create", "list"),
)
async def elements_are_searched(trial: Trial) -> None:
    await _offered(trial)
    name, one, other = trial.nested_texts()
    text = trial.fresh()
    elements = [_element(trial, name, {one: value, other: "kit"}) for value in ("kit", text)]
    record = await trial.make(**{name: elements})
    whole = (await trial.list({"id": record["id"]})).entities
    answer = await trial.list({"filter": f"{name}[?(@.{one}=='{text}')]"})
    _same(answer, {record["id"]})
    wrong = unlike(whole[0].get(name), answer.entities[0].get(name)) if whole else ""
    demand(answer.entities[0].get(name) and not wrong, "the complete record", wrong or answer)


@check("R-504", title="The operators of predicates", needs=("list",))
async def predicates_compare(trial: Trial) -> None:
    cohort = await _offered(trial)
    name = cohort.varied.get(Kind.TEXT, "")
    applies(name, "it has no two free texts")
    first, second = cohort.records[0], cohort.records[1]
    mine, attribute = _mine(cohort), f"@.{name}"
    one, two = first[name], second[name]
    others = set(cohort.ids) - {first["id"]}
    cases: dict[str, set[str]] = {
        f"{attribute}=='{one}'": {first["id"]},
        f'{attribute}=="{one}"': {first["id"]},
        f"{mine} && {attribute}!='{one}'": others,
        f"{mine} && !({attribute}=='{one}')": others,
        f"({attribute}=='{one}' || {attribute}=='{two}') && {mine}": {first["id"], second["id"]},
        f"{attribute}=='{one}' || {attribute}=='{two}' && {attribute}=='kit none'": {first["id"]},
        f"{mine} && {attribute}>'{one}'": {r["id"] for r in cohort.records if r[name] > one},
        f"{mine} && {attribute}<='{one}'": {r["id"] for r in cohort.records if r[name] <= one},
        f"{mine} && {attribute}": set(cohort.ids),
        f"{mine} && !{attribute}": set(),
        f"{attribute} =~ /{str(one).swapcase()}/i": {first["id"]},
    }
    for predicate, wanted in cases.items():
        _same(await trial.list({"filter": f"$[?({predicate})]"}), wanted, predicate)


@check(
    "R-506", title="A nested predicate ties its conditions to one element", needs=("create", "list")
)
async def nested_predicates_tie(trial: Trial) -> None:
    await _offered(trial)
    name, one, other = trial.nested_texts()
    text = trial.fresh()
    await trial.make(
        **{
            name: [
                _element(trial, name, {one: text, other: "kit-x"}),
                _element(trial, name, {one: "kit-x", other: f"{text}b"}),
            ]
        }
    )
    tied = await trial.make(**{name: [_element(trial, name, {one: text, other: f"{text}b"})]})
    predicate = f"@.{name}[?(@.{one}=='{text}' && @.{other}=='{text}b')]"
    answer = await trial.list({"filter": f"$[?({predicate})]"})
    applies(answer.status != 501, "nested predicates are not offered")
    _same(answer, {tied["id"]})


@check("R-507", title="JSONPath that cannot be read is refused with 400", needs=("list",))
async def broken_paths_are_refused(trial: Trial) -> None:
    await _offered(trial)
    answer = await trial.list({"filter": "$[?(@.name=="})
    demand(answer.status == 400, "400", answer)


@check("R-505", title="Script expressions are refused", needs=("list",))
async def scripts_are_refused(trial: Trial) -> None:
    await _offered(trial)
    answer = await trial.list({"filter": "$[(@.length-1)]"})
    demand(answer.status in (400, 501), "501", answer, "R-505")


@check(
    "R-508", title="filter works with attribute criteria, sort, fields and paging", needs=("list",)
)
async def filter_combines(trial: Trial) -> None:
    cohort = await _offered(trial)
    path = quote(f"$[?({_mine(cohort)})]")
    one = cohort.records[0]["id"]
    _same(await trial.list(f"filter={path}&id={one}"), {one}, "with id")
    window = await trial.list(f"filter={path}&offset=1&limit=2&fields=id&sort=-id")
    wanted = sorted(cohort.ids, reverse=True)[1:3]
    demand([r.get("id") for r in window.entities] == wanted, f"{wanted}", window)


@check("R-509", title="Several filters are alternatives", needs=("list",))
async def filters_are_alternatives(trial: Trial) -> None:
    cohort = await _offered(trial)
    paths = [f"$[?(@.id=='{record}')]" for record in cohort.ids[:2]]
    alone = await trial.list({"filter": paths[0]})
    applies(alone.ok, "filters by id are not offered")
    answer = await trial.list([("filter", path) for path in paths])
    applies(not answer.refused, "several filters are not offered")
    _same(answer, set(cohort.ids[:2]))


async def _offered(trial: Trial) -> Cohort:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text")
    answer = await trial.list({"filter": f"$[?({_mine(cohort)})]"})
    found = found_ids(answer)
    applies(answer.ok and found == set(cohort.ids), "filter is not offered, or selects nothing")
    return cohort


def _mine(cohort: Cohort) -> str:
    return f"@.{cohort.marker}=='{cohort.query.partition('=')[2]}'"


def _element(trial: Trial, name: str, texts: dict[str, str]) -> dict[str, str]:
    template: dict[str, str] = trial.shared.bodies.value(trial.spec, name)[0]
    return template | texts


def _same(answer: Answer, wanted: set[str], by: str = "") -> None:
    demand(answer.ok, f"200 for {by or 'the filter'}", answer)
    demand_ids(answer, wanted, f"{len(wanted)} records {by}".strip())
