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


async def compress(request: Request, response: Response) -> None:
    """Put an answer into the coding that its client likes best, tag and all (D15)."""
    headers = response.headers
    accept = request.header(b"accept-encoding")
    codings = acceptable(accept) if accept else ()
    if response.status == 304:
        response.vary("Accept-Encoding")
        headers.update(_named(request, headers.get("ETag", ""), codings))
        return
    if not response.media.startswith(_COMPRESSIBLE):
        return
    response.vary("Accept-Encoding")
    if not codings:
        return
    response.body = await _compressed(response, codings[0])
    headers["Content-Encoding"] = codings[0]
    if "ETag" in headers and response.status < 300:
        headers["ETag"] = coded(headers["ETag"], codings[0])


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


def _named(request: Request, tag: str, codings: tuple[str, ...]) -> dict[str, str]:
    """The tag of the copy that a client has, if that is compressed."""
    given = request.header(b"if-none-match") or ""
    for coding in codings:
        if tag and coded(tag, coding) in given:
            return {"ETag": coded(tag, coding)}
    return {}
