"""Answers that only another release of the program changes: files and what pages load."""

from hashlib import blake2b

from handlers.http import JSON, Response


def standing(
    body: bytes,
    tag: str,
    media: bytes = JSON,
    compressed: dict[str, bytes] | None = None,
) -> Response:
    """The answer; `compressed` keeps its body in other codings."""
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    return Response(200, body, headers, media=media, compressed=compressed)


def digest(body: bytes) -> str:
    """A revision of something that has none."""
    return blake2b(body, digest_size=12).hexdigest()
