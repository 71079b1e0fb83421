"""A schema that asks of an object at once what its parts ask one after the other.

A class asks in `allOf` what it extends, down to the class of all things. Each part looks through
the object anew, and looking up an attribute is most of the work of a validator.
"""

from collections.abc import Iterable
from typing import Any

from tmf_apis.schema.classes import Schema

_DEFINITION = "#/definitions/"
#: Definitions that extend one another in a line: more stay as they are.
_DEEPEST = 50
#: What the schema of an object may say to be one with others.
_GATHERED = frozenset({"type", "required", "properties", "allOf"})
#: Keywords of an attribute that mean the same whatever stands beside them.
_ALONE = frozenset({
    "type", "format", "enum", "const", "pattern", "minLength", "maxLength", "items", "minItems",
    "maxItems", "minimum", "maximum",
})  # fmt: skip


def gathered(schema: Schema) -> Schema:
    """The JSON Schema with each of its definitions in one piece, as far as that can be; what fits
    the one fits the other.
    """
    definitions: Schema = schema["definitions"]
    root = {word: value for word, value in schema.items() if word != "definitions"}
    search = _Search(definitions)
    whole = {name: search.in_one(each) or each for name, each in definitions.items()}
    return {**(search.in_one(root) or root), "definitions": whole}


class _Search:
    """Puts definitions together, each once: a file may extend in circles and in long lines."""

    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions
        self._known: dict[str, Schema | None] = {}

    def in_one(self, schema: Schema, depth: int = 0) -> Schema | None:
        """The schema of an object in one piece; None for one that asks what has to stand alone."""
        if "$ref" in schema:
            return self._named(schema["$ref"].removeprefix(_DEFINITION), depth)
        if not schema.keys() <= _GATHERED or schema.get("type", "object") != "object":
            return None
        parts = [schema]
        for part in schema.get("allOf", ()):
            if (one := self.in_one(part, depth)) is None:
                return None
            parts.append(one)
        return _joined(parts)

    def _named(self, name: str, depth: int) -> Schema | None:
        if name not in self._known:
            self._known[name] = None  # While it is looked at: what comes back here is a circle.
            if depth < _DEEPEST:
                self._known[name] = self.in_one(self._definitions[name], depth + 1)
        return self._known[name]


def _joined(parts: Iterable[Schema]) -> Schema:
    joined: Schema = {}
    required: dict[str, None] = {}
    properties: Schema = {}
    for part in parts:
        if "type" in part:
            joined["type"] = part["type"]
        required |= dict.fromkeys(part.get("required", ()))
        for name, inner in part.get("properties", {}).items():
            properties[name] = _both(properties[name], inner) if name in properties else inner
    if required:
        joined["required"] = list(required)
    if properties:
        joined["properties"] = properties
    return joined


def _both(one: Any, other: Any) -> Any:
    """The schema of an attribute that two parts ask something of."""
    if one == other:
        return one
    words = one.keys() | other.keys()
    if words <= _ALONE and all(one[word] == other[word] for word in one.keys() & other.keys()):
        return one | other
    return {"allOf": [one, other]}
