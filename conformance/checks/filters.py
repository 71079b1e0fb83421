"""Search by attributes in the query string (R-401 to R-405, R-412, R-413, R-416, R-417, R-419)."""

from urllib.parse import quote

from conformance.check import check
from conformance.cohort import Cohort
from conformance.outcomes import applies, demand, require
from conformance.searching import (
    demand_found,
    differing,
    distinct,
    found_ids,
    holding,
    narrowed,
    spelt,
)
from conformance.trial import Trial
from tmf_apis.spec.types import Kind


@check(
    "R-401",
    title="?attribute=value finds the records that hold that value",
    needs=("list",),
    profiles=("mandatory",),
)
async def equal_values_are_found(trial: Trial) -> None:
    cohort = await trial.cohort()
    applies(cohort.marker, "it has no free text to find records by")
    demand_found(await trial.list(cohort.query), cohort, cohort.records)


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
    require(found_ids(await trial.list({name: before})) == {record["id"]}, f"no search by {name}")
    require((await trial.patch(record["id"], {name: after})).ok, "the patch was refused")
    seen = await trial.look(record["id"])
    require(seen.get(name) == after, "the patch was not carried out")
    found = await trial.list({name: after})
    demand(found_ids(found) == {record["id"]}, "the record by its new value", found)
    found = await trial.list({name: before})
    demand(found.ok and not found_ids(found), "no record by its old value", found)


@check("R-401", title="Letters of any alphabet are compared", needs=("create", "list"))
async def other_alphabets_are_found(trial: Trial) -> None:
    cohort = await trial.searchable()
    applies(cohort.marker, "it has no free text")
    name, text = str(cohort.marker), f"Zürich 東京 😀 {trial.fresh()}"
    record = await trial.make(**{name: text})
    found = await trial.list(f"{name}={spelt(text)}")
    demand(found_ids(found) == {record["id"]}, f"the record with {text!r}", found)


@check(
    "R-402", title="Conditions joined by & must all hold", needs=("list",), profiles=("mandatory",)
)
async def conditions_are_anded(trial: Trial) -> None:
    cohort, name = await differing(trial)
    wanted = cohort.records[0][name]
    answer = await trial.list(f"{cohort.query}&{name}={spelt(wanted)}")
    demand_found(answer, cohort, [r for r in cohort.records if r.get(name) == wanted])
    other = f"{cohort.marker}={trial.fresh()}&{name}={spelt(wanted)}"
    demand(not (await trial.list(other)).entities, "no record", other)


@check("R-403", title="A list of values by comma matches any of them", needs=("list",))
async def commas_are_or(trial: Trial) -> None:
    cohort, name = await narrowed(trial)
    one, other = cohort.records[0], cohort.records[1]
    for operator in ("", ".eq"):
        query = f"{cohort.query}&{name}{operator}={spelt(one[name])},{spelt(other[name])}"
        wanted = holding(cohort, name, one[name], other[name])
        demand_found(await trial.list(query), cohort, wanted)


@check("R-403", title="The same name twice matches either value", needs=("list",))
async def repeated_names_are_or(trial: Trial) -> None:
    cohort, name = await narrowed(trial)
    one, other = cohort.records[0][name], cohort.records[1][name]
    query = f"{cohort.query}&{name}={spelt(one)}&{name}={spelt(other)}"
    demand_found(await trial.list(query), cohort, holding(cohort, name, one, other))


@check("R-404", title="Conditions joined by ; are alternatives", needs=("list",))
async def semicolons_are_or(trial: Trial) -> None:
    cohort, name = await distinct(trial)
    one, other = cohort.records[0][name], cohort.records[1][name]
    for query in (
        f"{name}={spelt(one)};{name}={spelt(other)}",
        f"{name}={spelt(one)};{spelt(other)}",
    ):
        demand_found(await trial.list(query), cohort, holding(cohort, name, one, other))
    # Conditions on two attributes are joined as those on one.
    wanted = cohort.records[:2]
    query = f"{name}={spelt(one)};id={spelt(wanted[1]['id'])}"
    demand_found(await trial.list(query), cohort, wanted)


@check("R-405", title="& binds tighter than ;", needs=("list",))
async def ands_bind_tighter(trial: Trial) -> None:
    cohort, name = await distinct(trial)
    one, other = cohort.records[0], cohort.records[1]
    require(await _ors(trial, cohort, name), "the server does not read ;")
    query = f"{name}={spelt(one[name])};{name}={spelt(other[name])}&{cohort.marker}={trial.fresh()}"
    demand_found(await trial.list(query), cohort, [one])


@check("R-412", title="@type can be searched by", needs=("list",))
async def type_is_found(trial: Trial) -> None:
    cohort = await trial.searchable()
    name = cohort.records[0].get("@type")
    applies(name, "the records have no @type")
    for spelling in ("@type", "%40type"):
        answer = await trial.list(f"{cohort.query}&{spelling}={name}")
        demand_found(
            answer, cohort, [r for r in cohort.records if r.get("@type") == name], spelling
        )
    answer = await trial.list(f"{cohort.query}&@type={trial.fresh()}")
    demand(answer.ok and not answer.entities, "no record of another @type", answer)


@check("R-413", title="Every first-level scalar can be searched by", needs=("list",))
async def every_attribute_is_found(trial: Trial) -> None:
    cohort = await trial.searchable()
    record = cohort.records[0]
    for name, value in record.items():
        if name in ("href", "@schemaLocation") or isinstance(value, dict | list) or value is None:
            continue
        answer = await trial.list(f"{cohort.query}&{name}.eq={spelt(value)}")
        if record["id"] not in found_ids(answer):
            # The server may have moved it on meanwhile.
            moved = (await trial.look(record["id"])).get(name) != value
            demand(moved and name in trial.moving, f"the record by its {name}", answer)


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
    demand(found_ids(answer) == {record}, f"the record {record}", answer)


@check("R-419", title="A lone * is no wildcard", needs=("list",), profiles=("read-only",))
async def stars_are_literal(trial: Trial) -> None:
    cohort = await trial.searchable()
    name = cohort.marker or "id"
    answer = await trial.list(f"{cohort.query}&{name}=*")
    both = await trial.list(f"{name}=*")
    demand(not found_ids(both) & set(cohort.ids), "no record", both or answer)


async def _ors(trial: Trial, cohort: Cohort, name: str) -> bool:
    one, other = cohort.records[0], cohort.records[1]
    answer = await trial.list(f"{name}={spelt(one[name])};{name}={spelt(other[name])}")
    return found_ids(answer) == {one["id"], other["id"]}
