"""Writes through two versions of an API: each is one of the other as well (V-701 to V-802)."""

import asyncio
from urllib.parse import quote

from conformance.both import changed, face, shared_text, told, version, ways
from conformance.check import TWO_VERSIONS, check
from conformance.checks.etags import strong_tag
from conformance.client import Answer
from conformance.events import about, awaited, event_type, silence
from conformance.hubs import subscribed
from conformance.outcomes import applies, demand, require
from conformance.resource import JSON_PATCH, MERGE, PATCH_QUERY
from conformance.searching import listed_ids
from conformance.trial import Trial

_BOTH = (TWO_VERSIONS,)
#: How often totals are compared while others write, and the seconds between.
_TRIES, _PAUSE = 10, 0.1


@check(
    "V-704",
    "V-7d",
    title="A change through one version shows in the other, and touches nothing else there",
    needs=("create", "patch", "retrieve"),
    profiles=_BOTH,
)
async def changes_show_in_both(trial: Trial) -> None:
    for here, there in ways(trial):
        name = shared_text(here, there)
        record = await told(here, there, name)
        for media, body in _patches(name).items():
            before = await face(there, record)
            answer = await here.patch(record["id"], body, media)
            if not answer.ok:
                require(media != MERGE, f"the patch was refused: {answer}")
                continue
            after = await face(there, record)
            wanted = f"{name}: kit {media} in {version(there)}"
            demand(after.get(name) == f"kit {media}", wanted, after.get(name))
            wrong = [other for other in changed(there, before, after) if other != name]
            demand(not wrong, f"nothing but {name} changed in {version(there)}", wrong, "V-7d")


@check(
    "V-701",
    title="What one version deletes is gone in the other",
    needs=("create", "delete", "retrieve"),
    profiles=_BOTH,
)
async def deleted_is_gone_in_both(trial: Trial) -> None:
    for here, there in ways(trial):
        record = await there.make()
        await face(here, record)
        require((await here.delete(record["id"])).status == 204, "the record was not deleted")
        answer = await there.get(record["id"])
        demand(answer.status in (404, 410), f"404 in {version(there)}", answer)


@check(
    "V-701",
    title="An id that is taken in one version is refused with 409 in the other",
    needs=("create",),
    profiles=_BOTH,
)
async def taken_id_is_taken_in_both(trial: Trial) -> None:
    for here, there in ways(trial):
        free, chosen = (
            side.shared.bodies.fixture(side.spec).id.replace("{unique}", side.fresh())
            for side in (there, here)
        )
        other = await there.post(await there.minimal(id=free))
        first = await here.post(await here.minimal(id=chosen))
        ids = [answer.entity.get("id") for answer in (other, first)]
        applies(ids == [free, chosen], "the server chooses ids itself")
        second = await there.post(await there.minimal(id=chosen))
        demand(second.status in (400, 409, 422), f"409 in {version(there)}", second)


@check(
    "V-709",
    title="Both versions list the same records in the same order",
    needs=("list", "retrieve"),
    profiles=_BOTH,
)
async def lists_are_alike(trial: Trial) -> None:
    for here, there in ways(trial):
        query = "id=" + ",".join(quote(id, safe="") for id in (await here.cohort()).ids)
        mine = listed_ids(await here.list(query))
        require(mine, f"{version(here)} does not select by id")
        answer = await there.list(query)
        demand(listed_ids(answer) == mine, f"{mine} in {version(there)}", answer)


@check(
    "V-709",
    title="Both versions have the same totals",
    needs=("list",),
    profiles=_BOTH,
)
async def totals_are_equal(trial: Trial) -> None:
    here, there = next(ways(trial))
    totals: tuple[int, ...] = ()
    for _ in range(_TRIES):
        # Others write meanwhile: one total stands between two of the other version.
        totals = tuple([_total(await side.list({"limit": "1"})) for side in (here, there, here)])
        if min(totals[::2]) <= totals[1] <= max(totals[::2]):
            return
        await asyncio.sleep(_PAUSE)
    demand(False, f"a total of {totals[0]} in {version(there)}", totals[1])


@check(
    "V-709",
    title="What one version has changed is found through the other",
    needs=("create", "patch", "list", "retrieve"),
    profiles=_BOTH,
)
async def changes_are_found_in_both(trial: Trial) -> None:
    for here, there in ways(trial):
        name, text = shared_text(here, there), there.fresh()
        record = await there.make(**{name: "kit before"})
        await face(here, record)
        require((await here.patch(record["id"], {name: text})).ok, "the patch was refused")
        query = {name: text}
        require(listed_ids(await here.list(query)) == [record["id"]], "texts do not select")
        answer = await there.list(query)
        wanted = f"the changed record by {name} in {version(there)}"
        demand(listed_ids(answer) == [record["id"]], wanted, answer)


@check(
    "V-710",
    title="A tag that was got through the other version is taken, and stale after the change",
    needs=("create", "patch", "retrieve"),
    profiles=_BOTH,
)
async def tags_are_of_the_record(trial: Trial) -> None:
    for here, there in ways(trial):
        name = shared_text(here, there)
        record = await there.make(**{name: "kit before"})
        await face(here, record)
        tag = {"If-Match": strong_tag(await there.get(record["id"]))}
        first = await here.patch(record["id"], {name: "kit first"}, headers=tag)
        demand(first.ok, f"200 in {version(here)} for the tag of {version(there)}", first)
        late = await there.patch(record["id"], {name: "kit late"}, headers=tag)
        demand(late.status in (412, 409), f"412 in {version(there)} for its old tag", late)


@check(
    "V-802",
    title="The listeners of each version hear of each change once",
    needs=("create",),
    profiles=_BOTH,
    scope="api",
)
async def listeners_of_both_hear(trial: Trial) -> None:
    heard = [(side, event_type(side, "Create")) for side, _ in ways(trial)]
    inboxes = [await subscribed(side) for side, _ in heard]
    for here, there in ways(trial):
        record = str((await here.make())["id"])
        require((await there.get(record)).status == 200, "the other version has no such record")
        for (side, kind), inbox in zip(heard, inboxes, strict=True):
            came = await awaited(side, inbox, record, kind)
            require(came or side is not here, f"no {kind} came")
            demand(came, f"a {kind} in {version(side)}", "none")
            await silence(side, inbox, record, kind, [e.get("eventId") for e in came])
            ids = {str(e.get("eventId")) for e in about(side, inbox.events, record, kind)}
            demand(len(ids) == 1, f"one {kind} in {version(side)}", len(ids))


def _patches(name: str) -> dict[str, object]:
    """A patch of each kind that sets a text to one of its own."""
    operation = {"op": "replace", "path": f"/{name}"}
    return {
        MERGE: {name: f"kit {MERGE}"},
        JSON_PATCH: [{**operation, "value": f"kit {JSON_PATCH}"}],
        PATCH_QUERY: [{**operation, "value": f"kit {PATCH_QUERY}"}],
    }


def _total(answer: Answer) -> int:
    text = answer.headers.get("x-total-count", "")
    applies(text.isdecimal(), "X-Total-Count is not sent")
    return int(text)
