"""Bodies built from a specification alone: the least that is valid, or everything it declares.

They are the same in every run. Where a schema leaves a choice, the simplest way is taken: the
first value of an enumeration, a reference rather than an embedded value, the base class rather
than a sub-class.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tmf_apis.spec.attributes import referred

Json = dict[str, Any]

#: How deep a full body goes; below, only what is required.
DEEP = 3
#: Where nesting ends even if a schema requires more: the schemas are cyclic.
DEEPEST = 8
START, END = "2026-01-02T03:04:05.000Z", "2026-11-12T13:14:15.000Z"
#: What a text is in each format; another format is plain text.
_FORMATS = {
    "date-time": START,
    "date": "2026-01-02",
    "uri": "https://example.com/kit",
    "url": "https://example.com/kit",
    "email": "kit@example.com",
    "byte": "a2l0",
    "base64": "a2l0",
    "time": "03:04:05Z",
}
#: Attributes whose meaning a schema does not say.
_MEANINGS: dict[str, Any] = {
    "unit": "EUR",
    "endDateTime": END,
    "href": "https://example.com/kit",
}
#: What a full body leaves out: the server's part, and what would make it another class.
_NOT_SENT = frozenset({"@schemaLocation", "@baseType"})
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

    def merged(self, schema: Json) -> Json:
        """One schema that says all that it and its bases say; the name stands in `title`."""
        name = referred(schema)
        if name:
            return {"title": name, **self.merged(self._schemas.get(name, {}))}
        if "allOf" not in schema:
            return schema
        whole: Json = {**schema, "properties": {}, "required": []}
        for part in [*schema["allOf"], {k: v for k, v in schema.items() if k != "allOf"}]:
            found = self.merged(part)
            whole["properties"] |= found.get("properties", {})
            whole["required"] = [*whole["required"], *found.get("required", [])]
            for word in ("type", "enum", "items", "format", "oneOf", "anyOf", "minItems"):
                if word in found:
                    whole.setdefault(word, found[word])
        whole.pop("allOf", None)
        return whole

    def _value(self, schema: Json, attribute: str, depth: int, nested: int) -> Any:
        name = referred(schema)
        schema = self._chosen(self.merged(schema))
        name = schema.get("title", name) if schema.get("title") in self._schemas else name
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        if kind == "array" or "items" in schema:
            if nested > DEEPEST:
                return []
            return [self._value(schema.get("items", {}), attribute, depth, nested + 1)]
        if "properties" in schema:
            return self._object(schema, name, depth, nested)
        return self._scalar(schema, attribute, kind)

    def _scalar(self, schema: Json, attribute: str, kind: Any) -> Any:
        if kind == "integer":
            return max(int(schema.get("minimum", 1)), 1)
        if kind == "number":
            return 1.5
        if kind == "boolean":
            return False
        if kind == "object":
            return {}
        if attribute in _MEANINGS:
            return _MEANINGS[attribute]
        text = _FORMATS.get(schema.get("format", ""), f"kit {attribute}".strip())
        return text.replace(" ", "-") if attribute == "id" else text

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
        undeclared = required - set(schema.get("properties", {}))
        return made | {attribute: f"kit-{attribute}" for attribute in sorted(undeclared)}

    def _chosen(self, schema: Json) -> Json:
        """One of the alternatives: a reference if there is one, else the first."""
        options = schema.get("oneOf") or schema.get("anyOf")
        if not options or schema.get("properties"):
            return schema
        plain = next((o for o in options if _plain(referred(o)).endswith("Ref")), options[0])
        return self._chosen(self.merged(plain))

    def _type(self, schema: Json, name: str) -> str:
        """The `@type` that selects a schema: what its discriminator calls it, else its name."""
        mapping = schema.get("discriminator", {}).get("mapping", {})
        for value, target in mapping.items():
            if referred({"$ref": target}) == name:
                return str(value)
        return _plain(name)


def _plain(name: str) -> str:
    """The name of a class without the ending of its form."""
    for form in _FORMS:
        name = name.removesuffix(form)
    return name
