"""Pages for people: the landing page, its style, and what Swagger UI needs."""

import flask
from werkzeug.wrappers import Response

from handlers.explorer import ASSETS, to_root
from handlers.landing import cards, queries
from tmf_apis import __version__
from tmf_apis.catalog import Catalog
from tmf_apis.spec.model import ApiSpec

#: Seconds a browser may keep scripts and styles; their links carry the version.
KEEP = 24 * 3600


def pages(catalog: Catalog) -> flask.Blueprint:
    """The Flask blueprint of all pages."""
    blueprint = flask.Blueprint(
        "pages",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/assets",
    )
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

    @blueprint.get("/swagger-ui/<name>")
    def swagger(name: str) -> Response:
        return flask.send_from_directory(ASSETS, name, max_age=KEEP)

    for api in catalog.apis:
        for alias in api.aliases:
            _redirect(blueprint, alias, api)
    return blueprint


def _redirect(blueprint: flask.Blueprint, alias: str, api: ApiSpec) -> None:
    """Lead from Swagger UI below an alias to the one page of the API."""
    page = f"{alias}/ui/"
    target = f"{to_root(page)}{api.base_path[1:]}/ui/"

    def lead() -> Response:
        return flask.redirect(target, 308)

    blueprint.add_url_rule(page, endpoint=page.replace(".", "_"), view_func=lead)
