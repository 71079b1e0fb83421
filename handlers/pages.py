"""Pages for people: the landing page, the events, and Swagger UI of each API.

Flask renders them, and nothing else reaches it: a path that is spelt a little otherwise is led to
its page from here, relatively, so that no answer names a host.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import flask
from starlette.types import ASGIApp

from handlers.explorer import explorer, explorer_path, to_root
from handlers.http import Receive, Request, Response, Scope, Send
from handlers.landing import cards, queries
from handlers.methods import READS, not_offered
from tmf_apis import __version__
from tmf_apis.catalog import Catalog
from tmf_apis.tmf630.errors import NO_SUCH_PATH, TmfError

#: What every page is sent with: it loads from here alone, and no other page shows it inside.
_PROTECTION = [
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        b"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),
    # Programs get a list of the APIs where the landing page is.
    (b"vary", b"Accept"),
]


def pages(catalog: Catalog) -> flask.Blueprint:
    """The Flask blueprint of all pages."""
    blueprint = flask.Blueprint("pages", __name__, template_folder="templates")
    shown = {
        "cards": cards(catalog.apis),
        "queries": queries(catalog.apis),
        "count": len(catalog.apis),
        "version": __version__,
    }

    @blueprint.get("/")
    def landing() -> str:
        return flask.render_template("landing.html", **shown)

    @blueprint.get("/events")
    def events() -> str:
        return flask.render_template("events.html", version=__version__)

    for api in catalog.apis:
        path = explorer_path(api.base_path)
        show = partial(flask.render_template, "explorer.html", **explorer(api, catalog.apis))
        blueprint.add_url_rule(path, endpoint=path.replace(".", "_"), view_func=show)
    return blueprint


def page_paths(catalog: Catalog) -> dict[str, str]:
    """The path of each page, by its spellings without a slash at the end."""
    found = {"": "/", "/events": "/events"}
    for api in catalog.apis:
        page = explorer_path(api.base_path)
        for base in (api.base_path, *api.aliases):
            found[explorer_path(base).rstrip("/")] = page
    return found


class Pages:
    """The way to the pages, through connexion to Flask."""

    def __init__(self, app: ASGIApp, paths: Mapping[str, str]) -> None:
        self._app = app
        self._paths = paths

    def led(self, request: Request, asked: str) -> Response | None:
        """The answer that leads from the path `asked` for to its page; None at the page itself.

        Raises `TmfError` (404, 405).
        """
        page = self._paths.get(request.path)
        if page is None:
            raise TmfError(NO_SUCH_PATH, f"{asked} is no path here; the start page / lists them.")
        if request.method not in READS:
            return not_offered(request.method, READS)
        if asked == page or request.path == "":
            return None
        return Response(308, headers={"Location": to_root(asked) + page[1:], "Content-Length": "0"})

    async def show(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the page of a request that needs not be led."""
        page = self._paths[request.path]

        async def protected(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_PROTECTION]
            await send(message)

        scope = scope | {"path": page, "raw_path": page.encode()}
        await self._app(scope, receive, protected)  # type: ignore[arg-type]
