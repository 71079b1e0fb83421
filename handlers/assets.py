"""What pages load: styles, scripts and icons of ours, and those of Swagger UI."""

from pathlib import Path

import flask_swagger_ui

from handlers.http import Request, Response
from handlers.roots import Reading
from handlers.standing import digest, standing
from tmf_apis.tmf630.preconditions import etag

_OURS = Path(__file__).parent / "static"
_SWAGGER_UI = Path(flask_swagger_ui.__file__).parent / "dist"

#: What is served from which folder, under which path; nothing else of the folders is.
_FILES = {
    **{f"/assets/{file.name}": file for file in _OURS.iterdir()},
    **{
        f"/swagger-ui/{name}": _SWAGGER_UI / name
        for name in ("swagger-ui.css", "swagger-ui-bundle.js")
    },
    "/favicon.ico": _OURS / "favicon.ico",
}
_MEDIA = {
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
    ".ico": b"image/x-icon",
}


def assets() -> dict[str, Reading]:
    """Each by its path; all are held in memory."""
    return {path: _asset(file.read_bytes(), _MEDIA[file.suffix]) for path, file in _FILES.items()}


def _asset(body: bytes, media: bytes) -> Reading:
    tag = etag(digest(body))
    compressed: dict[str, bytes] = {}

    async def read(request: Request) -> Response:
        return standing(body, tag, media, compressed)

    return read
