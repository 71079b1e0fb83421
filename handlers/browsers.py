"""Web pages that ask from a browser: which may write, and whose scripts may read answers (CORS).

A browser says whose page it is that asks, and hands a foreign page no answer that does not allow
it. What such a page would write is refused here.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from handlers.http import Request, Response
from tmf_apis.tmf630.errors import FOREIGN_PAGE, UNSUPPORTED_MEDIA_TYPE, TmfError

#: Methods that change nothing.
SAFE = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
#: Seconds for which a browser need not ask again what it may send.
_MAX_AGE = "600"
#: Headers of answers that scripts see only if they are named.
_EXPOSED = (
    "Accept-Patch, Allow, Content-Range, ETag, Idempotent-Replayed, Link, Location, Retry-After,"
    " Tmf-Hint, X-Result-Count, X-Total-Count"
)
#: Headers that only browsers send.
_SENT_BY_BROWSERS = frozenset((b"sec-fetch-site", b"origin"))
_NAMES = re.compile(r"[\w!#$%&'*+.^`|~-]+(?: *, *[\w!#$%&'*+.^`|~-]+)*", re.ASCII)


class Browsers:
    """What pages may do, by their origins: `*` allows all."""

    def __init__(self, allowed: Sequence[str], base_url: str) -> None:
        self._allowed = frozenset(allowed)
        self._anyone = "*" in allowed
        self._external = urlsplit(base_url).netloc.lower()
        #: Whether any foreign page may read answers.
        self.share = bool(allowed)

    def check(self, request: Request) -> None:
        """Raise `TmfError` (403) for a write by a foreign page that is not allowed to; 415 when it
        does not even say what it sends, as forms and scripts can without asking first.
        """
        if _SENT_BY_BROWSERS.isdisjoint(request.named):
            return
        page, origin = request.header(b"sec-fetch-site"), request.header(b"origin")
        if page in ("same-origin", "none"):
            return
        if self._allows(origin or ""):
            return
        if page is None and self._is_ours(origin or "", request.header(b"host") or ""):
            return
        whose = origin or "another origin"
        fault = f"A page of {whose} may not write here, unless TMF_CORS_ORIGINS names its origin."
        if request.method == "POST" and request.header(b"content-type") is None:
            raise TmfError(UNSUPPORTED_MEDIA_TYPE, f"Content-Type: missing. {fault}")
        raise TmfError(FOREIGN_PAGE, fault)

    def allow_reading(self, request: Request, response: Response) -> None:
        """Add to an answer what lets the page that asked read it, if it may."""
        headers = response.headers
        if not self._anyone:
            response.vary("Origin")
        origin = request.header(b"origin")
        if origin is None or not self._allows(origin):
            return
        headers["Access-Control-Allow-Origin"] = "*" if self._anyone else origin
        if request.method != "OPTIONS" or "Allow" not in headers:
            headers["Access-Control-Expose-Headers"] = _EXPOSED
            return
        headers["Access-Control-Allow-Methods"] = headers["Allow"]
        headers["Access-Control-Max-Age"] = _MAX_AGE
        wanted = request.header(b"access-control-request-headers")
        if wanted is not None and _NAMES.fullmatch(wanted):
            headers["Access-Control-Allow-Headers"] = wanted

    def _allows(self, origin: str) -> bool:
        return self._anyone or origin.lower() in self._allowed

    def _is_ours(self, origin: str, host: str) -> bool:
        """Whether an origin is that of the server, whatever scheme a proxy took for the other."""
        _, colon, authority = origin.lower().partition("://")
        return bool(colon) and authority in (host.lower(), self._external)
