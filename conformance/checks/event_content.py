"""What an event holds: its envelope and the entity inside (R-1012 to R-1016)."""

from urllib.parse import urljoin, urlsplit

from conformance.check import BOTH, check
from conformance.events import awaited, entity_of, event_type, told_as, working_inbox
from conformance.hubs import everything
from conformance.instants import microseconds, now
from conformance.lifecycles import machine_of
from conformance.links import reached
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

_EVENTS = ("events",)
#: Clocks differ, but by no more than this.
_DAY = 24 * 60 * 60 * 1_000_000


@check(
    "R-1013",
    "R-1201",
    title="An event has eventId, eventTime, eventType and event",
    needs=("create",),
    profiles=_EVENTS,
)
async def envelope_is_whole(trial: Trial) -> None:
    _, _, event = await working_inbox(trial)
    for name in ("eventId", "eventType"):
        given = isinstance(event.get(name), str) and event[name]
        demand(given, f"{name} as a text", event, "R-1013")
    time = event.get("eventTime")
    broken = ("R-1013", "R-1201") if isinstance(time, str) else ("R-1013",)
    demand(microseconds(time) is not None, "eventTime as a date-time", time, *broken)
    demand(isinstance(event.get("event"), dict), "event as an object", event, "R-1013")


@check(
    "R-1013",
    title="The time of an event is spelt as its version spells it",
    needs=("create",),
    profiles=_EVENTS,
)
async def time_is_spelt_as_declared(trial: Trial) -> None:
    _, _, event = await working_inbox(trial)
    own, other = ("timeOcurred", "timeOccurred")[:: 1 if trial.api.major == "v4" else -1]
    applies({own, other} & event.keys(), "it is optional")
    demand(own in event, own, f"{other} alone")


@check(
    "R-103",
    title="The href in an event leads to the record",
    needs=("create", "retrieve"),
    profiles=_EVENTS,
)
async def href_of_an_event_leads_there(trial: Trial) -> None:
    _, record, event = await working_inbox(trial)
    href, own = entity_of(trial, event).get("href"), record.get("href")
    applies(isinstance(href, str) and isinstance(own, str), "the event has no href")
    # Another spelling of the address is as good, if it leads to the same record.
    if href != own:
        url = reached(trial, str(href))
        there = await trial.send("GET", url) if _same_host(trial, str(href), str(own)) else None
        found = there is not None and there.entity.get("id") == record["id"]
        demand(found, str(own), href)


@check(
    "R-1013",
    title="Every event has an eventId of its own",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def event_ids_differ(trial: Trial) -> None:
    kind = event_type(trial, "Create")
    inbox, _, first = await working_inbox(trial)
    other = await trial.make()
    came = await awaited(trial, inbox, other["id"], kind)
    require(came, "no second event came")
    demand(came[0].get("eventId") != first.get("eventId"), "two ids", first.get("eventId"))


@check(
    "R-1013",
    title="eventTime is the time of the event",
    needs=("create",),
    profiles=_EVENTS,
)
async def events_are_of_today(trial: Trial) -> None:
    _, _, event = await working_inbox(trial)
    time = event.get("eventTime")
    moment = microseconds(time)
    require(moment is not None, "eventTime is no date-time")
    demand(abs((moment or 0) - now()) < _DAY, "eventTime of today", time)


@check(
    "R-1012",
    title="@type of an event is its eventType, @baseType is Event",
    needs=("create",),
    profiles=_EVENTS,
)
async def event_is_typed(trial: Trial) -> None:
    applies(trial.spec.typed, "the file does not require @type")
    _, _, event = await working_inbox(trial)
    got = (event.get("@type"), event.get("@baseType", "Event"))
    demand(got == (event.get("eventType"), "Event"), str((event.get("eventType"), "Event")), got)


@check(
    "R-1014",
    title="event holds the entity under the name of its resource",
    needs=("create",),
    profiles=_EVENTS,
)
async def payload_is_named(trial: Trial) -> None:
    _, _, event = await working_inbox(trial)
    members = sorted(event.get("event") or {})
    demand(told_as(trial) in members, told_as(trial), ", ".join(members))


@check(
    "R-1015",
    title="A Create event holds the whole entity",
    needs=("create", "retrieve"),
    profiles=_EVENTS,
)
async def create_event_is_complete(trial: Trial) -> None:
    _, record, event = await working_inbox(trial)
    missing = sorted(record.keys() - entity_of(trial, event).keys())
    demand(not missing, "the whole entity", f"without {', '.join(missing)}")


@check(
    "R-1015",
    title="A Delete event says which record is gone",
    needs=("create", "delete"),
    profiles=_EVENTS,
)
async def delete_event_has_the_id(trial: Trial) -> None:
    kind = event_type(trial, "Delete")
    inbox, record, _ = await working_inbox(trial)
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    came = await awaited(trial, inbox, record["id"], kind)
    require(came, "no event of the deletion")
    entity = entity_of(trial, came[0])
    demand(entity.get("href") or not trial.spec.typed, "id and href", entity)


@check(
    "R-1016",
    title="A change event holds id and what has changed",
    needs=("create", "patch"),
    profiles=_EVENTS,
    versions=("v4", "v5"),
)
async def change_event_has_the_change(trial: Trial) -> None:
    kind, name = event_type(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    inbox, record, _ = await working_inbox(trial, None, **{name: "kit before"})
    require((await trial.patch(record["id"], {name: "kit after"})).ok, "the patch was refused")
    came = await awaited(trial, inbox, record["id"], kind)
    require(came, "no event of the change")
    got = entity_of(trial, came[0]).get(name)
    demand(got == "kit after", f"{name}: kit after", got)


@check(
    "R-1016",
    title="A StateChange event holds the new state",
    needs=("create", "patch"),
    profiles=_EVENTS,
    versions=BOTH,
)
async def state_change_has_the_state(trial: Trial) -> None:
    kind = event_type(trial, "StateChange")
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


def _same_host(trial: Trial, href: str, own: str) -> bool:
    """Whether an address is of the server as its records have it, or as this client has it."""
    base = trial.session.client.base
    known = {urlsplit(base).netloc, urlsplit(urljoin(base, own)).netloc}
    return urlsplit(urljoin(base, href)).netloc in known
