"""Events, taken by the kit's own listener (R-1007 to R-1018)."""

import asyncio
from typing import Any

from conformance.check import check
from conformance.hubs import (
    about,
    awaited,
    entity_of,
    everything,
    kinds,
    silence,
    subscribed,
    told_as,
)
from conformance.instants import microseconds
from conformance.lifecycles import machine_of
from conformance.listener import Inbox
from conformance.outcomes import demand
from conformance.trial import Trial, applies, require
from tmf_apis.spec.types import Kind

Json = dict[str, Any]
_EVENTS = ("events",)
#: Seconds that a slow listener takes.
_LAG = 3.0


@check(
    "R-1012",
    "R-1030",
    "R-1009",
    "R-140",
    "R-620-10",
    "R-678-08",
    title="Creating a record sends its Create event",
    needs=("create",),
    profiles=_EVENTS,
)
async def creation_is_told(trial: Trial) -> None:
    kind = _kind(trial, "Create")
    inbox = await everything(trial)
    record = await trial.make()
    came = await awaited(trial, inbox, record["id"], kind)
    others = {e.get("eventType") for e in about(trial, inbox.events, record["id"])}
    demand(came, kind, ", ".join(map(str, others)) or "no event")


@check(
    "R-1012",
    "R-1030",
    title="Deleting a record sends its Delete event",
    needs=("create", "delete"),
    profiles=_EVENTS,
)
async def deletion_is_told(trial: Trial) -> None:
    kind = _kind(trial, "Delete")
    inbox, record, _ = await _working(trial)
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    demand(await awaited(trial, inbox, record["id"], kind), kind, "no such event")


