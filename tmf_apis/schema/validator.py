"""Compiled validators, and what is wrong with a document in words that help (R-703, R-711)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import jsonschema_rs

from tmf_apis.given_files import one_line
from tmf_apis.schema.classes import Schema
from tmf_apis.schema.normalise import NOT_BLANK, json_schema
from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import Kind, Shape

Json = dict[str, Any]

#: A message quotes at most this much of a wrong value.
_QUOTED = 80
#: And lists so many characters of an enumeration.
_LISTED = 300


class Validator:
    """Says whether a document fits a component schema; compiled when it is first asked.

    `mandatory` names first-level attributes that must be present and not blank whatever the
    schema says. `assumed` are attributes taken for granted, such as the `href` of a stored
    resource, which is made anew for each answer and never kept; `forgiven` are those of the
    first level that nobody is blamed for leaving out, because the server sets them.
    """

    def __init__(
        self,
        name: str,
        schemas: Mapping[str, Schema],
        attributes: Attribute,
        mandatory: Sequence[str] = (),
        assumed: Mapping[str, Any] | None = None,
        forgiven: frozenset[str] = frozenset(),
    ) -> None:
        self._forgiven = forgiven
        self._assumed = dict(assumed or {})
        self._root: Schema = {
            "type": "object",
            "allOf": [{"$ref": f"#/components/schemas/{name}"}],
        }
        if mandatory:
            self._root["required"] = list(mandatory)
            self._root["properties"] = {
                attribute: rule
                for attribute in mandatory
                if (rule := _not_blank(attributes.children.get(attribute)))
            }
        self._schemas = schemas
        self._compiled: jsonschema_rs.Draft7Validator | None = None

    @property
    def compiled(self) -> jsonschema_rs.Draft7Validator:
        """The validator proper."""
        if self._compiled is None:
            self._compiled = jsonschema_rs.Draft7Validator(
                json_schema(self._root, self._schemas),
                validate_formats=True,
                offline=True,
            )
        return self._compiled

    def compile(self) -> None:
        """Compile it already. Raises `ValueError` (see `uncompiled`)."""
        self._compiled = self.compiled

    def fault(self, document: Json, before: Json | None = None) -> str | None:
        """What is wrong with a document and where, or None when nothing is.

        `before` is what it was changed from: what that did without, the document may.
        """
        if self._assumed:
            document = {**self._assumed, **document}
        if self.compiled.is_valid(document):
            return None
        errors = [
            error
            for error in self.compiled.iter_errors(document)
            if not self._is_forgiven(error, before)
        ]
        return describe(errors) if errors else None

    def _is_forgiven(self, error: jsonschema_rs.ValidationError, before: Json | None) -> bool:
        missing = getattr(error.kind, "property", None)
        if missing is None or error.instance_path:
            return False
        return missing in self._forgiven or (before is not None and missing not in before)


def uncompiled(error: ValueError) -> str:
    """What keeps a schema from being compiled, and where in it, in one line."""
    place = pointer(getattr(error, "instance_path", ()))
    message = one_line(getattr(error, "message", error))
    return message if place == "/" else f"{place}: {message}"


def describe(errors: Iterable[jsonschema_rs.ValidationError]) -> str:
    """The first errors in words: the JSON pointer, and what was expected there."""
    found = [_closest(error) for error in list(errors)[:5]]
    texts = list(dict.fromkeys(f"{pointer(e.instance_path)}: {_words(e)}" for e in found))
    return "; ".join(texts) + "."


def pointer(path: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901); `/` names the whole body."""
    return "/" + "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _closest(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """Of alternatives, the error of the one that got furthest: the client most likely meant it."""
    alternatives = getattr(error.kind, "context", None)
    if not alternatives:
        return error
    best = min(alternatives, key=lambda errors: (len(errors), -_depth(errors)))
    return _closest(best[0]) if best else error


def _depth(errors: Sequence[jsonschema_rs.ValidationError]) -> int:
    return max((len(error.instance_path) for error in errors), default=0)


def _words(error: jsonschema_rs.ValidationError) -> str:
    message = error.message
    if getattr(error.kind, "pattern", None) == NOT_BLANK:
        return "a text that is not blank is needed"
    if (options := getattr(error.kind, "options", None)) is not None:
        given = json.dumps(error.instance, ensure_ascii=False)
        shown = given if len(given) <= _QUOTED else f"{given[:_QUOTED]}…"
        return f"{shown} is none of {_listed(options)}"
    if len(message) <= 2 * _QUOTED:
        return message
    return f"{message[:_QUOTED]}…{message[-_QUOTED:]}"


def _listed(options: Iterable[Any]) -> str:
    """The values of an enumeration, as many as a message has room for."""
    text = ""
    for option in options:
        one = json.dumps(option, ensure_ascii=False)
        if text and len(text) + len(one) > _LISTED:
            return f"{text} …"
        text = f"{text}, {one}" if text else one
    return text


def _not_blank(attribute: Attribute | None) -> Schema | None:
    """What a mandatory attribute must hold beyond its type (R-703)."""
    if attribute is None:
        return None
    if attribute.shape is Shape.MANY:
        return {"minItems": 1}
    if attribute.shape is Shape.ONE and attribute.kind is Kind.TEXT:
        return {"pattern": NOT_BLANK}
    return None
