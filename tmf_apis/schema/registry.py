"""Schemas of sub-classes that an operator gives the server, by what `@schemaLocation` says.

The server never fetches a schema: it knows those of one folder, and takes any other sub-class
as it comes (R-1103, R-1104).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs

from tmf_apis.given_files import GivenFileError, read_file
from tmf_apis.schema.explaining import Explainer, described
from tmf_apis.schema.validator import uncompiled


class RegistryError(ValueError):
    """A file that is no JSON Schema; the text names it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A schema of the folder: what checks a resource, and what says why it does not fit."""

    validator: jsonschema_rs.Validator
    explainer: Explainer


class Registry:
    """The schemas of a folder, by their `$id` and by their file name."""

    def __init__(self, known: Mapping[str, _Known] | None = None) -> None:
        self._known = dict(known or {})

    def fault(self, document: Mapping[str, Any]) -> str | None:
        """What is wrong with a resource by the schema it names, or None; unknown ones are fine."""
        location = document.get("@schemaLocation")
        if not isinstance(location, str):
            return None
        known = self._known.get(location) or self._known.get(location.rpartition("/")[2])
        # A null of the sub-class is as good as absent (R-1207).
        given = {name: value for name, value in document.items() if value is not None}
        if known is None or known.validator.is_valid(given):
            return None
        return described(known.explainer.faults(given))


def read_registry(folder: Path | None) -> Registry:
    """The registry of a folder's `*.json` files; without a folder an empty one.

    Raises `RegistryError` for a file that cannot be used.
    """
    found: dict[str, _Known] = {}
    for path in sorted(folder.glob("*.json")) if folder is not None else ():
        try:
            schema = read_file(path)
            validator = jsonschema_rs.validator_for(schema, validate_formats=True, offline=True)
        except GivenFileError as error:
            raise RegistryError(str(error)) from error
        except ValueError as error:
            raise RegistryError(f"{path}: not a JSON Schema: {uncompiled(error)}") from error
        known = found[path.name] = _Known(validator, Explainer(schema))
        if isinstance(schema, dict) and isinstance(schema.get("$id"), str):
            found[schema["$id"]] = known
    return Registry(found)
