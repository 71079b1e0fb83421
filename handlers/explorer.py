"""What the page of Swagger UI shows of an API. Plain values, no web."""

from collections.abc import Iterable
from typing import Any

from handlers.landing import name_of
from tmf_apis.spec.model import ApiSpec


def explorer(api: ApiSpec, apis: Iterable[ApiSpec]) -> dict[str, Any]:
    """The API, and the way to its other versions; the page loads the `openapi.json` beside it."""
    root = to_root(explorer_path(api.base_path))
    siblings = [other for other in apis if other.number == api.number]
    return {
        "root": root,
        "number": api.number,
        "name": name_of(api),
        "version": api.version,
        "editions": [
            (other.major, root + explorer_path(other.base_path)[1:], other is api)
            for other in siblings
        ],
    }


def explorer_path(base: str) -> str:
    """Where Swagger UI of the API below a base path is."""
    return f"{base}/ui/"


def to_root(path: str) -> str:
    """The way from a path up to the root, relative, so that it holds behind a prefix as well."""
    return "../" * (path.count("/") - 1)
