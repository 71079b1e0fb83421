"""Registrations with the server under test, and the events they bring."""

from typing import Any
from urllib.parse import quote

from conformance.client import Answer
from conformance.listener import Inbox
from conformance.outcomes import NotApplicable, Skipped
from conformance.trial import Trial, applies

Json = dict[str, Any]


async def callback(trial: Trial) -> str:
    """A callback of its own, where the API has a hub."""
    applies(trial.api.hub, "the file defines no hub")
    return (await trial.shared.listener.inbox()).url


async def register(trial: Trial, url: str, query: str | None = None) -> Answer:
    """POST of a registration; it is removed at the end of the check."""
    body: Json = {"callback": url}
    if query is not None:
        body["query"] = query
    if trial.api.hub and trial.api.hub.typed:
        body["@type"] = "Hub"
    return await trial.send("POST", "/hub", body)


async def deregister(trial: Trial, registration: Answer) -> Answer:
    """DELETE of a registration."""
    record = quote(str(registration.entity.get("id")), safe="")
    return await trial.send("DELETE", f"/hub/{record}")


async def subscribed(trial: Trial, query: str | None = None) -> Inbox:
    """An inbox that the server has promised its events to."""
    applies(trial.api.hub, "the file defines no hub")
    inbox = await trial.shared.listener.inbox()
    answer = await register(trial, inbox.url, query)
    if answer.status == 409:
        raise Skipped("the server has one listener, and it is taken")
    if answer.status != 201:
        raise Skipped(f"could not register: {answer}")
    return inbox


def kinds(trial: Trial) -> dict[str, str]:
    """The event types of the resource, by kind, as the file names its listeners (R-1030)."""
    name = trial.spec.name
    found = {}
    for listener in trial.api.listeners:
        kind = listener.removeprefix(name).removesuffix("Event")
        if listener.startswith(name) and kind in _KINDS:
            found[kind] = listener[:1].upper() + listener[1:]
    if not found:
        raise NotApplicable(f"the file defines no events of {name}")
    return found


_KINDS = frozenset(
    ["Create", "AttributeValueChange", "StateChange", "Delete", "OperatingStatusChange",
     "InformationRequired", "Milestone", "Jeopardy", "JeopardyAlert", "ErrorMessage"]
)  # fmt: skip


def entity_of(trial: Trial, event: Json) -> Json:
    """The entity inside an event, whatever its member is called."""
    inside = event.get("event")
    if not isinstance(inside, dict):
        return {}
    whole = inside.get(trial.spec.name)
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


async def awaited(trial: Trial, inbox: Inbox, record: str, kind: str, count: int = 1) -> list[Json]:
    """The events of a type about a record, when so many came or patience ended."""

    def enough(events: list[Json]) -> bool:
        return len(about(trial, events, record, kind)) >= count

    return about(trial, await inbox.wait(trial.options.patience, enough), record, kind)


async def silence(trial: Trial, inbox: Inbox, record: str, kind: str = "") -> list[Json]:
    """The events about a record that came although none should."""

    def wrong(events: list[Json]) -> bool:
        return bool(about(trial, events, record, kind))

    return about(trial, await inbox.wait(trial.options.quiet, wrong), record, kind)
