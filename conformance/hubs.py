"""Registrations with the server under test."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from conformance.client import Answer
from conformance.listener import Inbox
from conformance.outcomes import Skipped, applies
from conformance.trial import Trial
from tmf_apis.spec.events import defined_by

Json = dict[str, Any]
_TAKEN = "the server has one listener, and it is taken"


async def callback(trial: Trial) -> str:
    """A callback of its own, where the API has a hub."""
    applies(trial.api.hub, "the file defines no hub")
    return (await trial.shared.listener.inbox()).url


async def register(trial: Trial, url: str, query: str | None = None) -> Answer:
    """POST of a registration; it is removed at the end of the check.

    A server may be content with one listener (R-1005): then the checks take turns, and 409 is
    the answer only to one that has a registration already.
    """
    turns, mine = trial.shared.turns, any(path.startswith("/hub/") for path in trial.created)
    if mine or not turns.needed:
        answer = await _post(trial, url, query)
        if mine or answer.status != 409:
            return answer
    turns.needed = True
    await _turn(trial, turns.take)
    if trial.shared.registration:
        trial.shared.kept.remove(trial.shared.registration)
        await trial.send("DELETE", trial.shared.registration)
        trial.shared.registration = None
    return await _once_free(trial, url, query)


async def registered(trial: Trial, url: str, query: str | None = None) -> Answer:
    """A registration that the server has taken."""
    answer = await register(trial, url, query)
    _require_taken(answer)
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
    applies(trial.api.hub, "the file defines no hub")
    shared = trial.shared
    await _turn(trial, shared.turns.share)
    async with shared.locks.setdefault("/hub", asyncio.Lock()):
        inbox = shared.inbox = shared.inbox or await shared.listener.inbox()
        if shared.registration is None:
            before = len(trial.created)
            _require_taken(await _once_free(trial, inbox.url))
            shared.registration = "".join(trial.keep(before))
    return inbox


def narrow(trial: Trial) -> str:
    """A query for one kind of event that the file defines; many a server refuses any other."""
    applies(trial.api.hub, "the file defines no hub")
    kinds = sorted(defined_by(trial.api))
    applies(kinds, "the file defines no events")
    return f"eventType={kinds[0]}"


async def _post(trial: Trial, url: str, query: str | None) -> Answer:
    body: Json = {"callback": url}
    if query is not None:
        body["query"] = query
    if trial.api.hub and trial.api.hub.typed:
        body["@type"] = "Hub"
    return await trial.send("POST", "/hub", body)


async def _turn(trial: Trial, come: Callable[[], Awaitable[None]]) -> None:
    """Come to the listener for the rest of the check."""
    try:
        async with asyncio.timeout(trial.options.check_timeout / 2):
            await come()
    except TimeoutError:
        raise Skipped(_TAKEN) from None
    trial.leaving.append(trial.shared.turns.leave)


async def _once_free(trial: Trial, url: str, query: str | None = None) -> Answer:
    """A registration as soon as those made before turns were needed are gone."""
    turns, waited, pause = trial.shared.turns, 0.0, 0.1
    while True:
        answer = await _post(trial, url, query)
        if answer.status != 409 or turns.hopeless:
            return answer
        turns.needed = True
        turns.hopeless = waited >= 2 * trial.options.patience
        await asyncio.sleep(pause)
        waited, pause = waited + pause, min(pause * 2, 1.0)


def _require_taken(answer: Answer) -> None:
    if answer.status == 409:
        raise Skipped(_TAKEN)
    if answer.status != 201:
        raise Skipped(f"could not register: {answer}")
