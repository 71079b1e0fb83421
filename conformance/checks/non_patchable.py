"""What no PATCH changes (R-810, R-811)."""

from typing import Any

from conformance.check import check
from conformance.likeness import equal
from conformance.outcomes import applies, demand, require
from conformance.resource import JSON_PATCH
from conformance.trial import Trial

#: Attributes of which one API says that they stay.
_FIXED = {
    "alarmRaisedTime": ("R-642-02",), "sourceSystemId": ("R-642-02",), "serviceDate": ("R-638-03",),
}  # fmt: skip


@check(
    "R-810",
    "R-811",
    title="id, href and @type never change through PATCH",
    needs=("create", "patch", "retrieve"),
    profiles=("mandatory",),
)
async def identity_never_changes(trial: Trial) -> None:
    forged = {
        "id": "kit-forged",
        "href": "https://example.com/kit/forged",
        "@type": "KitForged",
    }
    for name, value in forged.items():
        await _stays(trial, name, value)


@check(
    "R-810",
    "R-811",
    title="@baseType and @schemaLocation never change through PATCH",
    needs=("create", "patch", "retrieve"),
)
async def class_never_changes(trial: Trial) -> None:
    for name, value in {
        "@baseType": "KitForged",
        "@schemaLocation": "https://example.com/kit/forged.json",
    }.items():
        await _stays(trial, name, value)


@check(
    "R-810",
    "R-811",
    "R-641-07",
    "R-641-08",
    "R-642-02",
    "R-638-03",
    title="Attributes that the update schema leaves out never change through PATCH",
    needs=("create", "patch", "retrieve"),
)
async def left_out_attributes_never_change(trial: Trial) -> None:
    names = sorted(
        n for n in trial.spec.not_patchable
        if not n.startswith("@") and n not in ("id", "href", *trial.rules.touched)
    )  # fmt: skip
    applies(names, "the update schema leaves nothing out")
    for name in names:
        forged = trial.shared.bodies.forged(trial.spec, name)
        await _stays(trial, name, forged, "R-641-07", "R-641-08", *_FIXED.get(name, ()))


@check(
    "R-810", title="JSON Patch does not change the id either", needs=("create", "patch", "retrieve")
)
async def json_patch_keeps_the_id(trial: Trial) -> None:
    record = await trial.make()
    operation = {"op": "replace", "path": "/id", "value": "kit-forged"}
    answer = await trial.patch(record["id"], [operation], JSON_PATCH)
    applies(answer.status not in (405, 415, 501), "JSON Patch is not offered")
    if answer.ok:
        got = answer.entity.get("id", record["id"])
        demand(got == record["id"], f"id {record['id']}", got)
    seen = await trial.get(record["id"])
    demand(seen.status == 200, "the record under its id", seen)


@check("R-811", title="A patch with the current id is fine", needs=("create", "patch"))
async def current_value_is_fine(trial: Trial) -> None:
    record = await trial.make()
    answer = await trial.patch(record["id"], {"id": record["id"]})
    demand(answer.ok, "200", answer)


async def _stays(trial: Trial, name: str, forged: Any, *more: str) -> None:
    """Patch one attribute of a new record: it is refused or ignored, the value stays."""
    record = await trial.make()
    before = (await trial.look(record["id"])).get(name)
    require(not equal(forged, before), f"{name} is what it would be changed to")
    answer = await trial.patch(record["id"], {name: forged})
    if answer.ok:
        shown = answer.entity.get(name, before)
        demand(equal(shown, before), f"{name} as before: {before!r}", repr(shown), "R-810", *more)
    else:
        demand(answer.status in (400, 409, 422), "200 or 400", answer, "R-811", *more)
    seen = await trial.get(record["id"])
    demand(seen.status == 200, f"the record after a patch of {name}", seen, "R-810", *more)
    after = seen.entity.get(name)
    demand(equal(after, before), f"{name} as before: {before!r}", repr(after), "R-810", *more)
