"""Compiled validators, and what is wrong with a document in words that help (R-703, R-711)."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import jsonschema_rs

from tmf_apis.given_files import one_line
from tmf_apis.schema.classes import Schema
from tmf_apis.schema.explaining import Explainer, described
from tmf_apis.schema.gathering import gathered
from tmf_apis.schema.normalise import NOT_BLANK, json_schema
from tmf_apis.schema.undemanding import undemanding
from tmf_apis.schema.wording import pointer
from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import Kind, Shape

Json = dict[str, Any]
_DRAFT = "http://json-schema.org/draft-07/schema#"


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

    @cached_property
    def _schema(self) -> Schema:
        return json_schema(self._root, self._schemas)

    @cached_property
    def compiled(self) -> jsonschema_rs.Draft7Validator:
        """The validator proper. Raises `ValueError` (see `uncompiled`)."""
        return _compiled(gathered(self._schema))

    @cached_property
    def _undemanding(self) -> jsonschema_rs.Draft7Validator:
        return _compiled(undemanding(self._schema))

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer({"$schema": _DRAFT, **self._schema})

    def compile(self) -> None:
        """Compile it already. Raises `ValueError` (see `uncompiled`)."""
        _ = self.compiled

    def fault(self, document: Json, before: Json | None = None) -> str | None:
        """What is wrong with a document and where, or None when nothing is.

        `before` is what it was changed from: what that did without, the document may.
        """
        if self._assumed:
            document = {**self._assumed, **document}
        if self.compiled.is_valid(document):
            return None

        def excused(name: str) -> bool:
            return name in self._forgiven or (before is not None and name not in before)

        # Most are sound and lack what the server sets, which is told without a look inside.
        sound = self._undemanding.is_valid(document)
        found = self._explainer.faults(document, excused, inside=not sound)
        return None if sound and not found else described(found)


def _compiled(schema: Schema) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(
        {"$schema": _DRAFT, **schema}, validate_formats=True, offline=True
    )


def uncompiled(error: ValueError) -> str:
    """What keeps a schema from being compiled, and where in it, in one line."""
    place = pointer(getattr(error, "instance_path", ()))
    message = one_line(getattr(error, "message", error))
    return message if place == "/" else f"{place}: {message}"


def _not_blank(attribute: Attribute | None) -> Schema | None:
    """What a mandatory attribute must hold beyond its type (R-703)."""
    if attribute is None:
        return None
    if attribute.shape is Shape.MANY:
        return {"minItems": 1}
    if attribute.shape is Shape.ONE and attribute.kind is Kind.TEXT:
        return {"pattern": NOT_BLANK}
    return None
