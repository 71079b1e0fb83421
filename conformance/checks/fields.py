"""Selection of attributes by `fields` (R-301 to R-310)."""

from typing import Any

from conformance.check import check
from conformance.client import Answer
from conformance.outcomes import applies, demand, require
from conformance.searching import found_ids
from conformance.trial import Trial

#: Returned or not as other rules ask (R-304, R-305).
_ASIDE = frozenset({"id", "href", "@type"})


@check(
    "R-301",
    title="GET with fields gives the attributes named, and no others",
    needs=("retrieve",),
    profiles=("mandatory", "read-only"),
)
async def one_record_is_narrowed(trial: Trial) -> None:
    record, wanted = await _record(trial)
    answer = await trial.get(record["id"], {"fields": ",".join(wanted)})
    _exactly(answer, [answer.entity], wanted)


@check(
    "R-301",
    title="A list with fields gives the attributes named, and no others",
    needs=("list",),
    profiles=("mandatory", "read-only"),
)
async def lists_are_narrowed(trial: Trial) -> None:
    cohort = await trial.searchable()
    _, wanted = await _record(trial)
    answer = await trial.list(f"{cohort.query}&fields={','.join(wanted)}")
    _exactly(answer, answer.entities, wanted)


@check(
    "R-301",
    title="Every first-level attribute can be selected by itself",
    needs=("retrieve",),
    profiles=("read-only",),
)
async def every_attribute_can_be_selected(trial: Trial) -> None:
    record = await trial.record()
    for name in sorted(record.keys() - _ASIDE):
        answer = await trial.get(record["id"], {"fields": name})
        require(answer.status == 200, f"fields={name} was refused: {answer}")
        demand(name in answer.entity, name, answer)
        more = answer.entity.keys() - _ASIDE - {name}
        demand(not more, name, f"also {', '.join(sorted(more))}")


@check("R-301", title="Blanks after the commas of fields do not matter", needs=("retrieve",))
async def blanks_are_trimmed(trial: Trial) -> None:
    record, wanted = await _record(trial)
    applies(len(wanted) > 1, "the record has one attribute only")
    answer = await trial.get(record["id"], {"fields": ", ".join(wanted)})
    demand(answer.status == 200, "200", answer)
    missing = [name for name in wanted if name not in answer.entity]
    demand(not missing, ", ".join(wanted), f"without {', '.join(missing)}")


@check("R-302", title="Without fields a record is complete", needs=("retrieve",))
async def no_fields_is_everything(trial: Trial) -> None:
    record = await trial.record()
    answer = await trial.get(record["id"])
    missing = sorted(record.keys() - answer.entity.keys())
    demand(not missing, "the complete record", f"without {', '.join(missing)}")


@check(
    "R-303",
    title="fields=none gives id, href and @type alone",
    needs=("retrieve",),
    profiles=("read-only",),
)
async def none_is_identity(trial: Trial) -> None:
    record = await trial.record()
    answer = await trial.get(record["id"], {"fields": "none"})
    demand(answer.status == 200, "200", answer)
    more = sorted(answer.entity.keys() - _ASIDE)
    demand(not more, "id and href", f"also {', '.join(more)}")
    demand("@type" in answer.entity or not trial.spec.typed, "@type as well", answer)


@check(
    "R-304",
    title="id and href are returned whatever fields says",
    needs=("retrieve",),
    profiles=("mandatory", "read-only"),
)
async def identity_is_always_there(trial: Trial) -> None:
    record, wanted = await _record(trial)
    for fields in (wanted[0], "none"):
        answer = await trial.get(record["id"], {"fields": fields})
        require(answer.status == 200, f"fields={fields} was refused: {answer}")
        _identity(record, answer.entity)


@check(
    "R-304",
    title="id and href are returned in lists whatever fields says",
    needs=("list",),
    profiles=("read-only",),
)
async def identity_is_always_listed(trial: Trial) -> None:
    cohort = await trial.searchable()
    record, wanted = await _record(trial)
    answer = await trial.list(f"{cohort.query}&fields={wanted[0]}")
    require(answer.ok, f"fields was refused: {answer}")
    for entity in answer.entities:
        _identity(record, entity)


@check("R-305", title="@type is returned as well", needs=("retrieve",))
async def type_is_returned(trial: Trial) -> None:
    applies(trial.spec.typed, "the file does not require @type")
    record, wanted = await _record(trial)
    answer = await trial.get(record["id"], {"fields": wanted[0]})
    applies("@type" in answer.entity, "the server leaves @type out")
    demand(answer.entity["@type"] == record.get("@type"), str(record.get("@type")), answer)


