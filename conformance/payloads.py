"""Bodies built from a specification alone: the least that is valid, or everything it declares.

They are the same in every run. Where a schema leaves a choice, the simplest way is taken: the
first value of an enumeration, a reference rather than an embedded value, the base class rather
than a sub-class.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from conformance.scalars import scalar
from tmf_apis.spec.attributes import referred

Json = dict[str, Any]

#: How deep a full body goes; below, only what is required.
DEEP = 3
#: Where nesting ends even if a schema requires more: the schemas are cyclic.
DEEPEST = 8
#: What a full body leaves out: the server's part, and what would make it another class.
_NOT_SENT = frozenset({"@schemaLocation", "@baseType"})
#: What a schema says for those that are built on it.
_INHERITED = (
    "type", "enum", "items", "format", "oneOf", "anyOf", "minItems", "pattern", "minLength",
    "maxLength", "minimum", "maximum", "const", "example", "default",
)  # fmt: skip
_FORMS = ("_FVO", "_MVO", "_Create", "_Update", "_RES")


class Synthesis:
    """Values that fit the schemas of one specification."""

    def __init__(self, schemas: Mapping[str, Json]) -> None:
        self._schemas = schemas

    def minimal(self, name: str) -> Json:
        """An object of a named schema with what it requires."""
        value: Json = self._value({"$ref": f"#/components/schemas/{name}"}, "", DEEP, 0)
        return value

    def full(self, name: str, settable: Iterable[str]) -> Json:
        """An object of a named schema with every first-level attribute a client may set."""
        wanted = set(settable)
        merged = self.merged({"$ref": f"#/components/schemas/{name}"})
        whole = self._object(merged, name, 0, 0, lambda attribute: attribute in wanted)
        return whole

    def attribute(self, owner: str, name: str) -> Any:
        """A valid value for one attribute of a named schema, an object with what it requires."""
        schema = self.merged({"$ref": f"#/components/schemas/{owner}"})
        return self._value(schema["properties"][name], name, DEEP, 1)

    def merged(self, schema: Json, within: frozenset[str] = frozenset()) -> Json:
        """One schema that says all that it and its bases say; the name stands in `title`.

        A base that leads back to what it is the base of, as in some files, says nothing more.
        """
        name = referred(schema)
        if name:
            if name in within:
                return {}
            return {"title": name, **self.merged(self._schemas.get(name, {}), within | {name})}
        if "allOf" not in schema:
            return schema
        whole: Json = {**schema, "properties": {}, "required": []}
        for part in [*schema["allOf"], {k: v for k, v in schema.items() if k != "allOf"}]:
            found = self.merged(part, within)
            whole["properties"] |= found.get("properties", {})
            whole["required"] = [*whole["required"], *found.get("required", [])]
            for word in _INHERITED:
                if word in found:
                    whole.setdefault(word, found[word])
        whole.pop("allOf", None)
        return whole

    def _value(self, schema: Json, attribute: str, depth: int, nested: int) -> Any:
        name = referred(schema)
        schema = self._chosen(self.merged(schema))
        name = schema.get("title", name) if schema.get("title") in self._schemas else name
        if schema.get("const"):
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][0]
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), None)
        if kind == "array" or "items" in schema:
            return self._list(schema, attribute, depth, nested)
        if schema.get("properties"):
            return self._object(schema, name, depth, nested)
        return scalar({**schema, "type": kind}, attribute)

    def _list(self, schema: Json, attribute: str, depth: int, nested: int) -> list[Any]:
        """A list of one element, or of as many as it must have."""
        if nested > DEEPEST:
            return []
        items = schema.get("items", {})
        made = [
            self._value(items, attribute, depth, nested + 1)
            for _ in range(max(1, schema.get("minItems", 1)))
        ]
        choices = self.merged(items).get("enum") or []
        return [_another(value, place, choices) for place, value in enumerate(made)]

    def _object(
        self,
        schema: Json,
        name: str,
        depth: int,
        nested: int,
        wanted: Callable[[str], bool] | None = None,
    ) -> Json:
        required = set(schema.get("required", []))
        if _plain(name).endswith("Ref"):
            required.add("id")  # Files forget it at times; every reference needs one (R-1107).
        made: Json = {}
        for attribute, declared in schema.get("properties", {}).items():
            asked = wanted(attribute) if wanted else depth < DEEP
            if attribute not in required and (not asked or attribute in _NOT_SENT):
                continue
            if attribute == "@type":
                made[attribute] = self._type(schema, name)
            elif attribute == "@referredType":
                made[attribute] = _plain(name).removesuffix("Ref") or "Kit"
            elif nested <= DEEPEST:
                made[attribute] = self._value(declared, attribute, depth + 1, nested + 1)
            elif "items" in self.merged(declared):
                made[attribute] = []  # What requires a list of itself ends with an empty one.
        undeclared = required - set(schema.get("properties", {}))
        return made | {attribute: f"kit-{attribute}" for attribute in sorted(undeclared)}

    def _chosen(self, schema: Json, within: frozenset[str] = frozenset()) -> Json:
        """One of the alternatives: a reference if there is one, else the first.

        What a schema says beside its alternatives holds as well.
        """
        options = schema.get("oneOf") or schema.get("anyOf")
        own = schema.get("title", "")
        if not options or (own and own in within):
            return schema
        names = [referred(option) for option in options]
        plain = next((o for o in options if _plain(referred(o)).endswith("Ref")), options[0])
        if schema.get("properties") and all(names):
            return schema  # Its own sub-classes: the base is the simplest of them.
        chosen = self._chosen(self.merged(plain), within | {own})
        beside = schema.get("properties", {}), schema.get("required", [])
        if not any(beside):
            return chosen
        return {
            **chosen,
            "properties": {**beside[0], **chosen.get("properties", {})},
            "required": [*beside[1], *chosen.get("required", [])],
        }

    def _type(self, schema: Json, name: str) -> str:
        """The `@type` that selects a schema: what its discriminator calls it, else its name."""
        mapping = schema.get("discriminator", {}).get("mapping", {})
        for value, target in mapping.items():
            if referred({"$ref": target}) == name:
                return str(value)
        return _plain(name)


def _another(value: Any, place: int, choices: Sequence[Any]) -> Any:
    """The element of a list at a place, so that no two are the same."""
    if place == 0:
        return value
    if choices:
        return choices[place % len(choices)]
    if isinstance(value, str):
        return f"{value} {place + 1}"
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return value | {"id": f"{value['id']}-{place + 1}"}
    return value


def _plain(name: str) -> str:
    """The name of a class without the ending of its form."""
    for form in _FORMS:
        name = name.removesuffix(form)
    return name
