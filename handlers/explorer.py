"""Swagger UI of each API: our page around it, mounted by connexion at `{base}/ui/`."""

from collections.abc import Iterable
from pathlib import Path

from connexion.options import SwaggerUIOptions
from swagger_ui_bundle import swagger_ui_path

from handlers.landing import name_of
from tmf_apis.spec.model import ApiSpec

#: The scripts and styles of Swagger UI, served once for all APIs.
ASSETS = Path(str(swagger_ui_path))
_TEMPLATES = Path(__file__).parent / "templates" / "swagger"


def explorer(api: ApiSpec, apis: Iterable[ApiSpec]) -> SwaggerUIOptions:
    """How connexion shows an API, with a way to its other versions.

    The page loads the `openapi.json` beside it, which `Operations` serves whole.
    """
    root = to_root(f"{api.base_path}/ui/")
    siblings = [other for other in apis if other.number == api.number]
    return SwaggerUIOptions(
        serve_spec=False,
        swagger_ui_path="/ui",
        swagger_ui_template_dir=str(_TEMPLATES),
        swagger_ui_template_arguments={
            "root": root,
            "number": api.number,
            "name": name_of(api),
            "base": api.base_path,
            "version": api.version,
            "editions": [
                (other.major, f"{root}{other.base_path[1:]}/ui/", other is api)
                for other in siblings
            ],
        },
    )


def to_root(path: str) -> str:
    """The way from a path up to the root, relative, so that it holds behind a prefix as well."""
    return "../" * (path.count("/") - 1)
