"""What serves every TMF operation, before connexion.

It owns every path but those of the pages, which go on to connexion and Flask.
"""

from collections.abc import Callable, Mapping, Sequence

from starlette.types import ASGIApp

from handlers import hops
from handlers.audit.desk import Desk
from handlers.audit.noting import Auditor
from handlers.browsers import SAFE, Browsers
from handlers.compression import compress, negotiated
from handlers.conditions import unless_had
from handlers.forwarding import Proxies
from handlers.http import AT_ONCE, ClientGone, Receive, Request, Response, Scope, Send
from handlers.identity.door import Door
from handlers.intake import check_accept
from handlers.limiting.limiter import Limiter
from handlers.methods import ALL, READS, WHOLE_SERVER, not_offered
from handlers.negotiating import wants_page
from handlers.notifications.console import Console
from handlers.pages import Pages
from handlers.problems import respond
from handlers.roots import PROBES, Reading
from handlers.router import Router
from handlers.signposts import Signposts
from handlers.tasks.console import TaskConsole
from handlers.tls import HSTS
from persistence.arrival import arrive
from persistence.errors import StoreError
from tmf_apis.tmf630.errors import MISDIRECTED, TmfError
from tmf_apis.tmf630.limits import check_query


class Operations:
    """An ASGI application: parse the request, let the router answer it, turn whatever fails into
    an `Error`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        router: Router,
        readings: Mapping[str, Reading],
        consoles: Sequence[Console | TaskConsole | Desk],
        pages: Mapping[str, str],
        page_data: Mapping[str, str],
        base_url: str,
        proxies: Proxies,
        is_ours: Callable[[str], bool] | None,
        browsers: Browsers,
        door: Door | None,
        limiter: Limiter | None,
        auditor: Auditor | None,
        compression: bool,
        tls: bool,
        max_body: int,
    ) -> None:
        self._app = app
        self._router = router
        self._readings = readings
        self._consoles = consoles
        self._page_data = page_data
        signposts = Signposts([*router.paths(), *readings, *pages])
        self._pages = Pages(app, pages, signposts.near)
        self._base_url = base_url
        self._proxies = proxies
        self._is_ours = is_ours
        self._browsers = browsers
        self._door = door
        self._limiter = limiter
        self._auditor = auditor
        self._compression = compression
        self._tls = tls
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)  # type: ignore[arg-type]
            return
        peer = scope["client"][0] if scope.get("client") else ""
        arrive(peer)
        raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        request = Request(
            method=scope["method"],
            path=raw_path.rstrip("/"),
            query=scope["query_string"].decode("latin-1"),
            headers=scope["headers"],
            scheme=scope["scheme"],
            peer=peer,
            base_url=self._base_url,
            proxies=self._proxies,
            receive=receive,
            max_body=self._max_body,
            spelt=raw_path,
            certificate=scope.get("certificate", ""),
        )
        witness = self._auditor.arrive(request) if self._auditor is not None else None
        try:
            response = await self._answer(request)
            if response is None:
                response = await self._pages.answer(request, raw_path, scope)
            if request.method in READS:
                response = unless_had(request, response)
        except ClientGone:
            return
        except Exception as error:
            response = respond(error)
        if self._auditor is not None and witness is not None:
            try:
                await self._auditor.note(witness, response)
            except StoreError as error:  # Nobody is told what nobody could account for.
                response = respond(error)
        if self._limiter is not None:
            self._limiter.tell(request, response)
        response.hints = request.hints
        if request.caller is not None:
            response.vary("Authorization")
        if self._tls:
            response.headers["Strict-Transport-Security"] = HSTS
        if self._browsers.share:
            self._browsers.allow_reading(request, response)
        if self._compression and (coding := negotiated(request, response)):
            await compress(response, coding)
        await _send(response, scope, send)

    async def _answer(self, request: Request) -> Response | None:
        """The answer to a request, or None when its path is a page or nothing."""
        hops.arrive(request)
        if request.query:
            check_query(request.query)
        if self._is_ours is not None:
            self._check_host(request)
        if request.method not in SAFE:
            self._browsers.check(request)
        if self._limiter is not None:
            return await self._limited(request, self._limiter)
        if self._door is not None:
            await self._door.admit(request)
        response = await self._router.handle(request)
        return response if response is not None else await self._beside(request)

    async def _limited(self, request: Request, limiter: Limiter) -> Response | None:
        """The same in the turn of who asks; who is turned away at the door takes one as well."""
        if self._door is not None:
            try:
                await self._door.admit(request)
            except TmfError:
                with limiter.turn(request):
                    raise
        with limiter.turn(request):
            response = await self._router.handle(request)
            return response if response is not None else await self._beside(request)

    async def _beside(self, request: Request) -> Response | None:
        """The answer of what is beside the APIs, in the form that is asked for."""
        data = self._page_data.get(request.path)
        if data is None or request.method not in READS or wants_page(request):
            return await self._read(request)
        check_accept(request)
        request.path = data
        response = await self._read(request)
        if response is not None:
            response.vary("Accept")
        return response

    async def _read(self, request: Request) -> Response | None:
        """The answer of what is no resource, or None for a page or nothing."""
        if request.path == WHOLE_SERVER:
            return not_offered(request.method, ALL)
        reading = self._readings.get(request.path)
        if reading is None:
            for console in self._consoles:
                if (response := await console.handle(request)) is not None:
                    return response
            return None
        if request.method not in READS:
            return not_offered(request.method, READS)
        return await reading(request)

    def _check_host(self, request: Request) -> None:
        """Raise `TmfError` (421) for a host that is not this server; probes go by addresses."""
        host = request.header(b"host")
        assert self._is_ours is not None
        if host and not self._is_ours(host) and request.path not in PROBES:
            raise TmfError(MISDIRECTED, "Host: no name of this server; see TMF_ALLOWED_HOSTS.")


async def _send(response: Response, scope: Scope, send: Send) -> None:
    """Send an answer, in one piece where it is one and the server can."""
    at_once = scope.get(AT_ONCE)
    if at_once is not None and not response.goes_on:
        at_once(response)
    else:
        await response.send(send, with_body=scope["method"] != "HEAD")
