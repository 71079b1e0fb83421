"""Answer a request for the document of a bill: read the bill and its rates, set them, send it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from handlers.audit.witness import reading_personal
from handlers.http import Request, Response
from handlers.invoices.attaching import PDF
from handlers.invoices.drawing import draw
from handlers.service import Service
from persistence.room import ROOM
from persistence.store import Scope
from tmf_apis.behaviour.invoice import invoice_of
from tmf_apis.tmf630.errors import NOT_ACCEPTABLE, TmfError
from tmf_apis.tmf630.query import Comparison, Cursor, Kind, Operator, Query, Shape, Step

Json = dict[str, Any]

#: Rates that are read at once, and that a document lists at most; the others make one line.
READ, MOST = 500, 1000
_BILL = (Step("bill", Shape.ONE), Step("id", Shape.ONE))

#: One document at a time: setting one takes a processor, and the library's fonts are shared.
_SETTER = ThreadPoolExecutor(1, "invoices")


async def show(bills: Service, request: Request, id: str, scope: Scope) -> Response:
    """The document of a bill, with its rates, for who sees the bill.

    Raises `Missing`, and `TmfError` (406).
    """
    _check_accept(request)
    record = await bills.store.get(bills.collection, id, scope)
    if bills.personal:
        reading_personal(bills)
    bill: Json = {"id": record.id, **orjson.loads(record.body)}
    rates, count = await _rates(bills.siblings[bills.rules.lines], id)
    invoice = invoice_of(bill, rates, count, bills.settings.bill_issuer)
    document = await asyncio.get_running_loop().run_in_executor(_SETTER, draw, invoice)
    name = "".join(letter for letter in invoice.number if letter.isascii() and letter.isalnum())
    headers = {
        "Content-Disposition": f'inline; filename="{name or "bill"}.pdf"',
        "Cache-Control": "no-cache",
    }
    return Response(200, document, headers, media=PDF.encode())


async def _rates(rates: Service, bill: str) -> tuple[list[Json], int]:
    """The first rates of a bill in the order they were made, and how many it has."""
    where = Comparison(_BILL, Operator.EQ, (bill,), Kind.TEXT)
    found: list[Json] = []
    cursor: Cursor | None = None
    while True:
        query = Query(where, limit=READ, cursor=cursor, room=ROOM)
        page = await rates.store.find(rates.collection, query, Scope())
        found += [{"id": record.id, **orjson.loads(record.body)} for record in page.records]
        if page.last is None or not page.more or len(found) >= MOST:
            return found, page.total
        cursor = Cursor(page.last)


def _check_accept(request: Request) -> None:
    accept = request.header(b"accept")
    if accept and parse_accept_header(accept, MIMEAccept).best_match([PDF]) is None:
        raise TmfError(NOT_ACCEPTABLE, f"The document is {PDF}; accept it.")
