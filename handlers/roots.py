"""What there is: a list of the APIs at `/`, an overview of each at its base path, its file, and
the probes. None of it needs a record (D27).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from typing import Any

import orjson

from handlers.document import Document
from handlers.http import Request, Response
from handlers.intake import check_accept
from handlers.landing import name_of
from handlers.negotiating import wants_page_more
from persistence.store import Store
from tmf_apis import __version__
from tmf_apis.catalog import Catalog
from tmf_apis.spec.model import ApiSpec

#: Answers a request; with None when a page is what its client wants.
Reading = Callable[[Request], Awaitable[Response | None]]

#: What tells whether the server is well.
HEALTH, READY = "/health", "/ready"
PROBES = (HEALTH, READY)
_VARIES = {"Vary": "Accept"}


def roots(catalog: Catalog, store: Store, *, asked: bool = False) -> dict[str, Reading]:
    """Each by its path, without a slash at its end; `asked` says whether who asks is asked who they
    are.
    """
    found: dict[str, Reading] = {"": partial(_apis, catalog), HEALTH: _health}
    found[READY] = partial(_ready, store)
    for api in catalog.apis:
        document = Document(api.document, asked=asked)
        for base in (api.base_path, *api.aliases):
            found[base] = partial(_overview, api)
            found[f"{base}/openapi.json"] = partial(document.below, base)
    return found


async def _apis(catalog: Catalog, request: Request) -> Response | None:
    """The list of the APIs, unless the client would rather have the landing page."""
    if wants_page_more(request):
        return None
    check_accept(request)
    origin = request.origin
    listed = [_named(api, origin + api.base_path) for api in catalog.apis]
    told = {"name": "TMF Open APIs", "version": __version__, "apis": listed}
    return Response(200, orjson.dumps(told), dict(_VARIES))


async def _overview(api: ApiSpec, request: Request) -> Response:
    """What an API has, each with its link, under the path the client used."""
    check_accept(request)
    url = request.origin + request.path
    told = _named(api, url) | {"resources": list(_resources(api, url))}
    if api.hub is not None:
        told["hub"] = f"{url}/hub"
    return Response(200, orjson.dumps(told))


async def _health(request: Request) -> Response:
    return alive()


async def _ready(store: Store, request: Request) -> Response:
    return await ready([store])


def alive() -> Response:
    """What `/health` answers as long as anything answers."""
    return Response(200, b'{"status":"alive"}')


async def ready(stores: Iterable[Store]) -> Response:
    """What `/ready` answers where some stores do. Raises `StoreError`."""
    await asyncio.gather(*(store.ping() for store in stores))
    return Response(200, b'{"status":"ready"}')


def _named(api: ApiSpec, url: str) -> dict[str, Any]:
    return {
        "name": name_of(api),
        "number": api.number,
        "version": api.version,
        "href": url,
        "document": f"{url}/openapi.json",
        "explorer": f"{url}/ui/",
    }


def _resources(api: ApiSpec, url: str) -> Iterator[dict[str, Any]]:
    for resource in api.resources:
        nested = any(segment.startswith("{") for segment in resource.segments)
        link = {"name": resource.name, "href": "/".join((url, *resource.segments))}
        yield link | ({"templated": True} if nested else {})
