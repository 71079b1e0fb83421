"""The middleware that serves every TMF operation, before connexion's own chain.

It owns the paths of the APIs, their `openapi.json`, `/health`, `/ready` and what `/events` asks
for; everything else
(pages, Swagger UI, unknown paths) goes on to connexion.
"""

from collections.abc import Mapping

import orjson
from connexion.middleware import SpecMiddleware
from starlette.types import ASGIApp

from handlers.http import ClientGone, Receive, Request, Response, Scope, Send
from handlers.notifications.console import Console
from handlers.problems import respond
from handlers.router import Router
from persistence.store import Store
from tmf_apis.tmf630.limits import check_query


class Operations(SpecMiddleware):
    """Parse the request, let the router answer it, turn whatever fails into an `Error`."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        router: Router,
        console: Console,
        documents: Mapping[str, bytes],
        store: Store,
        base_url: str,
        max_body: int,
    ) -> None:
        self._app = app
        self._router = router
        self._console = console
        self._documents = documents
        self._store = store
        self._base_url = base_url
        self._max_body = max_body

    def add_api(self, specification: object, **kwargs: object) -> None:
        """Connexion tells every middleware of every API; this one was told at its making."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)  # type: ignore[arg-type]
            return
        raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        request = Request(
            method=scope["method"],
            path=raw_path.decode("latin-1").rstrip("/"),
            query=scope["query_string"].decode("latin-1"),
            headers=scope["headers"],
            scheme=scope["scheme"],
            base_url=self._base_url,
            receive=receive,
            max_body=self._max_body,
        )
        try:
            response = await self._answer(request)
        except ClientGone:
            return
        except Exception as error:
            response = respond(error)
        if response is None:
            await self._app(scope, receive, send)  # type: ignore[arg-type]
        else:
            response.hints = request.hints
            await response.send(send, with_body=request.method != "HEAD")

    async def _answer(self, request: Request) -> Response | None:
        check_query(request.query)
        if (document := self._documents.get(request.path)) is not None:
            return Response(200, document)
        if request.path == "/health":
            return Response(200, b'{"status":"alive"}')
        if request.path == "/ready":
            await self._store.ping()
            return Response(200, b'{"status":"ready"}')
        response = await self._router.handle(request)
        return response if response is not None else await self._console.handle(request)


def openapi_documents(apis: Mapping[str, Mapping[str, object]]) -> dict[str, bytes]:
    """The encoded `openapi.json` of each base path."""
    return {f"{base}/openapi.json": orjson.dumps(document) for base, document in apis.items()}
