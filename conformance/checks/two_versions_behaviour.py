"""One record through two versions of an API: its address, its states, and what is done to it."""

from typing import NamedTuple

from conformance.both import face, version, ways
from conformance.check import TWO_VERSIONS, check
from conformance.checks.alarms import act, acting
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial

_BOTH = (TWO_VERSIONS,)


class _Alone(NamedTuple):
    """A state that v5 alone knows: what a create says on the way to it, what v4 shows, and where
    v4 may go from it.
    """

    state: str
    created: dict[str, str]
    shown: str
    onward: str


#: By resource, which is called the same in both versions.
_STATES = {
    "productOrder": _Alone("draft", {"requestedInitialState": "draft"}, "pending", "acknowledged"),
    "service": _Alone("suspended", {"state": "active"}, "inactive", "active"),
}


@check(
    "V-702",
    title="Each version shows a record under the address it has there",
    needs=("create", "retrieve"),
    profiles=_BOTH,
)
async def addresses_are_of_the_version(trial: Trial) -> None:
    for here, there in ways(trial):
        own = await there.make()
        place = str(own.get("href", ""))
        require(place.endswith(f"/{own['id']}"), f"{version(there)} gives no href")
        record = await here.make()
        wanted = place.removesuffix(str(own["id"])) + str(record["id"])
        got = (await face(there, record)).get("href")
        demand(got == wanted, f"href {wanted} in {version(there)}", got)


@check(
    "V-705",
    title="A state that v5 alone knows stays while v4 repeats its word, and v4 leads it on",
    needs=("create", "patch", "retrieve"),
    profiles=_BOTH,
)
async def states_are_one(trial: Trial) -> None:
    older, newer = sorted((side for side, _ in ways(trial)), key=version)
    alone = _STATES.get(newer.spec.name)
    applies(alone, f"each version knows all states of {newer.spec.name}")
    assert alone is not None
    record = await newer.make(**alone.created)
    if (await face(newer, record)).get("state") != alone.state:
        answer = await newer.patch(record["id"], {"state": alone.state})
        require(answer.ok, f"no way to {alone.state}: {answer}")
    reached = (await face(newer, record)).get("state")
    require(reached == alone.state, f"the state is {reached}")
    shown = (await face(older, record)).get("state")
    demand(shown == alone.shown, f"{alone.shown} in {version(older)} for {reached}", shown)
    answer = await older.patch(record["id"], {"state": shown})
    demand(answer.ok, f"200 in {version(older)} for the state it shows", answer)
    kept = (await face(newer, record)).get("state")
    demand(kept == reached, f"{reached} in {version(newer)}, as it was", kept)
    answer = await older.patch(record["id"], {"state": alone.onward})
    demand(answer.ok, f"200 in {version(older)} for {alone.onward}", answer)
    led = (await face(newer, record)).get("state")
    demand(led == alone.onward, f"{alone.onward} in {version(newer)}", led)


@check(
    "V-707",
    title="What a task does to an alarm shows in both versions",
    needs=("create", "retrieve"),
    profiles=_BOTH,
)
async def effects_show_in_both(trial: Trial) -> None:
    for here, there in ways(trial):
        mine, theirs = acting(here, "ackAlarm"), acting(there, "ackAlarm")
        alarm = await theirs.make()
        await face(mine, alarm)
        await act(here, alarm["id"])
        for side in (mine, theirs):
            got = (await face(side, alarm)).get("ackState")
            demand(got == "acknowledged", f"acknowledged in {version(side)}", got)
