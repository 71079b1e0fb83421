"""Registrations with the server under test, and the events they bring."""

import asyncio
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


async def registered(trial: Trial, url: str, query: str | None = None) -> Answer:
    """A registration that the server has taken.

    A server may be content with one listener (R-1005), and the kit has it already.
    """
    answer = await register(trial, url, query)
    if answer.status == 409:
        raise Skipped("the server has one listener, and it is taken")
    if answer.status != 201:
        raise Skipped(f"could not register: {answer}")
    return answer


async def deregister(trial: Trial, registration: Answer) -> Answer:
    """DELETE of a registration."""
    record = quote(str(registration.entity.get("id")), safe="")
    return await trial.send("DELETE", f"/hub/{record}")


async def subscribed(trial: Trial, query: str | None = None) -> Inbox:
    """An inbox of its own that the server has promised its events to."""
    applies(trial.api.hub, "the file defines no hub")
    inbox = await trial.shared.listener.inbox()
    await registered(trial, inbox.url, query)
    return inbox


async def everything(trial: Trial) -> Inbox:
    """The inbox that every event of the API is promised to, shared by all checks."""
    async with trial.shared.locks.setdefault("/hub", asyncio.Lock()):
        if trial.shared.inbox is None:
            before = len(trial.created)
            trial.shared.inbox = await subscribed(trial)
            trial.shared.kept += trial.created[before:]
            del trial.created[before:]
    return trial.shared.inbox


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


_KINDS = frozenset(
    ["Create", "AttributeValueChange", "StateChange", "Delete", "OperatingStatusChange",
     "InformationRequired", "Milestone", "Jeopardy", "JeopardyAlert", "ErrorMessage"]
)  # fmt: skip


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


async def silence(trial: Trial, inbox: Inbox, record: str, kind: str = "") -> list[Json]:
    """The events about a record that came although none should."""

    def wrong(events: list[Json]) -> bool:
        return bool(about(trial, events, record, kind))

    return about(trial, await inbox.wait(trial.options.quiet, wrong), record, kind)
