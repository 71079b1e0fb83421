"""The server: five verbs over dictionaries."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.conformance.permissive import search
from tests.conformance.permissive.facts import Json, Resource, resources

_FIXED = {"id", "href", "@type", "@baseType", "@schemaLocation"}
_MERGE = ("application/merge-patch+json", "application/json", "")


def permissive(files: Iterable[Path]) -> Starlette:
    """An application that serves some specification files from memory."""
    collections = [Collection(found) for file in files for found in resources(file)]
    return Starlette(
        routes=[
            route
            for kept in collections
            for route in (
                Route(kept.resource.path, kept.on_list, methods=_ALL),
                Route(kept.resource.path + "/{id:path}", kept.on_item, methods=_ALL),
            )
        ]
    )


_ALL = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"]


def refused(status: int, reason: str, **headers: str) -> JSONResponse:
    """An `Error` body."""
    error = {"code": f"E{status}", "reason": reason, "@type": "Error"}
    return JSONResponse(error, status, {k.replace("_", "-"): v for k, v in headers.items()})


class Collection:
    """The entities of one resource, the example of the file among them."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self._entities: dict[str, Json] = {}
        self._numbers = count(1)
        if resource.example:
            self._keep(resource.example)

    async def on_list(self, request: Request) -> Response:
        """GET and POST of the collection."""
        if request.method == "GET":
            return self._list(request)
        if request.method == "POST" and "POST" in self.resource.methods:
            return await self._create(request)
        return refused(405, "Not offered", Allow=", ".join(sorted(self.resource.methods)))

    async def on_item(self, request: Request) -> Response:
        """GET, PATCH and DELETE of one entity."""
        raw = request.scope["raw_path"].decode().partition("?")[0]
        own = unquote(raw.removeprefix(self.resource.path + "/"))
        if request.method not in self.resource.item_methods & {"GET", "PATCH", "DELETE"}:
            return refused(405, "Not offered", Allow=", ".join(sorted(self.resource.item_methods)))
        if own not in self._entities:
            return refused(404, "There is none with this id")
        if request.method == "DELETE":
            del self._entities[own]
            return Response(status_code=204)
        if request.method == "PATCH":
            return await self._patch(request, own)
        return self._shown(request, self._entities[own])

    def _list(self, request: Request) -> Response:
        query = request.url.query
        asked = search.controls(query)
        try:
            found = search.matching(self._entities.values(), query)
            found = search.sorted_by(found, asked.get("sort", ""))
            first, size = int(asked.get("offset", 0)), int(asked.get("limit", len(found)))
            if first < 0 or size < 0:
                raise search.BadQuery("offset and limit are not negative")
        except (search.BadQuery, ValueError) as error:
            return refused(400, str(error))
        if "filter" in asked:
            return refused(501, "JSONPath is not offered")
        page = found[first : first + size]
        if fields := asked.get("fields"):
            page = [search.narrowed(entity, fields) for entity in page]
        counts = {"X-Total-Count": str(len(found)), "X-Result-Count": str(len(page))}
        return JSONResponse(page, headers=counts)

    async def _create(self, request: Request) -> Response:
        body = await _body(request)
        if not isinstance(body, dict):
            return refused(400, "One JSON object is needed")
        if missing := [n for n in self.resource.mandatory if body.get(n) in (None, "", [])]:
            return refused(400, f"Mandatory: {', '.join(sorted(missing))}")
        entity = self._keep({k: v for k, v in body.items() if v is not None and k != "id"})
        return self._shown(request, entity, 201, {"Location": entity["href"]})

    async def _patch(self, request: Request, own: str) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] not in _MERGE:
            return refused(415, "Send a merge patch", Accept_Patch=_MERGE[0])
        change = await _body(request)
        if not isinstance(change, dict):
            return refused(400, "One JSON object is needed")
        entity = self._entities[own]
        gone = [n for n in self.resource.mandatory - _FIXED if n in change and change[n] is None]
        if gone:
            return refused(400, f"Mandatory: {', '.join(gone)}")
        change = {k: v for k, v in change.items() if k not in _FIXED}
        self._entities[own] = self._stamped(merged(entity, change))
        return self._shown(request, self._entities[own])

    def _keep(self, given: Json) -> Json:
        """Store an entity with what every answer must show, taken from the example."""
        own = str(next(self._numbers))
        example = self.resource.example
        entity = {"id": own, "href": f"{self.resource.path}/{own}"}
        entity |= self._stamped({**self.resource.given, **given} | entity)
        for name in self.resource.shown - set(entity):
            if name in example:
                entity[name] = example[name]
        self._entities[own] = entity
        return entity

    def _stamped(self, entity: Json) -> Json:
        """The entity with the time of this change, if it tells that."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return entity | ({"lastUpdate": now} if "lastUpdate" in self.resource.given else {})

    def _shown(
        self, request: Request, entity: Json, status: int = 200, headers: Any = None
    ) -> JSONResponse:
        fields = search.controls(request.url.query).get("fields")
        shown = search.narrowed(entity, fields) if fields else entity
        return JSONResponse(shown, status, headers)


def merged(old: Any, change: Any) -> Any:
    """RFC 7396."""
    if not isinstance(change, dict):
        return change
    kept = dict(old) if isinstance(old, dict) else {}
    for name, value in change.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept


async def _body(request: Request) -> Any:
    """The body as JSON, or None when it is none."""
    try:
        return json.loads(await request.body())
    except ValueError:
        return None
