"""The listener registry of an API: register, show and remove a subscription (R-1001..R-1006)."""

from dataclasses import dataclass

import orjson

from handlers import intake
from handlers.http import Request, Response
from persistence.errors import Duplicate
from persistence.store import Collection, Draft, Scope, Store
from tmf_apis.spec.model import ApiSpec, HubSpec
from tmf_apis.tmf630.errors import CONFLICT, TmfError
from tmf_apis.tmf630.identity import href
from tmf_apis.tmf630.limits import parse_json
from tmf_apis.tmf630.subscriptions import registration


@dataclass(frozen=True, slots=True)
class Hub:
    """The registry of one API, and where its subscriptions are kept."""

    api: ApiSpec
    spec: HubSpec
    store: Store
    collection: Collection


def hub_of(api: ApiSpec, store: Store) -> Hub | None:
    """The registry of an API, or None when its file has none."""
    if api.hub is None:
        return None
    return Hub(api, api.hub, store, Collection(f"{api.base_path}/hub"))


async def register(hub: Hub, request: Request) -> Response:
    """A new subscription; the same callback and query twice is a conflict."""
    intake.check_json(request)
    origin = request.origin
    body = parse_json(await request.body())
    subscription = registration(body, hub.collection.name, typed=hub.spec.typed)
    draft = Draft(subscription["id"], subscription, orjson.dumps(subscription))
    try:
        await hub.store.create(hub.collection, draft, Scope())
    except Duplicate as error:
        raise TmfError(
            CONFLICT,
            f"The callback is registered with this query already, as hub {draft.id}.",
        ) from error
    url = href(origin + request.path, draft.id)
    return Response(201, _shown(hub, subscription, url), {"Location": url})


async def show(hub: Hub, request: Request, id: str) -> Response:
    """One subscription."""
    record = await hub.store.get(hub.collection, id, Scope())
    return Response(200, _shown(hub, orjson.loads(record.body), request.origin + request.path))


async def remove(hub: Hub, request: Request, id: str) -> Response:
    """Nothing left of a subscription."""
    record = await hub.store.get(hub.collection, id, Scope())
    await hub.store.delete(hub.collection, [record], Scope())
    return Response(204)


def _shown(hub: Hub, subscription: dict[str, str], url: str) -> bytes:
    """The subscription as its version shows it: with `href` where bodies are typed."""
    if hub.spec.typed:
        subscription = {"id": subscription["id"], "href": url, **subscription}
    return orjson.dumps(subscription)
