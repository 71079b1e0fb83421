"""What is to be seen of flows, and done about them: `/flow` and below. For administrators.

A page for people, readable without JavaScript; the same as JSON for programs; and the flow of one
order as server-sent events.
"""

import asyncio
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qs

import orjson
from jinja2 import ChainableUndefined

from handlers.administrators import Administrators
from handlers.flow import operating
from handlers.flow.operating import NoFlow
from handlers.flow.reach import Reach
from handlers.http import Request, Response, Send
from handlers.intake import check_accept
from handlers.methods import READS, not_offered
from handlers.negotiating import wants_page_more
from handlers.notifications.stream import HEADERS
from handlers.protection import PROTECTION
from handlers.templating import templates
from handlers.walking import walk
from tmf_apis import __version__
from tmf_apis.tmf630.errors import NOT_FOUND, TmfError
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Shape, Step

PAGE, STREAM = "/flow", "/flow/stream"
#: Flows in the list, and seconds between two looks at one that is streamed, and of its life.
_SHOWN, _LOOK, _LONGEST = 100, 0.3, 600.0
_PAGES = templates(ChainableUndefined)
_RATE_PRODUCT = (Step("product", Shape.ONE), Step("id", Shape.ONE))


@dataclass(frozen=True, slots=True)
class FlowConsole:
    """Answers the paths at and below `/flow`."""

    reach: Reach
    administrators: Administrators

    async def handle(self, request: Request) -> Response | None:
        """The answer to a request, or None when its path is none of these."""
        if not f"{request.path}/".startswith(f"{PAGE}/"):
            return None
        self.administrators.admit(request)
        order = parse_qs(request.query).get("order", [""])[-1].strip()
        word = request.path.removeprefix(f"{PAGE}/")
        if word in operating.WORDS:
            return await self._decided(request, order, word)
        if request.path not in (PAGE, STREAM):
            return None
        if request.method not in READS:
            return not_offered(request.method, READS)
        try:
            if request.path == STREAM:
                await operating.shown(self.reach, order)
                return _Stream(200, headers=dict(HEADERS), reach=self.reach, order=order)
            return await self._shown(request, order)
        except NoFlow as error:
            raise TmfError(NOT_FOUND, f"{error}.") from error

    async def _decided(self, request: Request, order: str, word: str) -> Response:
        if request.method != "POST":
            return not_offered(request.method, ("POST",))
        step = parse_qs(request.query).get("step", [""])[-1]
        try:
            names = await operating.decide(self.reach, order, word, step)
        except NoFlow as error:
            raise TmfError(NOT_FOUND, f"{error}.") from error
        return Response(200, orjson.dumps({"order": order, "steps": names}))

    async def _shown(self, request: Request, order: str) -> Response:
        told: Any
        if order:
            told = await operating.shown(self.reach, order)
            told["rates"] = await self._rates(told)
        else:
            told = [asdict(row) for row in await operating.rows(self.reach, _SHOWN)]
        if wants_page_more(request):
            name = "flow_order.html" if order else "flow.html"
            text = _PAGES.get_template(name).render(version=__version__, flow=told)
            return Response(200, text.encode(), dict(PROTECTION), media=b"text/html; charset=utf-8")
        check_accept(request)
        return Response(200, orjson.dumps(told), {"Vary": "Accept", "Cache-Control": "no-store"})

    async def _rates(self, flow: dict[str, Any]) -> list[dict[str, Any]]:
        """What is charged for the products of a flow, and on which bill it is."""
        products = {
            step["about"]["product"] for step in flow["steps"] if "product" in step["about"]
        }
        found: list[dict[str, Any]] = []
        service = self.reach.rates
        if products:
            where = Comparison(_RATE_PRODUCT, Operator.EQ, tuple(sorted(products)), Kind.TEXT)
            async for records in walk(service.store, service.collection, where, _SHOWN):
                found += [orjson.loads(record.body) for record in records]
        return found


@dataclass(slots=True)
class _Stream(Response):
    """The flow of one order whenever it has changed, until nothing is left to do."""

    goes_on = True
    reach: Reach | None = None
    order: str = ""

    async def send(self, send: Send, *, with_body: bool = True) -> None:
        headers = self.wire_headers()
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        last, waited = b"", 0.0
        while with_body and self.reach is not None and waited < _LONGEST:
            flow = await operating.shown(self.reach, self.order)
            body = orjson.dumps(flow)
            if body != last:
                last = body
                event = b"data: %b\n\n" % body
                await send({"type": "http.response.body", "body": event, "more_body": True})
            if flow["state"] not in ("planning", "running", "held"):
                break
            await asyncio.sleep(_LOOK)
            waited += _LOOK
        await send({"type": "http.response.body", "body": b""})