@check(
    "R-1017",
    "R-1012",
    title="Changing an attribute sends AttributeValueChange",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def change_is_told(trial: Trial) -> None:
    kind, name = _kind(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    inbox, record, _ = await _working(trial)
    require((await trial.patch(record["id"], {name: "kit after"})).ok, "the patch was refused")
    demand(await awaited(trial, inbox, record["id"], kind), kind, "no such event")


@check(
    "R-1017",
    title="Changing an attribute sends no StateChange",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def change_is_no_state_change(trial: Trial) -> None:
    kind, name = _kind(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    moved = _kind(trial, "StateChange")
    applies(trial.spec.name != "alarm", "a change of an alarm may move its state (L-642)")
    inbox, record, _ = await _working(trial)
    require((await trial.patch(record["id"], {name: "kit after"})).ok, "the patch was refused")
    require(await awaited(trial, inbox, record["id"], kind), "no event of the change")
    wrong = await silence(trial, inbox, record["id"], moved)
    demand(not wrong, f"no {moved}", wrong)


@check(
    "R-1017",
    "L-004",
    title="Changing the state sends StateChange",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def state_change_is_told(trial: Trial) -> None:
    kind = _kind(trial, "StateChange")
    inbox, record, _ = await _working(trial)
    name, value = _move(trial)
    answer = await trial.patch(record["id"], {name: value})
    require(answer.ok, f"the state was not moved: {answer}")
    demand(await awaited(trial, inbox, record["id"], kind), kind, "no such event")


@check(
    "R-1017",
    title="Changing state and another attribute sends both events",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def both_changes_are_told(trial: Trial) -> None:
    wanted = (_kind(trial, "StateChange"), _kind(trial, "AttributeValueChange"))
    text = trial.patchable(Kind.TEXT)
    inbox, record, _ = await _working(trial)
    name, value = _move(trial)
    answer = await trial.patch(record["id"], {name: value, text: "kit after"})
    require(answer.ok, f"the patch was refused: {answer}")
    for kind in wanted:
        demand(await awaited(trial, inbox, record["id"], kind), kind, "no such event")


@check(
    "R-1017",
    title="A patch that changes nothing sends nothing",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def no_change_is_not_told(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    inbox, record, _ = await _working(trial, None, **{name: "kit"})
    known = {event.get("eventId") for event in about(trial, inbox.events, record["id"])}
    require((await trial.patch(record["id"], {name: "kit"})).ok, "the patch was refused")
    told = await silence(trial, inbox, record["id"], _quiet(trial), known)
    demand(not told, "no event", [event.get("eventType") for event in told])


@check(
    "R-210", title="A refused request sends no event", needs=("create", "patch"), profiles=_EVENTS
)
async def refusal_is_not_told(trial: Trial) -> None:
    kind, name = _kind(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    inbox, record, _ = await _working(trial)
    answer = await trial.patch(record["id"], {name: {"no": "text"}})
    require(answer.refused, "the patch was not refused")
    wrong = await silence(trial, inbox, record["id"], kind)
    demand(not wrong, "no event", wrong)


@check(
    "R-1013",
    title="An event has eventId, eventTime, eventType and event",
    needs=("create",),
    profiles=_EVENTS,
)
async def envelope_is_whole(trial: Trial) -> None:
    _, _, event = await _working(trial)
    for name in ("eventId", "eventType"):
        demand(isinstance(event.get(name), str) and event[name], f"{name} as a text", event)
    demand(
        microseconds(event.get("eventTime")) is not None,
        "eventTime as a date-time",
        event.get("eventTime"),
    )
    demand(isinstance(event.get("event"), dict), "event as an object", event)


@check(
    "R-1013",
    title="Every event has an eventId of its own",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def event_ids_differ(trial: Trial) -> None:
    kind = _kind(trial, "Create")
    inbox, _, first = await _working(trial)
    other = await trial.make()
    came = await awaited(trial, inbox, other["id"], kind)
    require(came, "no second event came")
    demand(came[0].get("eventId") != first.get("eventId"), "two ids", first.get("eventId"))


@check(
    "R-1012",
    title="@type of an event is its eventType, @baseType is Event",
    needs=("create",),
    profiles=_EVENTS,
)
async def event_is_typed(trial: Trial) -> None:
    applies(trial.spec.typed, "the file does not require @type")
    _, _, event = await _working(trial)
    got = (event.get("@type"), event.get("@baseType", "Event"))
    demand(got == (event.get("eventType"), "Event"), str((event.get("eventType"), "Event")), got)


@check(
    "R-1014",
    title="event holds the entity under the name of its resource",
    needs=("create",),
    profiles=_EVENTS,
)
async def payload_is_named(trial: Trial) -> None:
    _, _, event = await _working(trial)
    members = sorted(event.get("event") or {})
    demand(told_as(trial) in members, told_as(trial), ", ".join(members))


@check(
    "R-1015",
    title="A Create event holds the whole entity",
    needs=("create", "retrieve"),
    profiles=_EVENTS,
)
async def create_event_is_complete(trial: Trial) -> None:
    _, record, event = await _working(trial)
    missing = sorted(record.keys() - entity_of(trial, event).keys())
    demand(not missing, "the whole entity", f"without {', '.join(missing)}")


@check(
    "R-1015",
    title="A Delete event says which record is gone",
    needs=("create", "delete"),
    profiles=_EVENTS,
)
async def delete_event_has_the_id(trial: Trial) -> None:
    kind = _kind(trial, "Delete")
    inbox, record, _ = await _working(trial)
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
    kind, name = _kind(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    inbox, record, _ = await _working(trial)
    require((await trial.patch(record["id"], {name: "kit after"})).ok, "the patch was refused")
    came = await awaited(trial, inbox, record["id"], kind)
    require(came, "no event of the change")
    got = entity_of(trial, came[0]).get(name)
    demand(got == "kit after", f"{name}: kit after", got)


@check(
    "R-1009",
    title="Events are POSTed as JSON to the callback as it was given",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def delivery_is_a_post(trial: Trial) -> None:
    inbox, _, _ = await _working(trial)
    delivery = inbox.deliveries[0]
    demand(delivery.method == "POST", "POST", delivery.method)
    demand(
        delivery.media.partition(";")[0].strip() == "application/json",
        "application/json",
        delivery.media,
    )
    exact = inbox.url.endswith(delivery.path)
    demand(exact, inbox.url, delivery.path)


@check(
    "R-1010",
    title="Any 2xx is a success: the event is not sent again",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def success_is_enough(trial: Trial) -> None:
    kind = _kind(trial, "Create")
    inbox = await subscribed(trial)
    inbox.status = 201
    record = await trial.make()
    require(await awaited(trial, inbox, record["id"], kind), "no event came")
    again = await awaited_more(trial, inbox, record["id"], kind)
    demand(len(again) == 1, "one delivery", f"{len(again)} deliveries")


@check(
    "R-1011",
    title="A delivery that fails is tried again, with the same eventId",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def failure_is_retried(trial: Trial) -> None:
    kind = _kind(trial, "Create")
    inbox = await subscribed(trial)
    name = (await trial.cohort()).marker
    applies(name, "it has no free text")
    inbox.refuses = trial.fresh()
    record = await trial.make(**{str(name): inbox.refuses})
    came = await awaited(trial, inbox, record["id"], kind, 2, 2 * trial.options.patience)
    require(came, "no event came")
    demand(len(came) > 1, "a second delivery", "one delivery")
    ids = {event.get("eventId") for event in came}
    demand(len(ids) == 1, "the same eventId", ids)


@check(
    "R-1011",
    title="A slow listener does not delay answers",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def slow_listener_delays_nothing(trial: Trial) -> None:
    _kind(trial, "Create")
    inbox = await subscribed(trial)
    inbox.lag = _LAG
    record = await trial.make()
    answered = asyncio.get_running_loop().time()
    inbox.lag = 0.0
    # However slow a server is, only a listener it told before it answered can have held it up.
    told = [d for d in inbox.deliveries if isinstance(d.body, dict)]
    held = [answered - d.at for d in told if about(trial, [d.body], record["id"])]
    longest = max(held, default=0.0)
    demand(longest < _LAG - 0.5, "an answer before the listener's", f"{longest:.1f} s after it")


@check(
    "R-1011",
    title="Events of one record come in order",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def order_is_kept(trial: Trial) -> None:
    kind, name = _kind(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    inbox, record, _ = await _working(trial)
    texts = [f"kit {number}" for number in range(4)]
    for text in texts:
        require((await trial.patch(record["id"], {name: text})).ok, "the patch was refused")
    came = await awaited(trial, inbox, record["id"], kind, len(texts))
    require(len(came) == len(texts), f"{len(came)} of {len(texts)} events came")
    got = [entity_of(trial, event).get(name) for event in came]
    demand(got == texts, ", ".join(texts), got)


@check(
    "R-1007",
    title="query selects by eventType",
    needs=("create", "delete"),
    profiles=_EVENTS,
    scope="api",
)
async def query_selects_a_type(trial: Trial) -> None:
    deleted = _kind(trial, "Delete")
    inbox = await subscribed(trial, f"eventType={deleted}")
    record = await trial.make()
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    require(await awaited(trial, inbox, record["id"], deleted), "no event came")
    kinds_told = {str(event.get("eventType")) for event in inbox.events}
    demand(kinds_told == {deleted}, f"{deleted} alone", ", ".join(sorted(kinds_told)))


@check(
    "R-1007",
    title="query selects by what the event holds",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def query_selects_by_payload(trial: Trial) -> None:
    kind = _kind(trial, "Create")
    name = (await trial.cohort()).marker
    applies(name, "it has no free text")
    text = trial.fresh()
    inbox = await subscribed(trial, f"event.{told_as(trial)}.{name}={text}")
    other = await trial.make(**{str(name): trial.fresh()})
    record = await trial.make(**{str(name): text})
    came = await awaited(trial, inbox, record["id"], kind)
    demand(came, f"the event with {name} {text}", "no such event")
    wrong = about(trial, inbox.events, other["id"])
    demand(not wrong, "no event of another record", wrong)


@check(
    "R-1007",
    title="fields in a query narrows the events",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def query_narrows(trial: Trial) -> None:
    kind = _kind(trial, "Create")
    inbox = await subscribed(trial, f"eventType={kind}&fields=eventType,event")
    record = await trial.make()
    came = await awaited(trial, inbox, record["id"], kind)
    applies(came, "fields in a query is not offered, or leaves no trace")
    applies("eventTime" not in came[0], "fields in a query is not offered")
    demand(came[0].get("eventType") == kind, kind, came[0])


@check(
    "R-1003",
    title="After DELETE of the registration no event comes",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def deregistered_hears_nothing(trial: Trial) -> None:
    inbox, _, _ = await _working(trial, await subscribed(trial))
    registration = trial.created[0]
    require(registration.startswith("/hub/"), "the registration has no id")
    require((await trial.send("DELETE", registration)).status == 204, "it was not removed")
    # What was under way may still arrive, and the news may take a moment to get around.
    await asyncio.sleep(trial.options.quiet)
    later = await trial.make()
    wrong = await silence(trial, inbox, later["id"])
    demand(not wrong, "no event", wrong)


@check(
    "R-1018",
    title="An order that lacks information says what is missing",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def missing_information_is_told(trial: Trial) -> None:
    kind = _kind(trial, "InformationRequired")
    applies(trial.rules.items, "it is no order")
    inbox, record, _ = await _working(trial)
    for state in ("inProgress", "pending"):
        require((await trial.patch(record["id"], {"state": state})).ok, f"not led to {state}")
    came = await inbox.wait(
        trial.options.quiet, lambda events: about(trial, events, record["id"], kind)
    )
    found = about(trial, came, record["id"], kind)
    applies(found, "nothing is missing, as far as the server knows")
    where = found[0].get("fieldPath") or (found[0].get("event") or {}).get("informationRequired")
    demand(where, "what is missing", found[0])


async def awaited_more(trial: Trial, inbox: Inbox, record: str, kind: str) -> list[Json]:
    """The deliveries about a record after a while of listening."""
    came = await inbox.wait(
        trial.options.quiet, lambda events: len(about(trial, events, record, kind)) > 1
    )
    return about(trial, came, record, kind)


async def _working(
    trial: Trial, inbox: Inbox | None = None, /, **changes: Any
) -> tuple[Inbox, Json, Json]:
    """An inbox, a new record, and its Create event, by which the inbox is known to work."""
    kind = _kind(trial, "Create")
    inbox = inbox or await everything(trial)
    record = await trial.make(**changes)
    came = await awaited(trial, inbox, record["id"], kind)
    require(came, f"no {kind} came")
    return inbox, record, came[0]


def _kind(trial: Trial, kind: str) -> str:
    """The event type of a kind, where the file defines one for the resource."""
    found = kinds(trial)
    applies(kind in found, f"the file defines no {kind} of {trial.spec.name}")
    return found[kind]


def _quiet(trial: Trial) -> str:
    return kinds(trial).get("AttributeValueChange", "")


def _move(trial: Trial) -> tuple[str, str]:
    """A change of state that is legal for a new record."""
    machine = machine_of(trial.api.number, trial.api.major, trial.spec.name)
    if machine is not None:
        return machine.attribute, machine.moves[machine.initial][0]
    name = trial.rules.state
    applies(name == "lifecycleStatus", f"{trial.spec.name} has no state that clients move")
    return str(name), "In design"
