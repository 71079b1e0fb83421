"""How events reach a listener, and when they no longer do (R-1003, R-1009 to R-1011)."""

import asyncio
from typing import Any

from conformance.check import check
from conformance.events import about, awaited, entity_of, event_type, silence, working_inbox
from conformance.hubs import registered, subscribed
from conformance.listener import Inbox
from conformance.outcomes import demand, require
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]
_EVENTS = ("events",)
#: Seconds that a slow listener takes.
_LAG = 3.0


@check(
    "R-1009",
    title="Events are POSTed as JSON to the callback as it was given",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def delivery_is_a_post(trial: Trial) -> None:
    inbox, _, _ = await working_inbox(trial)
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
    "R-1009",
    title="The query of a callback is kept",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def callbacks_keep_their_query(trial: Trial) -> None:
    kind, inbox = event_type(trial, "Create"), await trial.shared.listener.inbox()
    url = f"{inbox.url}?kit=a%20b&more=1"
    await registered(trial, url)
    record = await trial.make()
    require(await awaited(trial, inbox, record["id"], kind), "no event came")
    got = inbox.deliveries[0].path
    demand(url.endswith(got) and "?" in got, url, got)


@check(
    "R-1010",
    title="Any 2xx is a success: the event is not sent again",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def success_is_enough(trial: Trial) -> None:
    kind = event_type(trial, "Create")
    inbox = await subscribed(trial)
    inbox.status = 201
    record = await trial.make()
    require(await awaited(trial, inbox, record["id"], kind), "no event came")
    again = await _awaited_more(trial, inbox, record["id"], kind)
    demand(len(again) == 1, "one delivery", f"{len(again)} deliveries")


@check(
    "R-1010",
    title="A 2xx that no file names is a success as well",
    needs=("create", "delete"),
    profiles=_EVENTS,
    scope="api",
)
async def every_success_is_enough(trial: Trial) -> None:
    kind, gone = event_type(trial, "Create"), event_type(trial, "Delete")
    inbox = await subscribed(trial)
    inbox.status = 202
    record = await trial.make()
    require(await awaited(trial, inbox, record["id"], kind), "no event came")
    require((await trial.delete(record["id"])).status == 204, "the record was not deleted")
    # Events of one record come in order: what is to be sent again comes before the next one.
    # What others tell the same inbox in the meantime is answered so as well.
    patience = 2 * trial.options.patience
    told = await awaited(trial, inbox, record["id"], gone, 1, patience)
    ids = [event["eventId"] for event in inbox.events if isinstance(event.get("eventId"), str)]
    again = len(ids) - len(set(ids))
    demand(not again, "each event once, answered with 202", f"{again} came again")
    require(told, f"no {gone} came")


@check(
    "R-1011",
    title="A delivery that fails is tried again, with the same eventId",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def failure_is_retried(trial: Trial) -> None:
    kind = event_type(trial, "Create")
    inbox = await subscribed(trial)
    name = await trial.marker()
    inbox.refuses = trial.fresh()
    record = await trial.make(**{name: inbox.refuses})
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
    event_type(trial, "Create")
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
    kind, name = event_type(trial, "AttributeValueChange"), trial.patchable(Kind.TEXT)
    inbox, record, _ = await working_inbox(trial)
    texts = [f"kit {number}" for number in range(4)]
    for text in texts:
        require((await trial.patch(record["id"], {name: text})).ok, "the patch was refused")
    came = await awaited(trial, inbox, record["id"], kind, len(texts))
    require(len(came) == len(texts), f"{len(came)} of {len(texts)} events came")
    got = [entity_of(trial, event).get(name) for event in came]
    demand(got == texts, ", ".join(texts), got)


@check(
    "R-1003",
    title="After DELETE of the registration no event comes",
    needs=("create",),
    profiles=_EVENTS,
    scope="api",
)
async def deregistered_hears_nothing(trial: Trial) -> None:
    inbox, _, _ = await working_inbox(trial, await subscribed(trial))
    registration = trial.created[0]
    require(registration.startswith("/hub/"), "the registration has no id")
    require((await trial.send("DELETE", registration)).status == 204, "it was not removed")
    # What was under way may still arrive, and the news may take a moment to get around.
    await asyncio.sleep(trial.options.quiet)
    later = await trial.make()
    wrong = await silence(trial, inbox, later["id"])
    demand(not wrong, "no event", wrong)


async def _awaited_more(trial: Trial, inbox: Inbox, record: str, kind: str) -> list[Json]:
    """The deliveries about a record after a while of listening."""
    came = await inbox.wait(
        trial.options.quiet, lambda events: len(about(trial, events, record, kind)) > 1
    )
    return about(trial, came, record, kind)