@check(
    "R-306",
    title="fields passes over a name that the record lacks",
    needs=("retrieve",),
    profiles=("read-only",),
)
async def unknown_names_are_passed_over(trial: Trial) -> None:
    record, wanted = await _record(trial)
    answer = await trial.get(record["id"], {"fields": f"{wanted[0]},kitNoSuchAttribute"})
    demand(answer.status == 200, "200", answer)
    demand(wanted[0] in answer.entity, wanted[0], answer)


@check("R-307", title="A dot path in fields selects inside an object", needs=("create", "retrieve"))
async def paths_are_selected(trial: Trial) -> None:
    made = await trial.make(await trial.full())
    record = await trial.look(made["id"])
    found = [
        (name, leaf, value)
        for name, value in record.items()
        if isinstance(value, dict) and len(value) > 1
        for leaf, inner in value.items()
        if isinstance(inner, str) and leaf not in _ASIDE
    ]
    applies(found, "no attribute of it is an object")
    name, leaf, whole = found[0]
    answer = await trial.get(record["id"], {"fields": f"{name}.{leaf}"})
    applies(answer.status == 200 and name in answer.entity, "paths are not offered")
    got = answer.entity[name]
    applies(got != whole, "paths are not offered")
    inside = isinstance(got, dict) and got.get(leaf) == whole[leaf]
    demand(inside and got.keys() <= {leaf, *_ASIDE}, f"{leaf} alone", got)


@check(
    "R-308",
    title="JSONPath in fields keeps the matching elements, or is refused with 501",
    needs=("create", "retrieve"),
)
async def jsonpath_is_selected(trial: Trial) -> None:
    made = await trial.make(await trial.full())
    record = await trial.look(made["id"])
    lists = [n for n, v in record.items() if isinstance(v, list) and v and isinstance(v[0], dict)]
    applies(lists, "no attribute of it is a list of objects")
    answer = await trial.get(record["id"], {"fields": f"{lists[0]}[?(@.kitNone=='x')]"})
    applies(answer.status == 200, "JSONPath in fields is not offered")
    kept = answer.entity.get(lists[0], [])
    applies(kept != record[lists[0]], "JSONPath in fields is not offered")
    demand(kept in ([], None), "no element", kept)


@check("R-309", title="fields shapes the answer to POST", needs=("create",))
async def creation_is_narrowed(trial: Trial) -> None:
    body = await trial.minimal()
    wanted = sorted(body.keys() - _ASIDE)[:1]
    applies(wanted, "no attribute is mandatory")
    answer = await trial.post(body, {"fields": wanted[0]})
    require(answer.status == 201, f"could not create: {answer}")
    _exactly(answer, [answer.entity], wanted)


@check("R-309", title="fields shapes the answer to PATCH", needs=("create", "patch"))
async def patch_is_narrowed(trial: Trial) -> None:
    from_cohort = (await trial.cohort()).marker
    applies(from_cohort and from_cohort not in trial.spec.not_patchable, "no free text to patch")
    record = await trial.make()
    change = {str(from_cohort): "kit changed"}
    answer = await trial.patch(record["id"], change, query={"fields": str(from_cohort)})
    require(answer.status == 200, f"the patch was refused: {answer}")
    _exactly(answer, [answer.entity], [str(from_cohort)])


@check(
    "R-310",
    title="An attribute can be filtered by without being returned",
    needs=("list",),
    profiles=("read-only",),
)
async def selection_comes_last(trial: Trial) -> None:
    cohort = await trial.searchable()
    answer = await trial.list(f"{cohort.query}&fields=none")
    require(answer.ok, f"fields=none was refused: {answer}")
    found = found_ids(answer)
    demand(found == set(cohort.ids), f"{len(cohort.ids)} records", answer)


async def _record(trial: Trial) -> tuple[dict[str, Any], list[str]]:
    """A record, and up to two of its attributes that are worth selecting."""
    record = await trial.record()
    wanted = sorted(record.keys() - _ASIDE)[:2]
    applies(wanted, "the record has nothing but its identity")
    return record, wanted


def _exactly(answer: Answer, entities: list[dict[str, Any]], wanted: list[str]) -> None:
    demand(answer.ok, "200", answer)
    for entity in entities:
        got = entity.keys() - _ASIDE
        demand(
            got <= set(wanted), f"{', '.join(wanted)} alone", f"also {sorted(got - set(wanted))}"
        )
    named = set().union(*(entity.keys() for entity in entities))
    missing = sorted(set(wanted) - named)
    demand(not missing, ", ".join(wanted), f"without {', '.join(missing)}")


def _identity(record: dict[str, Any], entity: dict[str, Any]) -> None:
    for name in ("id", "href"):
        if name in record:
            demand(name in entity, f"{name} in the answer", sorted(entity))
