"""What sends an event, and what sends none (R-210, R-1012, R-1017, R-1018)."""

from typing import Any

from conformance.check import check
from conformance.events import (
    about,
    awaited,
    entity_of,
    event_type,
    kinds,
    legal_move,
    silence,
    working_inbox,
)
from conformance.free_attributes import free_attributes
from conformance.hubs import everything, subscribed
from conformance.outcomes import applies, demand, require
from conformance.resource import JSON_PATCH
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]
_EVENTS = ("events",)
#: Resources whose events have a rule of their own.
_OWN = {
    "importJob": "R-620-10", "exportJob": "R-620-10", "customerBill": "R-678-08",
    "customerBillOnDemand": "R-678-08",
}  # fmt: skip


@check(
    "R-1012",
    "R-1030",
    "R-140",
    "R-620-10",
    "R-678-08",
    title="Creating a record sends its Create event",
    needs=("create",),
    profiles=_EVENTS,
)
async def creation_is_told(trial: Trial) -> None:
    kind = event_type(trial, "Create")
    inbox = await everything(trial)
    record = await trial.make()
    came = await awaited(trial, inbox, record["id"], kind)
    others = {e.get("eventType") for e in about(trial, inbox.events, record["id"])}
    own = [_OWN[trial.spec.name]] if trial.spec.name in _OWN else []
    got = ", ".join(map(str, others)) or "no event"
    demand(came, kind, got, "R-1012", "R-1030", "R-140", *own)


@check(
    "R-1012",
    "R-1030",
    title="Deleting a record sends its Delete event",
    needs=("create", "delete"),
    profiles=_EVENTS,
)
async def deletion_is_told(trial: Trial) -> None:
    kind = event_type(trial, "Delete")
    inbox, record, _ = await working_inbox(trial)
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    demand(await awaited(trial, inbox, record["id"], kind), kind, "no such event")


@check(
    "R-1017",
    title="Changing an attribute sends AttributeValueChange",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def change_is_told(trial: Trial) -> None:
    kind, name = event_type(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    inbox, record, _ = await working_inbox(trial)
    require((await trial.patch(record["id"], {name: "kit after"})).ok, "the patch was refused")
    demand(await awaited(trial, inbox, record["id"], kind), kind, "no such event")


@check(
    "R-1017",
    title="Changing an attribute sends no StateChange",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def change_is_no_state_change(trial: Trial) -> None:
    kind, name = event_type(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    moved = event_type(trial, "StateChange")
    applies(trial.spec.name != "alarm", "a change of an alarm may move its state (L-642)")
    inbox, record, _ = await working_inbox(trial)
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
    kind = event_type(trial, "StateChange")
    inbox, record, _ = await working_inbox(trial)
    name, value = legal_move(trial)
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
    wanted = (event_type(trial, "StateChange"), event_type(trial, "AttributeValueChange"))
    text = trial.patchable(Kind.TEXT)
    inbox, record, _ = await working_inbox(trial)
    name, value = legal_move(trial)
    answer = await trial.patch(record["id"], {name: value, text: "kit after"})
    require(answer.ok, f"the patch was refused: {answer}")
    for kind in wanted:
        demand(await awaited(trial, inbox, record["id"], kind), kind, "no such event")


@check(
    "R-1017",
    title="A change by JSON Patch is told as any other",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def json_patches_are_told(trial: Trial) -> None:
    kind, name = event_type(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    inbox, record, _ = await working_inbox(trial, None, **{name: "kit before"})
    step = {"op": "replace", "path": f"/{name}", "value": "kit after"}
    answer = await trial.patch(record["id"], [step], JSON_PATCH)
    applies(answer.ok, "JSON Patch is not offered")
    demand(await awaited(trial, inbox, record["id"], kind), kind, "no such event")


@check(
    "R-1017",
    title="A patch that changes nothing sends nothing",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def no_change_is_not_told(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    inbox, record, _ = await working_inbox(trial, None, **{name: "kit"})
    known = {event.get("eventId") for event in about(trial, inbox.events, record["id"])}
    require((await trial.patch(record["id"], {name: "kit"})).ok, "the patch was refused")
    told = await silence(trial, inbox, record["id"], _quiet(trial), known)
    demand(not told, "no event", [event.get("eventType") for event in told])


@check(
    "S-003",
    title="A record that an event tells of can be read at once",
    needs=("create", "retrieve"),
    profiles=_EVENTS,
)
async def told_when_it_can_be_read(trial: Trial) -> None:
    kind = event_type(trial, "Create")
    inbox = await subscribed(trial)
    seen: dict[str, int] = {}

    async def read(event: Json) -> None:
        record = entity_of(trial, event).get("id")
        if event.get("eventType") == kind and isinstance(record, str) and record not in seen:
            seen[record] = (await trial.get(record)).status

    inbox.probe = read
    record = await trial.make()
    came = await awaited(trial, inbox, record["id"], kind)
    require(came, f"no {kind} came")
    status = seen[record["id"]]
    demand(status == 200, "200 for the record while its event is delivered", status)


@check(
    "R-210", title="A refused request sends no event", needs=("create", "patch"), profiles=_EVENTS
)
async def refusal_is_not_told(trial: Trial) -> None:
    kind, name = event_type(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    inbox, record, _ = await working_inbox(trial)
    answer = await trial.patch(record["id"], {name: {"no": "text"}})
    require(answer.refused, "the patch was not refused")
    wrong = await silence(trial, inbox, record["id"], kind)
    demand(not wrong, "no event", wrong)


@check(
    "R-210", title="A creation that is refused sends no event", needs=("create",), profiles=_EVENTS
)
async def refused_creation_is_not_told(trial: Trial) -> None:
    inbox, _, _ = await working_inbox(trial)
    name, text = await trial.marker(), trial.fresh()
    texts = free_attributes(trial.spec, trial.rules, Kind.TEXT)
    other = next((free for free in texts if free != name), None)
    applies(other, "it has no second text by which a creation could be refused")
    answer = await trial.post(await trial.minimal() | {name: text, str(other): {"no": "text"}})
    require(answer.refused, "the creation was not refused")

    def wrong(events: list[Json]) -> list[Json]:
        return [event for event in events if entity_of(trial, event).get(name) == text]

    told = wrong(await inbox.wait(trial.options.quiet, wrong))
    demand(not told, "no event", told)


@check(
    "R-1018",
    title="An order that lacks information says what is missing",
    needs=("create", "patch"),
    profiles=_EVENTS,
)
async def missing_information_is_told(trial: Trial) -> None:
    kind = event_type(trial, "InformationRequired")
    applies(trial.rules.items, "it is no order")
    inbox, record, _ = await working_inbox(trial)
    for state in ("inProgress", "pending"):
        require((await trial.patch(record["id"], {"state": state})).ok, f"not led to {state}")
    came = await inbox.wait(
        trial.options.quiet, lambda events: about(trial, events, record["id"], kind)
    )
    found = about(trial, came, record["id"], kind)
    applies(found, "nothing is missing, as far as the server knows")
    where = found[0].get("fieldPath") or (found[0].get("event") or {}).get("informationRequired")
    demand(where, "what is missing", found[0])


def _quiet(trial: Trial) -> str:
    return kinds(trial).get("AttributeValueChange", "")
