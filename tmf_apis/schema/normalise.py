"""From the schemas of an OpenAPI 3.0 file to JSON Schema that means what TM Forum means.

Three differences matter. `oneOf` becomes `anyOf`: TM Forum's alternatives overlap, and its own
examples satisfy several. A discriminator picks the class that is checked (`classes`). And
`nullable`, boolean exclusive bounds and `format: float` are OpenAPI's own words.
"""

from collections.abc import Iterator
from typing import Any

from tmf_apis.schema.classes import (
    OWN,
    PARTIAL,
    SAID,
    Schema,
    Schemas,
    definition,
    dispatched,
    said,
)
from tmf_apis.spec.attributes import referred
from tmf_apis.spec.types import ACCEPTED, ACCEPTED_TYPES

#: Keywords whose value is a schema, a list of schemas, or schemas by name.
_ONE = ("items", "additionalProperties", "not")
_LIST = ("allOf", "anyOf")
_BY_NAME = ("properties", "definitions")
_KEPT = (
    "type", "required", "enum", "minLength", "maxLength", "pattern", "minItems", "maxItems",
    "uniqueItems", "minProperties", "maxProperties", "multipleOf", "minimum", "maximum",
)  # fmt: skip
#: Keywords that ask for something to be there.
_DEMANDS = frozenset({"required", "minItems", "minProperties"})
#: A pattern that no blank text fits; values of other types do not mind.
NOT_BLANK = r"\S"
#: Formats that are checked; the others are advice, and official examples ignore them.
FORMATS = frozenset({"date-time", "date"})


def json_schema(root: Schema, schemas: Schemas) -> Schema:
    """A JSON Schema (draft 7) document for `root`, with the components it needs below it."""
    whole, partial = _Reading(schemas), _Said(schemas)
    definitions: Schema = {}
    document = whole.normal(root)
    wanted = list(_definition_names(document))
    while wanted:
        key = wanted.pop()
        if key not in definitions:
            schema = schemas.get(key.rstrip(OWN + PARTIAL), {})
            if key.endswith(OWN):
                definitions[key] = whole.normal(schema, extending=True)
            elif key.endswith(PARTIAL):
                definitions[key] = partial.normal(schema, extending=True)
            elif key.endswith(SAID):
                definitions[key] = said(key.removesuffix(SAID), schemas)
            else:
                definitions[key] = dispatched(key, schemas)
            wanted.extend(_definition_names(definitions[key]))
    return {**document, "definitions": definitions}


def opened(schemas: Schemas, names: frozenset[str]) -> Schemas:
    """The components with the named enumerations open: other values fit as well (R-711)."""
    if not names & schemas.keys():
        return schemas
    return {
        name: {k: v for k, v in schema.items() if k != "enum"} if name in names else schema
        for name, schema in schemas.items()
    }


class _Reading:
    """Schemas of one file as JSON Schema, keyword by keyword."""

    #: The mark of the definitions of what a component extends.
    _base = OWN

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def normal(self, schema: Any, *, extending: bool = False) -> Schema:
        """One schema; `extending` says that references in its `allOf` are bases it extends."""
        if not isinstance(schema, dict):
            return {}
        if name := referred(schema):
            return self._component(name)
        normal: Schema = {word: schema[word] for word in _KEPT if word in schema}
        for word in _ONE:
            if isinstance(schema.get(word), dict):
                normal[word] = self.normal(schema[word])
            elif word == "additionalProperties" and schema.get(word) is False:
                normal[word] = False
        for word in _BY_NAME:
            if isinstance(schema.get(word), dict):
                normal[word] = {n: self.normal(inner) for n, inner in schema[word].items()}
        for word in _LIST:
            if isinstance(schema.get(word), list):
                normal[word] = [self._part(inner, extending, word) for inner in schema[word]]
        if isinstance(schema.get("oneOf"), list):
            normal.setdefault("anyOf", []).extend(map(self.normal, schema["oneOf"]))
        if schema.get("format") in FORMATS:
            normal["format"] = schema["format"]
        _exclusive(schema, normal)
        _filled(normal)
        return _widened(normal, schema)

    def _component(self, name: str) -> Schema:
        """What stands for a component inside another."""
        return definition(name)

    def _part(self, inner: Any, extending: bool, word: str) -> Schema:
        if word == "allOf" and extending and (name := referred(inner)):
            return definition(name, self._base)
        return self.normal(inner, extending=extending)


class _Said(_Reading):
    """The same for what is said of a thing that its id stands for: nothing has to be there."""

    _base = PARTIAL

    def normal(self, schema: Any, *, extending: bool = False) -> Schema:
        """One schema, of which nothing is demanded."""
        if isinstance(schema, dict):
            schema = {word: value for word, value in schema.items() if word not in _DEMANDS}
        return super().normal(schema, extending=extending)

    def _component(self, name: str) -> Schema:
        """What is said of a part is checked by the class of the part."""
        return definition(name, SAID)


def _exclusive(schema: Schema, normal: Schema) -> None:
    """OpenAPI's boolean `exclusiveMinimum` moves the bound into the keyword itself."""
    for word, bound in (
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ):
        if schema.get(word) is True and bound in normal:
            normal[word] = normal.pop(bound)


def _filled(normal: Schema) -> None:
    """A text that is required is not blank either (R-703)."""
    for name in normal.get("required", ()):
        inner = normal.get("properties", {}).get(name, {})
        if not inner.keys() & {"$ref", "pattern", "enum"}:
            normal.setdefault("properties", {})[name] = {**inner, "pattern": NOT_BLANK}


def _widened(normal: Schema, schema: Schema) -> Schema:
    """A schema with what is accepted beyond its own words; those are the first choice."""
    if schema.get("nullable") is True:
        if isinstance(normal.get("type"), str):
            normal["type"] = [normal["type"], "null"]
        if isinstance(normal.get("enum"), list):
            normal["enum"] = [*normal["enum"], None]
    if ACCEPTED in schema and "enum" in normal:
        members = {"enum": normal.pop("enum")}
        normal["anyOf"] = [members, {"enum": schema[ACCEPTED]}]
    # Of a text, a number is made one before it is looked at.
    if ACCEPTED_TYPES in schema and normal.get("type") != "string":
        return {"anyOf": [normal, {"type": schema[ACCEPTED_TYPES]}]}
    return normal


def _definition_names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix("#/definitions/")
        for word, inner in node.items():
            if word not in ("enum", "const", "required"):
                yield from _definition_names(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _definition_names(inner)
