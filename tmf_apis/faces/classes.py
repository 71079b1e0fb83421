"""The classes of a specification file, one by one: what each declares, demands and extends.

Unlike the attribute tree of `spec.attributes` it keeps sub-classes and alternatives apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tmf_apis.spec.attributes import referred

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Class:
    """One class; `lineage` is itself and what it extends, nearest first."""

    name: str
    attributes: Mapping[str, Schema]
    required: frozenset[str]
    lineage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """What may stand under a name: whether a list, of which class, or a value of which schema."""

    many: bool
    of: str | None
    schema: Schema


class Classes:
    """The classes of one file."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self.schemas = schemas
        self._known: dict[str, Class] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.schemas

    def get(self, name: str) -> Class:
        """The class of a name; one that the file lacks has nothing."""
        if name not in self._known:
            attributes: dict[str, Schema] = {}
            required: set[str] = set()
            lineage: list[str] = []
            for part, schema in self._parts(name):
                if part not in lineage:
                    lineage.append(part)
                for attribute, declared in schema.get("properties", {}).items():
                    attributes.setdefault(attribute, declared)
                required.update(schema.get("required", ()))
            self._known[name] = Class(name, attributes, frozenset(required), tuple(lineage))
        return self._known[name]

    def _parts(self, name: str) -> Iterator[tuple[str, Schema]]:
        waiting: list[tuple[str, Schema]] = [(name, self.schemas.get(name, {}))]
        seen = {name}
        while waiting:
            of, schema = waiting.pop(0)
            yield of, schema
            for part in schema.get("allOf", ()):
                above = referred(part)
                if not above:
                    waiting.append((of, part))
                elif above not in seen:
                    seen.add(above)
                    waiting.append((above, self.schemas.get(above, {})))

    def is_choice(self, name: str) -> bool:
        """Whether a name stands for alternatives, and is no class itself."""
        return "oneOf" in self.schemas.get(name, {})

    def below(self, name: str) -> Mapping[str, str]:
        """The classes that may stand for one, by the `@type` that selects them."""
        schema = self.schemas.get(name, {})
        mapping = schema.get("discriminator", {}).get("mapping", {})
        found = {key: target.rpartition("/")[2] for key, target in mapping.items()}
        if not self.is_choice(name):
            found[name] = name
            # Some files define a sub-class and leave it out of the mapping.
            found |= {n: n for n in self.schemas if name in self._above(n) and "_" not in n}
        return {key: target for key, target in found.items() if target in self.schemas}

    def _above(self, name: str) -> set[str]:
        return {referred(part) for part in self.schemas[name].get("allOf", ())}

    def position(self, declared: Schema) -> Position:
        """What an attribute's declaration lets stand there."""
        schema, many = declared, False
        while True:
            name = referred(schema)
            if not name and len(schema.get("allOf", ())) == 1 and referred(schema["allOf"][0]):
                name = referred(schema["allOf"][0])
            if not name:
                if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
                    inner = self.position(schema["items"])
                    return Position(True, inner.of, schema if inner.of is None else inner.schema)
                return Position(many, None, schema)
            found = self.schemas.get(name, {})
            if self.is_choice(name) or self.get(name).attributes:
                return Position(many, name, schema)
            schema = found
