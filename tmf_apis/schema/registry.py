"""Schemas of sub-classes that an operator gives the server, by what `@schemaLocation` says.

The server never fetches a schema: it knows those of one folder, and takes any other sub-class
as it comes (R-1103, R-1104).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs

from tmf_apis.given_files import GivenFileError, read_file
from tmf_apis.schema.validator import describe, uncompiled


class RegistryError(ValueError):
    """A file that is no JSON Schema; the text names it."""


class Registry:
    """The schemas of a folder, by their `$id` and by their file name."""

    def __init__(self, validators: Mapping[str, Any] | None = None) -> None:
        self._validators = dict(validators or {})

    def fault(self, document: Mapping[str, Any]) -> str | None:
        """What is wrong with a resource by the schema it names, or None; unknown ones are fine."""
        location = document.get("@schemaLocation")
        if not isinstance(location, str):
            return None
        validator = self._validators.get(location) or self._validators.get(
            location.rpartition("/")[2]
        )
        # A null of the sub-class is as good as absent (R-1207).
        given = {name: value for name, value in document.items() if value is not None}
        if validator is None or validator.is_valid(given):
            return None
        return describe(validator.iter_errors(given))


def read_registry(folder: Path | None) -> Registry:
    """The registry of a folder's `*.json` files; without a folder an empty one.

    Raises `RegistryError` for a file that cannot be used.
    """
    validators: dict[str, Any] = {}
    for path in sorted(folder.glob("*.json")) if folder is not None else ():
        try:
            schema = read_file(path)
            validator = jsonschema_rs.validator_for(schema, validate_formats=True, offline=True)
        except GivenFileError as error:
            raise RegistryError(str(error)) from error
        except ValueError as error:
            raise RegistryError(f"{path}: not a JSON Schema: {uncompiled(error)}") from error
        validators[path.name] = validator
        if isinstance(schema, dict) and isinstance(schema.get("$id"), str):
            validators[schema["$id"]] = validator
    return Registry(validators)
