"""What events say, and which of them a query selects, beyond their envelope (R-1007 to R-1016)."""

from conformance.check import BOTH, check
from conformance.hubs import about, awaited, entity_of, everything, kinds, subscribed, told_as
from conformance.instants import microseconds, now
from conformance.lifecycles import machine_of
from conformance.outcomes import demand
from conformance.trial import Trial, applies, require

_EVENTS = ("events",)
#: Clocks differ, but by no more than this.
_DAY = 24 * 60 * 60 * 1_000_000


@check(
    "R-1013",
    title="eventTime is the time of the event",
    needs=("create",),
    profiles=_EVENTS,
)
async def events_are_of_today(trial: Trial) -> None:
    kind = _kind(trial, "Create")
    inbox = await everything(trial)
    record = await trial.make()
    came = await awaited(trial, inbox, record["id"], kind)
    require(came, f"no {kind} came")
    time = came[0].get("eventTime")
    moment = microseconds(time)
    require(moment is not None, "eventTime is no date-time")
    demand(abs((moment or 0) - now()) < _DAY, "eventTime of today", time)


@check(
    "R-1016",
    title="A StateChange event holds the new state",
    needs=("create", "patch"),
    profiles=_EVENTS,
    versions=BOTH,
)
async def state_change_has_the_state(trial: Trial) -> None:
    kind = _kind(trial, "StateChange")
    machine = machine_of(trial.api.number, trial.api.major, trial.spec.name)
    applies(machine, f"{trial.spec.name} has no state that clients move")
    assert machine is not None
    inbox = await everything(trial)
    record = await trial.make()
    value = machine.moves[machine.initial][0]
    answer = await trial.patch(record["id"], {machine.attribute: value})
    require(answer.ok, f"the state was not moved: {answer}")
    came = await awaited(trial, inbox, record["id"], kind)
    require(came, f"no {kind} came")
    entity = entity_of(trial, came[-1])
    demand(entity.get(machine.attribute), f"{machine.attribute} in the event", sorted(entity))


@check(
    "R-1007",
    title="All conditions of a query must hold",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def conditions_are_anded(trial: Trial) -> None:
    kind = _kind(trial, "Create")
    name = (await trial.cohort()).marker
    applies(name, "it has no free text")
    text = trial.fresh()
    inbox = await subscribed(trial, f"eventType={kind}&event.{told_as(trial)}.{name}={text}")
    other = await trial.make(**{str(name): trial.fresh()})
    record = await trial.make(**{str(name): text})
    came = await awaited(trial, inbox, record["id"], kind)
    demand(came, f"the {kind} with {name} {text}", "no such event")
    wrong = about(trial, inbox.events, other["id"])
    demand(not wrong, f"no event without {name} {text}", wrong)


@check(
    "R-1007",
    title="A list of values in a query matches any of them",
    needs=("create", "delete"),
    profiles=_EVENTS,
    scope="api",
)
async def values_are_alternatives(trial: Trial) -> None:
    wanted = (_kind(trial, "Create"), _kind(trial, "Delete"))
    inbox = await subscribed(trial, f"eventType={','.join(wanted)}")
    record = await trial.make()
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    for kind in wanted:
        demand(await awaited(trial, inbox, record["id"], kind), kind, "no such event")


def _kind(trial: Trial, kind: str) -> str:
    """The event type of a kind, where the file defines one for the resource."""
    found = kinds(trial)
    applies(kind in found, f"the file defines no {kind} of {trial.spec.name}")
    return found[kind]
