"""Whether what a server answers fits the schemas of its specification.

An answer is open content: unknown attributes are no fault (R-1105). `@type` selects the schema
where a discriminator lists it; one that is not listed is judged by the base (R-1106).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import jsonschema_rs
import orjson

from conformance.choosing import CHOICES, in_words
from tmf_apis.rules.lookup import open_enumerations
from tmf_apis.spec.attributes import referred
from tmf_apis.spec.model import ApiSpec
from tmf_apis.spec.types import ACCEPTED, ACCEPTED_TYPES

Json = dict[str, Any]

#: So many values are not judged again.
REMEMBERED = 5000
#: The rule that a fault of each kind breaks.
_RULES = {"required": "R-709", "enum": "R-711", "format": "R-1201"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Where an answer does not fit, why, and which rule that breaks."""

    path: str
    says: str
    rule: str
    #: Whether a value is none of several alternatives, or more than one.
    choice: bool = False

    @property
    def attribute(self) -> str:
        """The attribute of the body that it is in; empty for the body itself."""
        return self.path.lstrip("/").partition("/")[0]

    def __str__(self) -> str:
        return f"{self.path or 'the body'}: {self.says}"


#: What a schema says that answers are held to, and what only bodies of the kit are: some servers
#: keep what was there before a pattern was.
_WORDS = ("type", "enum", "required", "minItems", "maxItems", "format")
_STRICT = (
    "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "uniqueItems", "minProperties", "maxProperties", "const",
)  # fmt: skip


class Shapes:
    """The schemas of one API, ready to judge answers, or, `strict`, what is to be sent."""

    def __init__(self, api: ApiSpec, *, strict: bool = False) -> None:
        self._api = api
        self._words = (*_WORDS, *_STRICT) if strict else _WORDS
        self._compiled: dict[str, jsonschema_rs.Draft7Validator] = {}
        #: What was found of values that were judged before: most records are seen many times.
        self._known: dict[tuple[str, bytes], list[Fault]] = {}

    @cached_property
    def _definitions(self) -> Mapping[str, Json]:
        opened = open_enumerations(self._api)
        return {
            name: _Reading(self._api.schemas, self._words).read(
                {k: v for k, v in schema.items() if k != "enum"} if name in opened else schema, name
            )
            for name, schema in self._api.schemas.items()
        }

    def faults(self, schema: str, value: Any) -> list[Fault]:
        """What is wrong with a value that should be an instance of a named schema."""
        try:
            key = schema, blake2b(orjson.dumps(value), digest_size=16).digest()
        except TypeError:  # An integer that no answer of ours could hold.
            return self._judged(schema, value)
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = self._judged(schema, value)
        return self._known[key]

    def _judged(self, schema: str, value: Any) -> list[Fault]:
        document = {"$ref": f"#/definitions/{schema}", "definitions": self._definitions}
        validator = self._compiled.get(schema)
        if validator is None:
            validator = jsonschema_rs.Draft7Validator(document, validate_formats=True)
            self._compiled[schema] = validator
        # A sub-class says again what its base says.
        found = [_fault(error, document) for error in validator.iter_errors(value)]
        return list(dict.fromkeys(found))


class _Reading:
    """OpenAPI 3.0 written as JSON Schema draft 7."""

    def __init__(self, schemas: Mapping[str, Json], words: Collection[str]) -> None:
        self._schemas = schemas
        self._words = words

    def read(self, schema: Any, name: str = "") -> Any:
        """The same schema with discriminators written as conditions."""
        if not isinstance(schema, dict):
            return schema
        if reference := referred(schema):
            return {"$ref": f"#/definitions/{reference}"}
        read: Json = {}
        for word, value in schema.items():
            if word == "properties":
                read[word] = {key: self.read(inner) for key, inner in value.items()}
            elif word in ("items", "additionalProperties", "not"):
                read[word] = self.read(value)
            elif word in ("allOf", "anyOf", "oneOf"):
                read[word] = [self.read(inner) for inner in value]
            elif word in self._words:
                read[word] = value
        if "enum" in read:
            read["enum"] = [*read["enum"], *schema.get(ACCEPTED, ())]
        if read.get("format") not in (None, "date-time", "date"):
            del read["format"]
        if "properties" in read and "type" not in read:
            read["type"] = "object"
        if schema.get("nullable") and isinstance(read.get("type"), str):
            read["type"] = [read["type"], "null"]
        self._by_type(schema, read, name)
        if "allOf" in schema and ACCEPTED_TYPES in schema:
            return {"anyOf": [read, {"type": schema[ACCEPTED_TYPES]}]}
        return read

    def _by_type(self, schema: Json, read: Json, name: str) -> None:
        """`@type` selects among alternatives and sub-classes."""
        discriminator = schema.get("discriminator", {})
        word = discriminator.get("propertyName", "@type")
        chosen = [
            {
                "if": {"required": [word], "properties": {word: {"const": value}}},
                "then": {"$ref": f"#/definitions/{referred({'$ref': target})}"},
            }
            for value, target in discriminator.get("mapping", {}).items()
            if referred({"$ref": target}) not in ("", name)
        ]
        if "oneOf" in read:
            # Alternatives overlap, so more than one may fit; what `@type` selects must.
            read["anyOf"] = [*read.pop("oneOf"), {}] if chosen else read.pop("oneOf")
        if chosen:
            read["allOf"] = [*read.get("allOf", []), *chosen]


def _fault(error: jsonschema_rs.ValidationError, document: Json) -> Fault:
    kind = error.kind.name
    path = "".join(f"/{part}" for part in error.instance_path)
    choice = kind in CHOICES
    said = in_words(error, document) if choice else str(error.message).splitlines()[0]
    return Fault(path, said[:300], _rule(kind, error), choice)


def _rule(kind: str, error: jsonschema_rs.ValidationError) -> str:
    wanted = str(error.message)
    if kind == "type" and any(f'"{word}"' in wanted for word in ("number", "integer")):
        return "R-1204"
    return _RULES.get(kind, "S-001")


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar inside a value with its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}/{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}/{index}")
    else:
        yield path, value
