"""Pages for people: the landing page, events, tasks, lifecycles, and Swagger UI of each API.

Flask renders them, and nothing else reaches it: a path that is spelt a little otherwise is led to
its page from here, relatively, so that no answer names a host.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import flask
from starlette.types import ASGIApp

from handlers import lifecycle_page
from handlers.explorer import explorer, explorer_path, to_root
from handlers.http import Receive, Request, Response, Scope
from handlers.landing import cards, queries
from handlers.methods import READS, not_offered
from handlers.protection import PROTECTION
from tmf_apis import __version__
from tmf_apis.catalog import Catalog, is_neighbour
from tmf_apis.lifecycles.machine import Machine
from tmf_apis.tmf630.errors import NO_SUCH_PATH, TmfError


def pages(
    catalog: Catalog,
    machines: Sequence[Machine],
    *,
    events: bool,
    faces: bool,
    flow: bool,
    asked: bool,
) -> flask.Blueprint:
    """The Flask blueprint of all pages; `events` when somebody may see that one, and that of tasks;
    `faces` when versions show the same records, `flow` when orders are carried out, `asked` when
    who asks is asked who they are.
    """
    blueprint = flask.Blueprint("pages", __name__, template_folder="templates")
    shown = {
        "cards": cards(api for api in catalog.apis if not is_neighbour(api)),
        "beside": cards(api for api in catalog.apis if is_neighbour(api)),
        "queries": queries(catalog.apis),
        "count": len(catalog.apis),
        "version": __version__,
        "events": events,
        "faces": faces,
        "flow": flow,
        "asked": asked,
    }

    @blueprint.get("/")
    def landing() -> str:
        return flask.render_template("landing.html", **shown)

    @blueprint.get("/events", endpoint="events")
    def show_events() -> str:
        return flask.render_template("events.html", version=__version__)

    @blueprint.get("/tasks")
    def tasks() -> str:
        return flask.render_template("tasks.html", version=__version__)

    drawn = lifecycle_page.shown(machines)

    @blueprint.get("/lifecycles")
    def lifecycles() -> str:
        return flask.render_template("lifecycles.html", machines=drawn, version=__version__)

    for api in catalog.apis:
        path = explorer_path(api.base_path)
        show = partial(flask.render_template, "explorer.html", **explorer(api, catalog.apis))
        blueprint.add_url_rule(path, endpoint=path.replace(".", "_"), view_func=show)
    return blueprint


def page_paths(catalog: Catalog) -> dict[str, str]:
    """The path of each page, by its spellings without a slash at the end."""
    found = {"": "/", "/events": "/events", "/tasks": "/tasks", "/lifecycles": "/lifecycles"}
    for api in catalog.apis:
        page = explorer_path(api.base_path)
        for base in (api.base_path, *api.aliases):
            found[explorer_path(base).rstrip("/")] = page
    return found


def page_data(catalog: Catalog) -> dict[str, str]:
    """Where what a page shows is data, by the spellings of the page; the root is both itself."""
    found = {
        "/events": "/events/state",
        "/tasks": "/tasks/state",
        "/lifecycles": "/lifecycles.json",
    }
    for api in catalog.apis:
        for base in (api.base_path, *api.aliases):
            found[explorer_path(base).rstrip("/")] = f"{base}/openapi.json"
    return found


class Pages:
    """The way to the pages, through connexion to Flask. `near` gives the paths that one which is
    not here may have been meant to be.
    """

    def __init__(
        self, app: ASGIApp, paths: Mapping[str, str], near: Callable[[str], list[str]]
    ) -> None:
        self._app = app
        self._paths = paths
        self._near = near

    async def answer(self, request: Request, asked: str, scope: Scope) -> Response:
        """The page at the path `asked` for, or the way to it. Raises `TmfError` (404, 405)."""
        page = self._paths.get(request.path)
        if page is None:
            raise TmfError(NO_SUCH_PATH, f"{asked} is no path here; {self._instead(request.path)}.")
        if request.method not in READS:
            return not_offered(request.method, READS)
        if page not in (asked, "/"):
            way = to_root(asked) + page[1:]
            return Response(308, headers={"Location": way, "Content-Length": "0"})
        return await self._rendered(page, scope, request.receive)

    def _instead(self, path: str) -> str:
        """Where to go from a path that is not here."""
        *some, last = self._near(path) or [""]
        if not last:
            return "the start page / lists them"
        return f"the nearest are {', '.join(some)} and {last}" if some else f"the nearest is {last}"

    async def _rendered(self, page: str, scope: Scope, receive: Receive) -> Response:
        """What Flask makes of a page."""
        messages: list[dict[str, Any]] = []

        async def collect(message: dict[str, Any]) -> None:
            messages.append(message)

        scope = scope | {"method": "GET", "path": page, "raw_path": page.encode()}
        await self._app(scope, receive, collect)  # type: ignore[arg-type]
        start, *bodies = messages
        body = b"".join(message.get("body", b"") for message in bodies)
        media = dict(start["headers"])[b"content-type"]
        return Response(start["status"], body, dict(PROTECTION), media=media)
