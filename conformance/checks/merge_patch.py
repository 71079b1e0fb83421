"""PATCH by JSON Merge Patch (R-801, R-802, R-809, R-812, R-813)."""

import asyncio
from typing import Any

from conformance.check import check
from conformance.client import Answer
from conformance.instants import microseconds
from conformance.likeness import unlike
from conformance.outcomes import Failed, NotApplicable, applies, demand, require
from conformance.resource import JSON_PATCH, MERGE
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]


@check(
    "R-801",
    title="A member of a merge patch replaces the value",
    needs=("create", "patch"),
    profiles=("mandatory",),
)
async def members_replace(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    answer = await trial.patch(record["id"], {name: "kit after"})
    _carried_out(answer)
    seen = await _now(trial, record, answer)
    demand(seen.get(name) == "kit after", f"{name}: kit after", seen.get(name))


@check(
    "R-801",
    title="What a merge patch does not name stays as it is",
    needs=("create", "patch"),
    profiles=("mandatory",),
)
async def the_rest_stays(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    sent = await trial.full(**{name: "kit before"})
    made = await trial.make(sent)
    before = await _now(trial, made)
    answer = await trial.patch(made["id"], {name: "kit after"})
    require(answer.ok, f"the patch was refused: {answer}")
    after = await _now(trial, made, answer)
    moving = {name, *trial.rules.touched, *filter(None, [trial.rules.state])}
    # What the server adds beyond the file, a count of changes for instance, is its own.
    kept = {
        k: v for k, v in before.items() if k in sent.keys() | trial.attributes and k not in moving
    }
    wrong = unlike(kept, after)
    demand(not wrong, "every other attribute as before", wrong)


@check(
    "R-801",
    title="null in a merge patch removes",
    needs=("create", "patch"),
    profiles=("mandatory",),
)
async def null_removes(trial: Trial) -> None:
    name = _optional(trial)
    record = await trial.make(**{name: "kit"})
    answer = await trial.patch(record["id"], {name: None})
    _carried_out(answer)
    seen = await _now(trial, record, answer)
    demand(seen.get(name) is None, f"no {name}", seen.get(name))


@check("R-801", title="A merge patch merges objects", needs=("create", "patch"))
async def objects_merge(trial: Trial) -> None:
    applies("validFor" in trial.attributes, "it has no attribute to try it on")
    applies("validFor" not in trial.spec.not_patchable, "validFor is not patchable")
    period = {"startDateTime": "2031-01-01T00:00:00Z", "endDateTime": "2032-01-01T00:00:00Z"}
    record = await trial.make(validFor=period)
    later = {"endDateTime": "2033-01-01T00:00:00Z"}
    answer = await trial.patch(record["id"], {"validFor": later})
    _carried_out(answer)
    seen = (await _now(trial, record, answer)).get("validFor")
    wrong = unlike(period | later, seen)
    demand(not wrong, "both ends of the period", wrong)


@check("R-801", title="A merge patch replaces arrays whole", needs=("create", "patch"))
async def arrays_are_replaced(trial: Trial) -> None:
    name, one, _ = trial.nested_texts()
    applies(name not in trial.spec.not_patchable, f"{name} is not patchable")
    template: Json = trial.shared.bodies.value(trial.spec, name)[0]
    elements = [{**template, one: f"kit {number}"} for number in "123"]
    record = await trial.make(**{name: elements[:2]})
    answer = await trial.patch(record["id"], {name: elements[2:]})
    _carried_out(answer)
    seen = (await _now(trial, record, answer)).get(name)
    got = [e.get(one) for e in seen or [] if isinstance(e, dict)]
    demand(got == ["kit 3"], f"{name} with the one new element", got)


@check("R-802", title="PATCH with application/json is a merge patch", needs=("create", "patch"))
async def plain_json_is_a_merge_patch(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    answer = await trial.patch(record["id"], {name: "kit after"}, "application/json")
    demand(answer.ok, "200", answer)
    seen = await _now(trial, record, answer)
    demand(seen.get(name) == "kit after", f"{name}: kit after", seen.get(name))


@check(
    "R-813",
    "R-201",
    title="PATCH answers 200 with the whole record as it is now",
    needs=("create", "patch"),
    profiles=("mandatory",),
)
async def patch_answers_the_record(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    answer = await trial.patch(record["id"], {name: "kit after"})
    require(answer.ok, f"the patch was refused: {answer}")
    demand(answer.status in (200, 202), "200", answer.status, "R-201", "R-813")
    if answer.status == 200:
        missing = sorted(record.keys() - answer.entity.keys())
        demand(not missing, "the whole record", f"without {', '.join(missing)}")


@check("R-813", title="PATCH stores what it answers", needs=("create", "patch", "retrieve"))
async def patch_is_stored(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    answer = await trial.patch(record["id"], {name: "kit after"})
    require(answer.status == 200 and answer.entity.get(name) == "kit after", "not carried out")
    seen = await trial.look(record["id"])
    demand(seen.get(name) == "kit after", f"{name}: kit after", seen.get(name))


@check("R-813", "R-642-04", title="PATCH refreshes the date of the last change",
       needs=("create", "patch"))  # fmt: skip
async def change_is_dated(trial: Trial) -> None:
    applies(trial.rules.touched, "it has no date of the last change")
    name, date = trial.patchable(Kind.TEXT), trial.rules.touched[0]
    record = await trial.make(**{name: "kit before"})
    require(microseconds(record.get(date)) is not None, f"the server sets no {date}")
    before = microseconds(record[date]) or 0
    # A clock of whole seconds may stand still between two requests.
    for text, pause in (("kit after", 0.0), ("kit later", 1.1)):
        await asyncio.sleep(pause)
        answer = await trial.patch(record["id"], {name: text})
        require(answer.ok, f"the patch was refused: {answer}")
        after = (await _now(trial, record, answer)).get(date)
        if microseconds(after) != before:
            break
    demand((microseconds(after) or 0) > before, f"{date} after {record[date]}", after)


@check("R-812", title="A patch may not remove a mandatory attribute", needs=("create", "patch"))
async def mandatory_attributes_stay(trial: Trial) -> None:
    names = [n for n in trial.spec.mandatory if n not in trial.spec.not_patchable]
    names = [n for n in names if n != trial.rules.state]
    applies(names, "no mandatory attribute is patchable")
    record = await trial.make()
    for name in names:
        answer = await trial.patch(record["id"], {name: None})
        demand(answer.status in (400, 409, 422), f"400 for {name}: null", answer)


@check("R-812", title="A patch is held to the schema as a POST is", needs=("create", "patch"))
async def patches_are_validated(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make()
    answer = await trial.patch(record["id"], {name: {"no": "text"}})
    demand(answer.status in (400, 422), f"400 for an object as {name}", answer)


@check("R-210", title="A refused patch changes nothing", needs=("create", "patch", "retrieve"))
async def refused_changes_nothing(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    mandatory = [n for n in trial.spec.mandatory if n not in {name, *trial.spec.not_patchable}]
    applies(mandatory, "no mandatory attribute is patchable")
    record = await trial.make(**{name: "kit before"})
    answer = await trial.patch(record["id"], {name: "kit after", mandatory[0]: None})
    require(answer.refused, "the patch was not refused")
    seen = await trial.look(record["id"])
    demand(seen.get(name) == "kit before", f"{name} as before", seen.get(name))


@check(
    "R-710",
    "R-206",
    title="A patch that is no JSON, or no object, is refused",
    needs=("create", "patch"),
)
async def broken_patches_are_refused(trial: Trial) -> None:
    record = await trial.make()
    broken: tuple[Any, ...] = (b'{"name"', [], b'"text"')
    for body in broken:
        answer = await trial.patch(record["id"], body)
        demand(answer.status in (400, 422), f"400 for {body!r}", answer)


@check(
    "R-809",
    title="Any other media type of a PATCH is refused with 415 and Accept-Patch",
    needs=("create", "patch"),
)
async def other_media_types_are_refused(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    answer = await trial.patch(record["id"], {name: "kit after"}, "application/x-kit")
    demand(answer.status == 415, "415", answer)
    accepted = answer.headers.get("accept-patch", "")
    demand(MERGE in accepted or "application/json" in accepted, "Accept-Patch", accepted or "none")


@check("R-209", title="PATCH of an unknown id answers 404", needs=("patch",))
async def unknown_id_is_not_found(trial: Trial) -> None:
    change = {"description": "kit"}
    answer = await trial.patch(trial.fresh(), change)
    demand(answer.status == 404, "404", answer)


@check("R-801", title="A value that is set again is no error", needs=("create", "patch"))
async def same_value_again(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit"})
    answer = await trial.patch(record["id"], {name: "kit"})
    demand(answer.ok, "200", answer)


@check(
    "R-817",
    title="PATCH of a collection and POST of an array are no operations here",
    needs=("list",),
)
async def bulk_is_not_offered(trial: Trial) -> None:
    answer = await trial.send("PATCH", trial.path, [], media=JSON_PATCH)
    fine = answer.refused or answer.status == 501 or answer.ok
    demand(fine, "405", answer)


def _optional(trial: Trial) -> str:
    """A free text that may be left out."""
    name = trial.patchable(Kind.TEXT)
    if name in trial.spec.mandatory:
        raise NotApplicable("every free text of it is mandatory")
    return name


def _carried_out(answer: Answer) -> None:
    if not answer.ok:
        raise Failed("200", answer)


async def _now(trial: Trial, record: Json, answer: Answer | None = None) -> Json:
    """The record as it is, read back where it can be."""
    if trial.offers("retrieve"):
        return await trial.look(record["id"])
    if answer is not None and answer.entity:
        return answer.entity
    raise NotApplicable("the record cannot be read")
