"""Whether a value of one version fits the declaration of the other (V-16)."""

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import orjson

from tmf_apis.faces.classes import Classes, Schema
from tmf_apis.faces.plan import OUT
from tmf_apis.schema.normalise import FORMATS, NOT_BLANK, json_schema
from tmf_apis.spec.attributes import referred

_DRAFT = "http://json-schema.org/draft-07/schema#"
#: Words of a schema that bind no value.
_SILENT = frozenset({"description", "example", "default", "deprecated", "title", "readOnly"})

Guard = Callable[[Any], Any]


class Fitting:
    """The guards of one side: functions that give a value that fits, and OUT for any other."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._guards: dict[bytes, Guard] = {}

    def guard(self, declared: Schema, *, blank: bool) -> Guard:
        """Lets pass what fits a declaration; unless `blank`, no blank text (R-703)."""
        if self.bounds(declared) == {"type": "string"}:
            return text if blank else filled_text
        key = orjson.dumps([declared, blank], option=orjson.OPT_SORT_KEYS)
        if key not in self._guards:
            whole = declared if blank else {"allOf": [declared, {"pattern": NOT_BLANK}]}
            schema = {"$schema": _DRAFT, **json_schema(whole, self._classes.schemas)}
            fits = jsonschema_rs.Draft7Validator(
                schema, validate_formats=True, offline=True
            ).is_valid
            self._guards[key] = lambda value: value if fits(value) else OUT
        return self._guards[key]

    def bounds(self, declared: Schema) -> Schema:
        """What binds a value that is no object: the words of its schema, references followed."""
        while name := referred(declared):
            declared = self._classes.schemas.get(name, {})
        found = {word: value for word, value in declared.items() if word not in _SILENT}
        if found.get("format") not in FORMATS:
            found.pop("format", None)
        if isinstance(found.get("items"), dict):
            found["items"] = self.bounds(found["items"])
        return found


def text(value: Any) -> Any:
    """Lets pass what is a text, in less time than a schema takes."""
    return value if value.__class__ is str else OUT


def filled_text(value: Any) -> Any:
    """Lets pass what is a text and not blank (R-703)."""
    return value if value.__class__ is str and value.strip() else OUT


def filled(value: Any) -> Any:
    """Lets pass what is no blank text (R-703)."""
    return OUT if value.__class__ is str and not value.strip() else value


def within(inner: Schema, outer: Schema) -> bool:
    """Whether all that binds a value on one side binds it on the other."""
    return all(word in inner and _binds(inner[word], outer[word], word) for word in outer)


def _binds(inner: Any, outer: Any, word: str) -> bool:
    if word == "enum":
        return all(value in outer for value in inner)
    return bool(inner == outer) or (word, inner, outer) == ("type", "integer", "number")
