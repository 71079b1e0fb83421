"""One record in both versions of its API, side by side: `/faces`, for people and for programs.

It shows what GET of either path shows, from one look at the store, and asks for no more rights.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import orjson
from jinja2 import StrictUndefined

from handlers.aside import aside
from handlers.explorer import to_root
from handlers.http import Request, Response
from handlers.intake import check_accept
from handlers.negotiating import wants_page
from handlers.protection import PROTECTION
from handlers.representation import location, whole
from handlers.roots import Reading
from handlers.service import Service
from handlers.side_by_side import Row, rows
from handlers.templating import templates
from persistence.errors import Missing
from persistence.store import Record
from tmf_apis import __version__
from tmf_apis.nearness import nearest
from tmf_apis.tmf630 import versions
from tmf_apis.tmf630.errors import NOT_FOUND, TmfError

PATH = "/faces"
_ASKED = ("api", "resource", "id")
_PAGES = templates(StrictUndefined)
#: An API and a resource by either of its names: how v4 and v5 show its records.
Pairs = Mapping[tuple[str, str], tuple[Service, Service]]


class Face(NamedTuple):
    """How one version shows the record."""

    version: str
    resource: str
    href: str
    entity: dict[str, Any]


def readings(served: Iterable[Service]) -> dict[str, Reading]:
    """The page by its path; nothing where no record has two faces."""
    pairs: dict[tuple[str, str], tuple[Service, Service]] = {}
    for service in served:
        if service.has_twin and not service.rules.view_of:
            older, newer = service.lead.twin, service.lead
            pairs[service.api.number, service.spec.name] = (older, newer)
    return {PATH: partial(_read, pairs)} if pairs else {}


async def _read(pairs: Pairs, request: Request) -> Response:
    """The page, or the same as data; raises `TmfError` (404) and `Missing`."""
    if request.spelt.endswith("/") and wants_page(request):
        return _without_slash(request)
    given = {name: values[-1] for name, values in parse_qs(request.query).items()}
    asked = {name: given.get(name, "").strip() for name in _ASKED}
    faces = await _faces(pairs, request, **asked) if any(asked.values()) else ()
    if wants_page(request):
        body = await aside(_size(faces), partial(_page, pairs, asked, faces))
        return Response(200, body, dict(PROTECTION), media=b"text/html; charset=utf-8")
    check_accept(request)
    told: Any = _listed(pairs) if not faces else {**asked, "faces": [f._asdict() for f in faces]}
    return Response(200, orjson.dumps(told), {"Vary": "Accept", "Cache-Control": "no-cache"})


async def _faces(
    pairs: Pairs, request: Request, api: str, resource: str, id: str
) -> tuple[Face, ...]:
    """Both faces of the record that was asked for, the older first."""
    older, newer = _pair(pairs, api.upper(), resource)
    plain, version = versions.addressed(id) if newer.rules.versioned else (id, None)
    record = await newer.records.get(newer.collection, plain, newer.scope, version, twin=True)
    if record.twin is None:
        raise Missing(id)
    return (
        _face(older, record._replace(body=record.twin), request.origin),
        _face(newer, record, request.origin),
    )


def _without_slash(request: Request) -> Response:
    """The way to the page from where what it loads would not be found."""
    query = f"?{request.query}" if request.query else ""
    way = f"{to_root(request.spelt)}{PATH[1:]}{query}"
    return Response(308, headers={"Location": way, "Content-Length": "0"})


def _pair(pairs: Pairs, api: str, resource: str) -> tuple[Service, Service]:
    """How both versions show a resource; raises `TmfError` with what may have been meant."""
    found = pairs.get((api, resource))
    if found is None:
        apis = sorted({number for number, _ in pairs})
        names = sorted(name for number, name in pairs if number == api)
        what, name, known = ("resource", resource, names) if names else ("api", api, apis)
        near = nearest(name, known, 3) or known
        said = f"{what}: there is no {name or 'empty name'} with two faces; {', '.join(near)}?"
        raise TmfError(NOT_FOUND, said)
    return found


def _face(service: Service, record: Record, origin: str) -> Face:
    """What GET of the record shows in the version of a service."""
    base = "/".join((origin + service.api.base_path, *service.spec.segments))
    url = location(record, base)
    entity = orjson.loads(whole(record.id, record.body, url))
    return Face(service.api.major, service.spec.name, url, entity)


def _page(pairs: Pairs, asked: Mapping[str, str], faces: tuple[Face, ...]) -> bytes:
    compared: list[Row] = rows(*(face.entity for face in faces)) if faces else []
    page = _PAGES.get_template("faces.html")
    known = _listed(pairs)
    text = page.render(version=__version__, asked=asked, faces=faces, rows=compared, known=known)
    return text.encode()


def _listed(pairs: Pairs) -> list[dict[str, str]]:
    """What has two faces: each API, and by version how a resource is called in it."""
    found = {
        newer.collection.name: (number, older, newer)
        for (number, _), (older, newer) in pairs.items()
    }
    return [
        {"api": number} | {service.api.major: service.spec.name for service in faces}
        for number, *faces in found.values()
    ]


def _size(faces: Iterable[Face]) -> int:
    """How many bytes are compared."""
    return sum(len(orjson.dumps(face.entity)) for face in faces)
