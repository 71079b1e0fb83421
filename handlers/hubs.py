"""The listener registry of an API: register, show and remove a subscription (R-1001..R-1006)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from handlers import intake
from handlers.audit.recording import of_document
from handlers.conditions import check_conditions
from handlers.http import Request, Response
from handlers.notifications import dead, leases
from handlers.notifications.announced import announced_by
from handlers.notifications.registry import callback_rules
from handlers.notifications.subscription import Subscription, draft, read
from persistence.errors import Duplicate, Stale
from persistence.store import Collection, Record, Scope, Store
from tmf_apis.settings import Settings
from tmf_apis.spec.model import ApiSpec, HubSpec
from tmf_apis.tmf630.callbacks import CallbackRules
from tmf_apis.tmf630.declared import told, undeclared
from tmf_apis.tmf630.errors import CONFLICT, INVALID_CALLBACK, INVALID_FILTER, TOO_MANY, TmfError
from tmf_apis.tmf630.event_types import never_raised
from tmf_apis.tmf630.identity import href
from tmf_apis.tmf630.instants import instant, now_text
from tmf_apis.tmf630.limits import parse_json
from tmf_apis.tmf630.masking import masked
from tmf_apis.tmf630.paging import Limits, Shown, answer, parse_page
from tmf_apis.tmf630.query import Query
from tmf_apis.tmf630.query_string import split
from tmf_apis.tmf630.subscriptions import SECRET, Announced, interest, registration, slips


@dataclass(frozen=True, slots=True)
class Hub:
    """The registry of one API, and where its subscriptions are kept."""

    api: ApiSpec
    spec: HubSpec
    store: Store
    collection: Collection
    allowed: CallbackRules
    events: Announced
    #: Subscriptions it takes, and shows at once.
    most: int
    limits: Limits


def hub_of(api: ApiSpec, store: Store, settings: Settings) -> Hub | None:
    """The registry of an API, or None when its file has none."""
    if api.hub is None:
        return None
    collection = Collection(f"{api.base_path}/hub")
    return Hub(
        api,
        api.hub,
        store,
        collection,
        callback_rules(settings),
        announced_by(api),
        settings.max_subscriptions,
        Limits(settings.default_limit, settings.max_limit),
    )


async def register(hub: Hub, request: Request) -> Response:
    """A new subscription to what happens from now on; the same callback and query twice is a
    conflict.
    """
    intake.check_json(request)
    check_conditions(request, None)
    origin = request.origin
    body = parse_json(await request.body())
    asked = registration(body, hub.collection.name, hub.allowed, hub.events, typed=hub.spec.typed)
    _check_parses(asked["callback"])
    request.hints.extend(slips(body))
    request.hints.extend(_hints(hub, asked.get("query", "")))
    await _check_room(hub)
    await hub.store.settle()
    position = await hub.store.last_event()
    try:
        await hub.store.create(
            hub.collection,
            draft(asked, position),
            Scope(),
            of_document("create", hub.collection.name, None, _told(asked)),
        )
    except Duplicate as error:
        raise TmfError(
            CONFLICT,
            f"The callback is registered with this query already, as hub {asked['id']}.",
        ) from error
    url = href(origin + request.path, asked["id"])
    return Response(201, _shown(hub, asked, url), {"Location": url})


async def list_all(hub: Hub, request: Request) -> Response:
    """A page of the subscriptions to the API."""
    reserved, conditions = split(request.query)
    if conditions or reserved.keys() - {"offset", "limit"}:
        raise TmfError(INVALID_FILTER, "A list of subscriptions takes offset and limit only.")
    page = parse_page(reserved, request.header(b"range"), hub.limits)
    query = Query(offset=page.offset, limit=page.limit)
    found = await hub.store.find(hub.collection, query, Scope())
    url = request.origin + request.path
    bodies = [
        _shown(hub, _with_pause(_read(hub, record), path_too=True), href(url, record.id))
        for record in found.records
    ]
    counted = Shown(found.total, len(bodies), more=found.more)
    status, headers = answer(page, counted, url, request.query, cursors=False)
    return Response(status, b"[%b]" % b",".join(bodies), headers)


async def show(hub: Hub, request: Request, id: str) -> Response:
    """One subscription; when its delivery fails or is paused, since when and why.

    The path of its callback is shown as it was registered (R-1004): most are names, and whoever
    asks for this one registration compares it with what was sent.
    """
    found = _with_pause(await _subscription(hub, id), path_too=False)
    return Response(200, _shown(hub, found, request.origin + request.path))


async def remove(hub: Hub, request: Request, id: str) -> Response:
    """Nothing left of a subscription: once this is answered its listener hears nothing more."""
    found = await _subscription(hub, id)
    check_conditions(request, None)
    while True:
        check_conditions(request, None)
        if found.delivery.lease:
            found = await leases.stopped(hub.store, found)
        try:
            gone = of_document("delete", hub.collection.name, _told(found.registered), None)
            await hub.store.delete(hub.collection, [found.record], Scope(), gone)
        except Stale:
            found = await _subscription(hub, id)
            continue
        await dead.drop(hub.store, dead.to(id))
        return Response(204)


async def _check_room(hub: Hub) -> None:
    """Raise `TmfError` (409) when there are too many subscriptions already (R-1005)."""
    found = await hub.store.find(hub.collection, Query(limit=0), Scope())
    if found.total >= hub.most:
        raise TmfError(
            TOO_MANY, f"This API takes {hub.most} subscriptions; remove one that nobody needs."
        )


def _check_parses(callback: str) -> None:
    """Raise `TmfError` (400) for a URL that those who deliver cannot read."""
    try:
        readable = bool(httpx.URL(callback).host)
    except (httpx.InvalidURL, ValueError):
        readable = False
    if not readable:
        raise TmfError(INVALID_CALLBACK, "/callback: its host is no name of a server.")


def _hints(hub: Hub, query: str) -> Iterator[str]:
    """What is odd about a query, though it is taken (D24)."""
    event = hub.events.notification
    where = interest(query, event).where
    for name in never_raised(where, hub.events.types):
        yield f"/query {name} is an event of the file that this server never raises."
    for names in undeclared(where, event):
        about = told(names, event, f"an event of {hub.api.number}", parameters=("fields", "filter"))
        yield f"/query {'.'.join(names)}: {about}"


async def _subscription(hub: Hub, id: str) -> Subscription:
    """The subscription of an id; raises `Missing`."""
    return _read(hub, await hub.store.get(hub.collection, id, Scope()))


def _read(hub: Hub, record: Record) -> Subscription:
    return read(hub.api.base_path, hub.events.notification, hub.collection, record)


def _with_pause(found: Subscription, *, path_too: bool) -> dict[str, Any]:
    """The registration as anybody may see it who asks, masked with its path or without; where
    nothing gets through, since when and why.
    """
    registered = found.registered | {"callback": masked(found.callback, path_too=path_too)}
    delivery = found.delivery
    if delivery.paused:
        since = {"pausedSince": now_text(instant(delivery.paused))}
    elif delivery.failing:
        since = {"failingSince": now_text(instant(delivery.failing))}
    else:
        return registered
    return registered | since | {"lastError": delivery.error}


def _told(registered: dict[str, Any]) -> dict[str, Any]:
    """A registration as others are told of it: what may be a secret is masked."""
    callback = masked(registered["callback"], path_too=True)
    return {name: value for name, value in registered.items() if name != SECRET} | {
        "callback": callback
    }


def _shown(hub: Hub, subscription: dict[str, Any], url: str) -> bytes:
    """The subscription as its version shows it: with `href` where bodies are typed, and never
    with its secret.
    """
    subscription = {name: value for name, value in subscription.items() if name != SECRET}
    if hub.spec.typed:
        subscription = {"id": subscription["id"], "href": url, **subscription}
    return orjson.dumps(subscription)
