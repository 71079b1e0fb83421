"""Pages for people: the landing page."""

import flask

from tmf_apis.catalog import Catalog


def pages(catalog: Catalog) -> flask.Blueprint:
    """The Flask blueprint of all pages."""
    blueprint = flask.Blueprint("pages", __name__, template_folder="templates")

    @blueprint.get("/")
    def landing() -> str:
        return "".join(f"<a href='{a.base_path}/ui/'>{a.title}</a>" for a in catalog.apis)

    return blueprint
