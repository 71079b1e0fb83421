"""Answers are compressed for clients that ask for it, where there is enough to gain."""

import asyncio
import gzip
from collections.abc import Callable

import brotli

from handlers.http import Request, Response
from tmf_apis.tmf630.codings import acceptable, coded

#: Bytes from which on a body is compressed, and from which on others are not kept waiting for it.
LEAST, MUCH = 1024, 64 * 1024
#: What gets smaller, by the beginning of its media type.
_COMPRESSIBLE = (b"application/json", b"text/", b"image/svg+xml")


def _brotli(body: bytes) -> bytes:
    packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=4)
    return packed


_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": _brotli,
    "gzip": lambda body: gzip.compress(body, 5, mtime=0),
}


def negotiated(request: Request, response: Response) -> str:
    """The coding to put an answer into: the one its client likes best, or none.

    What the answer says of codings is added to its headers.
    """
    if response.status == 304:
        _name_copy(request, response)
        return ""
    if len(response.body) < LEAST or not response.media.startswith(_COMPRESSIBLE):
        return ""
    response.vary("Accept-Encoding")
    codings = _taken(request)
    return codings[0] if codings else ""


async def compress(response: Response, coding: str) -> None:
    """Put an answer into a coding, tag and all (D15)."""
    headers = response.headers
    response.body = await _compressed(response, coding)
    headers["Content-Encoding"] = coding
    if "ETag" in headers and response.status < 300:
        headers["ETag"] = coded(headers["ETag"], coding)


def _taken(request: Request) -> tuple[str, ...]:
    accept = request.header(b"accept-encoding")
    return acceptable(accept) if accept else ()


async def _compressed(response: Response, coding: str) -> bytes:
    kept = response.compressed
    if kept is not None and coding in kept:
        return kept[coding]
    body = response.body
    if len(body) < MUCH:
        found = _COMPRESS[coding](body)
    else:
        found = await asyncio.to_thread(_COMPRESS[coding], body)
    if kept is not None:
        kept[coding] = found
    return found


def _name_copy(request: Request, response: Response) -> None:
    """Tell the tag of the copy that a client has, if that is compressed."""
    response.vary("Accept-Encoding")
    tag, given = response.headers.get("ETag", ""), request.header(b"if-none-match") or ""
    for coding in _taken(request):
        if tag and coded(tag, coding) in given:
            response.headers["ETag"] = coded(tag, coding)
            return
