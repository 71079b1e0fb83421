"""The listener an API describes: notifications sent to this server, checked and kept (R-1009).

A partner can so use the suite as a test listener: register `.../listener/NAME` as callback.
"""

from dataclasses import dataclass
from uuid import uuid4

import orjson

from handlers import intake
from handlers.http import Request, Response
from handlers.notifications.subscription import microseconds
from persistence.store import Collection, Draft, Scope, Store
from tmf_apis.schema.nulls import without_nulls
from tmf_apis.schema.validator import Validator
from tmf_apis.spec.attributes import Attribute, attributes_of
from tmf_apis.spec.model import ApiSpec
from tmf_apis.tmf630.errors import INVALID_BODY, MALFORMED_BODY, TmfError
from tmf_apis.tmf630.instants import instant, now_text
from tmf_apis.tmf630.limits import parse_json
from tmf_apis.tmf630.query import Query

RECEIVED = Collection("events/received")
#: Notifications that are kept; the oldest go first.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Listener:
    """One listener path: what it takes, and what it answers."""

    api: ApiSpec
    path: str
    status: int
    attributes: Attribute
    validator: Validator
    store: Store


def listeners_of(api: ApiSpec, store: Store) -> list[Listener]:
    """The listeners of an API, at its base path and its aliases."""
    return [
        Listener(
            api,
            f"{base}/listener/{name}",
            _status(api, name),
            attributes,
            Validator(schema, api.schemas, attributes),
            store,
        )
        for name, schema in api.listeners.items()
        for attributes in (attributes_of(schema, api.schemas),)
        for base in (api.base_path, *api.aliases)
    ]


async def receive(listener: Listener, request: Request) -> Response:
    """Take a notification: 201 or 204, as the file says (R-1010); 400 for what is none."""
    intake.check_json(request)
    event = parse_json(await request.body())
    if not isinstance(event, dict):
        raise TmfError(MALFORMED_BODY, "The body is not a JSON object; post one notification.")
    event = without_nulls(event, listener.attributes)
    if (fault := listener.validator.fault(event)) is not None:
        raise TmfError(INVALID_BODY, fault)
    at = now_text(instant(microseconds()))
    id = str(uuid4())
    document = {"id": id, "at": at, "path": listener.path, "event": event}
    draft = Draft(id, document, orjson.dumps(document))
    await listener.store.create(RECEIVED, draft, Scope())
    await _trim(listener.store)
    return Response(listener.status, b"" if listener.status == 204 else orjson.dumps(event))


async def received(store: Store, limit: int) -> tuple[list[dict[str, object]], int]:
    """The notifications that came last, newest first, and how many are kept."""
    total = (await store.find(RECEIVED, Query(limit=0), Scope())).total
    page = await store.find(RECEIVED, Query(offset=max(0, total - limit), limit=limit), Scope())
    return [orjson.loads(record.body) for record in reversed(page.records)], total


async def _trim(store: Store) -> None:
    """Drop the oldest when there are too many."""
    page = await store.find(RECEIVED, Query(limit=1), Scope())
    if page.total > MOST:
        await store.delete(RECEIVED, page.records, Scope())


def _status(api: ApiSpec, name: str) -> int:
    """The success its file documents: 201 in v4, 204 in v5."""
    operation = api.document["paths"].get(f"/listener/{name}", {}).get("post", {})
    codes = [code for code in operation.get("responses", {}) if code.startswith("2")]
    return int(codes[0]) if codes and codes[0].isdecimal() else 201
