"""Events of one record: their types, what they hold, and whether they come."""

from collections.abc import Collection
from typing import Any

from conformance.hubs import everything
from conformance.lifecycles import machine_of
from conformance.listener import Inbox
from conformance.outcomes import NotApplicable, applies, require
from conformance.trial import Trial

Json = dict[str, Any]

#: What may happen to a record, as the names of listeners say it.
_KINDS = frozenset(
    ["Create", "AttributeValueChange", "StateChange", "Delete", "OperatingStatusChange",
     "InformationRequired", "Milestone", "Jeopardy", "JeopardyAlert", "ErrorMessage"]
)  # fmt: skip


def told_as(trial: Trial) -> str:
    """The resource that events are named after: of a view, the one it is a view of (D17)."""
    return trial.rules.view_of or trial.spec.name


def kinds(trial: Trial) -> dict[str, str]:
    """The event types of the resource, by kind, as the file names its listeners (R-1030)."""
    name = told_as(trial)
    found = {}
    for listener in trial.api.listeners:
        kind = listener.removeprefix(name).removesuffix("Event")
        if listener.startswith(name) and kind in _KINDS:
            found[kind] = listener[:1].upper() + listener[1:]
    if not found:
        raise NotApplicable(f"the file defines no events of {name}")
    return found


def event_type(trial: Trial, kind: str) -> str:
    """The event type of a kind, where the file defines one for the resource."""
    found = kinds(trial)
    applies(kind in found, f"the file defines no {kind} of {trial.spec.name}")
    return found[kind]


def entity_of(trial: Trial, event: Json) -> Json:
    """The entity inside an event, whatever its member is called."""
    inside = event.get("event")
    if not isinstance(inside, dict):
        return {}
    whole = inside.get(told_as(trial))
    if isinstance(whole, dict):
        return whole
    return next((value for value in inside.values() if isinstance(value, dict)), {})


def about(trial: Trial, events: list[Json], record: str, kind: str = "") -> list[Json]:
    """The events of one record, of one type if it is given."""
    return [
        event
        for event in events
        if entity_of(trial, event).get("id") == record
        and (not kind or event.get("eventType") == kind)
    ]


async def awaited(
    trial: Trial, inbox: Inbox, record: str, kind: str, count: int = 1, patience: float = 0
) -> list[Json]:
    """The events of a type about a record, when so many came or patience ended."""

    def enough(events: list[Json]) -> bool:
        return len(about(trial, events, record, kind)) >= count

    came = await inbox.wait(patience or trial.options.patience, enough)
    return about(trial, came, record, kind)


async def silence(
    trial: Trial, inbox: Inbox, record: str, kind: str = "", known: Collection[Any] = ()
) -> list[Json]:
    """The events about a record that came although none should, beside those with known ids."""

    def wrong(events: list[Json]) -> list[Json]:
        return [e for e in about(trial, events, record, kind) if e.get("eventId") not in known]

    return wrong(await inbox.wait(trial.options.quiet, wrong))


async def working_inbox(
    trial: Trial, inbox: Inbox | None = None, /, **changes: Any
) -> tuple[Inbox, Json, Json]:
    """An inbox, a new record, and its Create event, by which the inbox is known to work."""
    kind = event_type(trial, "Create")
    inbox = inbox or await everything(trial)
    record = await trial.make(**changes)
    came = await awaited(trial, inbox, record["id"], kind)
    require(came, f"no {kind} came")
    return inbox, record, came[0]


def legal_move(trial: Trial) -> tuple[str, str]:
    """A change of state that is legal for a new record."""
    machine = machine_of(trial.api.number, trial.api.major, trial.spec.name)
    if machine is not None:
        return machine.attribute, machine.moves[machine.initial][0]
    name = trial.rules.state
    applies(name == "lifecycleStatus", f"{trial.spec.name} has no state that clients move")
    return str(name), "In design"
