"""Entity tags of answers to writes, and conditions in all their forms (R-112)."""

from conformance.check import check
from conformance.checks.etags import strong_tag
from conformance.client import Answer
from conformance.likeness import equal
from conformance.outcomes import applies, demand, require
from conformance.resource import JSON_PATCH
from conformance.trial import Trial
from tmf_apis.spec.types import Kind


@check(
    "R-112",
    title="The tag that POST sends is that of the record",
    needs=("create", "retrieve"),
    alone=True,
)
async def creation_sends_the_tag(trial: Trial) -> None:
    answer = await trial.post(await trial.minimal())
    require(answer.status == 201, f"could not create: {answer}")
    await _is_of_the_record(trial, answer)


@check(
    "R-112",
    title="The tag that PATCH sends is that of the record as it is now",
    needs=("create", "patch", "retrieve"),
    alone=True,
)
async def change_sends_the_new_tag(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    answer = await trial.patch(record["id"], {name: "kit after"})
    require(answer.status == 200, f"the patch was refused: {answer}")
    await _is_of_the_record(trial, answer)


@check(
    "R-112",
    title="If-None-Match takes a list of tags, and * for any",
    needs=("retrieve",),
    profiles=("read-only",),
)
async def several_tags_are_compared(trial: Trial) -> None:
    record = str((await trial.record())["id"])
    tag = (await trial.get(record)).headers.get("etag", "")
    applies(tag, "no ETag is sent")
    alone = await trial.get(record, headers={"If-None-Match": tag})
    applies(alone.status == 304, "If-None-Match is not looked at")
    for condition in (f'"kit-other", {tag}', "*"):
        answer = await trial.get(record, headers={"If-None-Match": condition})
        demand(answer.status == 304, f"304 for {condition}", answer.status)


@check(
    "R-112",
    title="A 304 sends the tag that it is about",
    needs=("retrieve",),
    profiles=("read-only",),
)
async def unchanged_keeps_its_tag(trial: Trial) -> None:
    record = str((await trial.record())["id"])
    tag = (await trial.get(record)).headers.get("etag", "")
    applies(tag, "no ETag is sent")
    answer = await trial.get(record, headers={"If-None-Match": tag})
    applies(answer.status == 304, "If-None-Match is not looked at")
    demand(_tag(answer), f"ETag {tag} (RFC 9110, 15.4.5)", "304 without it")


@check(
    "R-112",
    title="If-Match takes a list of tags, and * for whatever is there",
    needs=("create", "patch", "retrieve"),
    alone=True,
)
async def any_match_is_enough(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    old = strong_tag(await trial.get(record["id"]))
    stale = await trial.patch(record["id"], {name: "kit"}, headers={"If-Match": '"kit-other"'})
    applies(stale.status in (412, 409), "If-Match is not looked at")
    for condition in (f'"kit-other", {old}', "*"):
        answer = await trial.patch(record["id"], {name: "kit"}, headers={"If-Match": condition})
        demand(answer.ok, f"200 for If-Match: {condition}", answer)


@check(
    "R-112",
    title="A JSON Patch with an old tag is refused as a merge patch is",
    needs=("create", "patch", "retrieve"),
    alone=True,
)
async def json_patches_are_conditional(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    strong_tag(await trial.get(record["id"]))
    other = {"If-Match": '"kit-other"'}
    merge = await trial.patch(record["id"], {name: "kit"}, headers=other)
    applies(merge.status in (412, 409), "If-Match is not looked at")
    step = {"op": "replace", "path": f"/{name}", "value": "kit"}
    answer = await trial.patch(record["id"], [step], JSON_PATCH, headers=other)
    applies(answer.ok or answer.status in (412, 409), "JSON Patch is not offered")
    demand(not answer.ok, "412", answer)


async def _is_of_the_record(trial: Trial, answer: Answer) -> None:
    seen = await trial.get(str(answer.entity.get("id")))
    told, tag = _tag(answer), _tag(seen)
    applies(told and tag, "no ETag is sent")
    require(equal(answer.entity, seen.entity), "the record has changed meanwhile")
    demand(told == tag, f"ETag {tag}, as GET sends it", told)


def _tag(answer: Answer) -> str:
    """The tag without the sign that it is weak: gateways add one when they compress."""
    return str(answer.headers.get("etag", "")).removeprefix("W/")
