"""The attributes a schema declares, at every depth, as a tree that is unfolded on demand.

TM Forum schemas are cyclic (a product holds products), so a node resolves its children only
when somebody asks for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from tmf_apis.spec.types import ACCEPTED_TYPES, Kind, Shape

Schema = dict[str, Any]

_KINDS = {
    "string": Kind.TEXT,
    "integer": Kind.NUMBER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "object": Kind.OBJECT,
}
#: Words of a schema that not every text obeys.
_CONFINING = ("enum", "const", "pattern", "minLength", "maxLength")


class Attribute:
    """One attribute, or the resource itself: its kind, its shape, and the attributes below it.

    Sub-classes named by a discriminator count: an attribute that any of them declares is
    declared. Where declarations disagree the kind is `ANY` and the shape `EITHER`.
    """

    def __init__(self, declarations: Sequence[Schema], schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._declarations = list(declarations)

    def __repr__(self) -> str:
        return f"Attribute({self.kind.value}, {self.shape.value})"

    @cached_property
    def _unfolded(self) -> list[Schema]:
        """Every schema that describes the value itself, references followed, each once."""
        return list(_unfold(self._declarations, self._schemas, set()))

    @cached_property
    def _elements(self) -> list[Schema]:
        """Every schema that describes one value, whether it stands alone or in a list."""
        items = [s["items"] for s in self._unfolded if isinstance(s.get("items"), dict)]
        single = [s for s in self._unfolded if s.get("type") != "array" and "items" not in s]
        return single + list(_unfold(items, self._schemas, set()))

    @cached_property
    def shape(self) -> Shape:
        """One value, a list, or either."""
        telling = [s for s in self._unfolded if "type" in s or "properties" in s or "items" in s]
        lists = [s.get("type") == "array" or "items" in s for s in telling]
        if not lists:
            return Shape.EITHER
        if all(lists):
            return Shape.MANY
        return Shape.EITHER if any(lists) else Shape.ONE

    @cached_property
    def kind(self) -> Kind:
        """How one value of it compares; of a list, how its elements compare."""
        kinds = {kind for s in self._elements if (kind := _kind(s)) is not None}
        return kinds.pop() if len(kinds) == 1 else Kind.ANY

    @cached_property
    def formats(self) -> frozenset[str]:
        """The formats its values may have, where the file names any."""
        return frozenset(s["format"] for s in self._elements if isinstance(s.get("format"), str))

    @cached_property
    def confined(self) -> bool:
        """Whether more than their type and format confines its values."""
        return any(word in schema for schema in self._elements for word in _CONFINING)

    @cached_property
    def enumeration(self) -> tuple[str, ...]:
        """The texts its values are confined to, in the order of the file; empty if they are not."""
        listed = [value for s in self._elements for value in s.get("enum", ())]
        return tuple(dict.fromkeys(value for value in listed if isinstance(value, str)))

    @cached_property
    def children(self) -> Mapping[str, "Attribute"]:
        """The attributes below it by name, in the order of the file."""
        declared: dict[str, list[Schema]] = {}
        for schema in self._elements:
            for name, child in schema.get("properties", {}).items():
                declared.setdefault(name, []).append(child)
        return {name: Attribute(found, self._schemas) for name, found in declared.items()}

    @cached_property
    def required(self) -> frozenset[str]:
        """The names below it that any of its schemas demands, whether or not it declares them."""
        return frozenset(name for s in self._elements for name in s.get("required", ()))

    @cached_property
    def numbered(self) -> bool:
        """Whether it is a text that may come as a number (R-721)."""
        return any(ACCEPTED_TYPES in s and s.get("type") == "string" for s in self._elements)

    @cached_property
    def names(self) -> frozenset[str]:
        """The schemas it is made of, by name: equal sets are the same class of thing."""
        return frozenset(_names(self._declarations, self._schemas))

    @cached_property
    def identity(self) -> frozenset[object]:
        """Equal for attributes of one class; of one that no schema names, its own."""
        return self.names or frozenset(map(id, self._declarations))

    def find(self, path: Sequence[str]) -> "Attribute | None":
        """The attribute at a path of names, or None when no schema declares it."""
        node: Attribute | None = self
        for name in path:
            if node is None:
                return None
            node = node.children.get(name)
        return node


def attributes_of(name: str, schemas: Mapping[str, Schema], *others: str | None) -> Attribute:
    """The tree of a named component schema, and of others that stand for the same."""
    named = [one for one in (name, *others) if one]
    return Attribute([{"$ref": f"#/components/schemas/{one}"} for one in named], schemas)


def referred(schema: Schema) -> str:
    """The component name a schema refers to, or an empty text."""
    reference = schema.get("$ref", "")
    return reference.rpartition("/")[2] if isinstance(reference, str) else ""


def _kind(schema: Schema) -> Kind | None:
    if schema.get("format") in ("date-time", "date"):
        return Kind.INSTANT
    if "properties" in schema:
        return Kind.OBJECT
    return _KINDS.get(schema.get("type", ""))


def _unfold(
    declarations: Sequence[Schema], schemas: Mapping[str, Schema], seen: set[int]
) -> Iterator[Schema]:
    waiting = list(reversed(declarations))
    while waiting:
        schema = waiting.pop()
        if name := referred(schema):
            schema = schemas.get(name, {})
        if id(schema) in seen:
            continue
        seen.add(id(schema))
        yield schema
        below = [part for word in ("allOf", "oneOf", "anyOf") for part in schema.get(word, ())]
        mapping = schema.get("discriminator", {}).get("mapping", {})
        below += [{"$ref": target} for target in mapping.values()]
        waiting += reversed(below)


def _names(declarations: Sequence[Schema], schemas: Mapping[str, Schema]) -> Iterator[str]:
    for schema in declarations:
        if name := referred(schema):
            yield name
        elif isinstance(schema.get("items"), dict):
            yield from _names([schema["items"]], schemas)
