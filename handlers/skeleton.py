"""A skeleton of a specification for connexion: its paths and operations, without schemas.

Connexion needs operations to mount an API and its Swagger UI; validating and serving them is
`Operations`' part, and whole specifications would cost seconds and megabytes at each start.
"""

from collections.abc import Callable
from typing import Any, NoReturn

import flask
from connexion.operations import AbstractOperation
from connexion.resolver import Resolution, Resolver

from tmf_apis.spec.model import ApiSpec

_METHODS = ("get", "post", "patch", "put", "delete")


def skeleton(api: ApiSpec) -> dict[str, Any]:
    """The OpenAPI document with the paths, methods and path parameters of an API only.

    Listener paths are left out: they describe what a client hosts (R-1009).
    """
    paths: dict[str, Any] = {}
    for path, item in api.document["paths"].items():
        if path.startswith("/listener/"):
            continue
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
        paths[path] = {
            method: {
                "operationId": f"{method} {path}",
                "parameters": parameters,
                "responses": {"default": {"description": "Any answer"}},
            }
            for method in _METHODS
            if method in item
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": api.title, "version": api.version},
        "paths": paths,
    }


class NeverCalled(Resolver):
    """Gives every operation a function that is never reached, since `Operations` answers."""

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """A resolution whose id tells operations of all APIs apart."""
        return Resolution(_function(), str(operation.operation_id))


def _function() -> Callable[..., NoReturn]:
    def unreachable(**_: object) -> NoReturn:
        # Connexion has decoded a path into one of an operation's, which it is not.
        flask.abort(404)

    return unreachable
