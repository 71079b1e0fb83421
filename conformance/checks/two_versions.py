"""One record through two versions of an API: what is there, and what it shows (V-1 to V-7)."""

from collections.abc import Sequence

from conformance.both import changed, face, shared_text, told, version, ways
from conformance.check import TWO_VERSIONS, check
from conformance.likeness import unlike
from conformance.outcomes import applies, demand, require
from conformance.resource import Json
from conformance.trial import Trial

_BOTH = (TWO_VERSIONS,)


@check(
    "V-1",
    "V-701",
    title="What one version has is found by its id through the other",
    needs=("retrieve",),
    profiles=_BOTH,
)
async def records_are_in_both(trial: Trial) -> None:
    for here, there in ways(trial):
        record = str((await here.record())["id"])
        answer = await there.get(record)
        demand(answer.status == 200, f"the record of {version(here)} in {version(there)}", answer)
        got = answer.entity.get("id")
        demand(got == record, f"the id {record} in {version(there)}", got, "V-701")


@check(
    "V-7c",
    title="The other face is valid by the file of its own version",
    needs=("create", "retrieve"),
    profiles=_BOTH,
)
async def other_face_is_valid(trial: Trial) -> None:
    for here, there in ways(trial):
        for body in (await here.minimal(), await here.full()):
            await _demand_valid(there, await here.make(body))


@check(
    "V-7c",
    title="Records that are there already are valid in both versions",
    needs=("list", "retrieve"),
    profiles=_BOTH,
)
async def existing_faces_are_valid(trial: Trial) -> None:
    for here, there in ways(trial):
        await _demand_valid(there, await here.record())


@check(
    "V-4",
    title="What one version alone declares does not show in the other",
    needs=("create", "retrieve"),
    profiles=_BOTH,
)
async def nothing_leaks(trial: Trial) -> None:
    for here, there in ways(trial):
        alone = here.attributes.keys() - there.attributes.keys()
        seen = await face(there, await here.make(await here.full()))
        leaked = sorted(alone & seen.keys())
        demand(not leaked, f"nothing in {version(there)} that {version(here)} alone has", leaked)


@check(
    "V-7b",
    title="What a client writes through either version is what it reads back",
    needs=("create", "retrieve"),
    profiles=_BOTH,
)
async def own_face_is_as_written(trial: Trial) -> None:
    for here, _ in ways(trial):
        rules = here.rules
        owned = {
            "id", *rules.touched, *rules.stamped, *rules.outcome, *filter(None, [rules.state])
        }  # fmt: skip
        body = await here.full()
        record = await here.make(body)
        sent = {name: value for name, value in body.items() if name not in owned}
        wrong = unlike(sent, await here.look(record["id"]))
        demand(not wrong, f"what was written through {version(here)}", wrong)


@check(
    "V-7a",
    title="Writing back what was read changes nothing on either face",
    needs=("create", "patch", "retrieve"),
    profiles=_BOTH,
)
async def writing_back_changes_nothing(trial: Trial) -> None:
    for here, there in ways(trial):
        record = await there.make(await there.full())
        before, other = await face(here, record), await face(there, record)
        again = {n: v for n, v in before.items() if n not in here.spec.not_patchable}
        answer = await here.patch(record["id"], again)
        require(answer.ok, f"what was read through {version(here)} is not taken back: {answer}")
        for side, old in ((here, before), (there, other)):
            await _demand_as_it_was(side, old)


@check(
    "V-7e",
    title="A text that is changed and changed back restores the other face",
    needs=("create", "patch", "retrieve"),
    profiles=_BOTH,
)
async def text_is_restored(trial: Trial) -> None:
    for here, there in ways(trial):
        name = shared_text(here, there)
        record = await told(here, there, name)
        before = await face(there, record)
        await _demand_restored(here, there, before, name, ("kit after", "kit before"))


@check(
    "V-7e",
    title="A list that is reversed twice restores the other face",
    needs=("create", "patch", "retrieve"),
    profiles=_BOTH,
)
async def list_is_restored(trial: Trial) -> None:
    reversed_one = False
    for here, there in ways(trial):
        name, leaf, _ = there.nested_texts()
        template = there.shared.bodies.value(there.spec, name)[0]
        elements = [{**template, leaf: f"kit {number}"} for number in "123"]
        record = await there.make(await there.full(**{name: elements}))
        before, seen = await face(there, record), (await face(here, record)).get(name)
        if not isinstance(seen, list) or len(seen) < 2 or name in here.spec.not_patchable:
            continue
        reversed_one = True
        await _demand_restored(here, there, before, name, (seen[::-1], seen))
    applies(reversed_one, "both versions share no list that clients may change freely")


async def _demand_valid(there: Trial, record: Json) -> None:
    """That the face of a record is valid by the file of its version."""
    faults = there.shared.shapes.faults(there.spec.schema, await face(there, record))
    told_of = "; ".join(map(str, faults[:3]))
    demand(not faults, f"a {there.spec.schema} of {version(there)}", told_of)


async def _demand_restored(
    here: Trial, there: Trial, before: Json, name: str, values: Sequence[object]
) -> None:
    """That the other face is as before, once an attribute was set to each value through one."""
    for value in values:
        answer = await here.patch(before["id"], {name: value})
        require(answer.ok, f"the patch was refused: {answer}")
    await _demand_as_it_was(there, before)


async def _demand_as_it_was(side: Trial, before: Json) -> None:
    """That the face of a version is as it was before."""
    wrong = changed(side, before, await face(side, before))
    demand(not wrong, f"the face of {version(side)} as it was", f"{wrong} changed")
