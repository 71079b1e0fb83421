"""Whether a client would rather have a page, or what that shows as data (RFC 9110, 12.5.1)."""

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from handlers.http import Request

_PAGE, _DATA = "text/html", "application/json"


def wants_page(request: Request) -> bool:
    """Whether it asks for HTML at least as much as for JSON: of a page that has data beside it."""
    return _best(request, _PAGE, _DATA) == _PAGE


def wants_page_more(request: Request) -> bool:
    """Whether it asks for HTML more than for JSON, as browsers do: of data that has a page."""
    return _best(request, _DATA, _PAGE) == _PAGE


def _best(request: Request, *offered: str) -> str | None:
    """The media type a client wants most; of equal ones the first, None where it takes none."""
    accept = request.header(b"accept") or "*/*"
    return parse_accept_header(accept, MIMEAccept).best_match(offered)
