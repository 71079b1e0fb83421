"""What sends an event, and what sends none (R-210, R-1012, R-1017, R-1018)."""

from conformance.check import check
from conformance.events import (
    about,
    awaited,
    event_type,
    kinds,
    legal_move,
    silence,
    working_inbox,
)
from conformance.hubs import everything
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

_EVENTS = ("events",)


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
    kind = event_type(trial, "Create")
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
    kind = event_type(trial, "Delete")
    inbox, record, _ = await working_inbox(trial)
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
