"""Merge patches at their edges: of nothing, of elements, and of what is refused (R-801, R-210)."""

from typing import Any

from conformance.check import check
from conformance.outcomes import applies, demand, require
from conformance.resource import JSON_PATCH
from conformance.trial import Trial
from tmf_apis.spec.types import Kind


@check("R-801", title="A merge patch of nothing is no error", needs=("create", "patch"))
async def nothing_is_a_patch(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit"})
    require((await trial.patch(record["id"], {name: "kit"})).ok, "patches are refused")
    answer = await trial.patch(record["id"], {})
    demand(answer.ok, "200 for {}", answer)


@check(
    "R-801",
    title="An element of an array is replaced, whatever its id",
    needs=("create", "patch", "retrieve"),
)
async def elements_are_not_merged(trial: Trial) -> None:
    name, one, other = trial.nested_texts()
    applies(name not in trial.spec.not_patchable, f"{name} is not patchable")
    applies("id" in trial.attributes[name].children, f"the elements of {name} have no id")
    whole: dict[str, Any] = trial.shared.bodies.value(trial.spec, name)[0] | {"id": "kit-1"}
    for left in (other, one):
        less = {key: value for key, value in whole.items() if key not in (one, other)}
        kept = other if left == one else one
        record = await trial.make(**{name: [whole | {one: "kit", other: "kit"}]})
        answer = await trial.patch(record["id"], {name: [less | {kept: "kit after"}]})
        if not answer.ok:
            continue  # It may be mandatory.
        seen = (await trial.look(record["id"])).get(name) or [{}]
        demand(left not in seen[0], f"an element without {left}", seen)
        return
    applies(False, f"the elements of {name} need both of their texts")


@check(
    "R-210",
    title="A refused patch is no change: no date and no tag is moved by it",
    needs=("create", "patch", "retrieve"),
    alone=True,
)
async def refusals_are_not_dated(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    before = await trial.get(record["id"])
    marks = {date: before.entity.get(date) for date in trial.rules.touched}
    tag = before.headers.get("etag")
    applies(tag or any(marks.values()), "nothing tells of a change")
    wrong: tuple[tuple[Any, str], ...] = (
        ({name: {"no": "text"}}, "application/json"),
        ([{"op": "kit", "path": f"/{name}"}], JSON_PATCH),
    )
    for body, media in wrong:
        answer = await trial.patch(record["id"], body, media)
        require(answer.refused, "the patch was not refused")
    after = await trial.get(record["id"])
    got = {date: after.entity.get(date) for date in marks}
    demand(got == marks, str(marks), got)
    demand(after.headers.get("etag") == tag, f"ETag {tag}", after.headers.get("etag"))
