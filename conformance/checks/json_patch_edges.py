"""JSON Patch at its edges: what is equal, and which element is meant (R-803)."""

from typing import Any

from conformance.check import BOTH, check
from conformance.outcomes import applies, demand, require
from conformance.resource import JSON_PATCH
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

_NEEDS = ("create", "patch", "retrieve")


@check("R-803", title="Objects are equal however their members are ordered", versions=BOTH,
       needs=_NEEDS)  # fmt: skip
async def members_have_no_order(trial: Trial) -> None:
    name, record = await _listed(trial)
    element = record[name][0]
    for value in (element, dict(reversed(element.items()))):
        step = {"op": "test", "path": f"/{name}/0", "value": value}
        answer = await trial.patch(record["id"], [step], JSON_PATCH)
        applies(answer.ok or value is not element, "JSON Patch is not offered")
        demand(answer.ok, "200 for a test that holds (RFC 6902, 4.6)", answer)


@check("R-803", title="The element that is named is removed, and no other", versions=BOTH,
       needs=_NEEDS)  # fmt: skip
async def one_element_is_removed(trial: Trial) -> None:
    name, record = await _listed(trial)
    answer = await trial.patch(record["id"], [{"op": "remove", "path": f"/{name}/1"}], JSON_PATCH)
    applies(answer.ok, "JSON Patch is not offered")
    seen = (await trial.look(record["id"])).get(name)
    demand(seen == [record[name][0], record[name][2]], f"{name} without its second", seen)


@check("R-803", title="Adding a member that is there replaces it", versions=BOTH, needs=_NEEDS)
async def members_are_replaced(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    plain = {"op": "replace", "path": f"/{name}", "value": "kit between"}
    applies((await trial.patch(record["id"], [plain], JSON_PATCH)).ok, "JSON Patch is not offered")
    step = {"op": "add", "path": f"/{name}", "value": "kit after"}
    answer = await trial.patch(record["id"], [step], JSON_PATCH)
    demand(answer.ok, "200 for an add of what is there (RFC 6902, 4.1)", answer)
    seen = (await trial.look(record["id"])).get(name)
    demand(seen == "kit after", f"{name}: kit after", seen)


@check("R-803", title="A place behind the end of a list is refused", versions=BOTH, needs=_NEEDS)
async def places_have_an_end(trial: Trial) -> None:
    name, record = await _listed(trial)
    step = {"op": "add", "path": f"/{name}/3", "value": record[name][0]}
    applies((await trial.patch(record["id"], [step], JSON_PATCH)).ok, "JSON Patch is not offered")
    for operation in ("add", "replace", "remove"):
        before = (await trial.look(record["id"])).get(name)
        step = {"op": operation, "path": f"/{name}/9", "value": record[name][0]}
        answer = await trial.patch(record["id"], [step], JSON_PATCH)
        seen = (await trial.look(record["id"])).get(name)
        wanted = f"a refusal of {operation} at /{name}/9, of {len(before or [])} (RFC 6902, 4.1)"
        demand(answer.refused and seen == before, wanted, answer)


async def _listed(trial: Trial) -> tuple[str, dict[str, Any]]:
    """A list of objects that clients change, and a record that holds three of them."""
    name, one, other = trial.nested_texts()
    applies(name not in trial.spec.not_patchable, f"{name} is not patchable")
    template = trial.shared.bodies.value(trial.spec, name)[0]
    elements = [{**template, one: f"kit {number}", other: "kit"} for number in "123"]
    made = await trial.make(**{name: elements})
    record = await trial.look(made["id"])
    require(len(record.get(name) or []) == len(elements), f"{name} is not stored as sent")
    return name, record
