"""From the schemas of an OpenAPI 3.0 file to JSON Schema that means what TM Forum means.

Three differences matter. `oneOf` becomes `anyOf`: TM Forum's alternatives overlap, and its own
examples satisfy several. A discriminator picks the sub-class whose attributes are checked as
well (R-1106); an unknown `@type` falls back to the schema it stands in. And `nullable`, boolean
exclusive bounds and `format: float` are OpenAPI's own words.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tmf_apis.spec.attributes import referred
from tmf_apis.spec.slips import ACCEPTED

Schema = dict[str, Any]

#: Keywords whose value is a schema, a list of schemas, or schemas by name.
_ONE = ("items", "additionalProperties", "not")
_LIST = ("allOf", "anyOf")
_BY_NAME = ("properties", "definitions")
_KEPT = (
    "type", "required", "enum", "minLength", "maxLength", "pattern", "minItems", "maxItems",
    "uniqueItems", "minProperties", "maxProperties", "multipleOf", "minimum", "maximum",
)  # fmt: skip
#: What makes a value a reference, whatever else it holds (R-1107).
_REFERENCE: Schema = {"required": ["id"]}
#: A pattern that no blank text fits; values of other types do not mind.
NOT_BLANK = r"\S"
#: Formats that are checked; the others are advice, and official examples ignore them.
_FORMATS = frozenset({"date-time", "date"})


def json_schema(root: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """A JSON Schema (draft 7) document for `root`, with the components it needs below it.

    Each component `X` becomes two definitions: `X`, which dispatches on `@type`, for values;
    and `X!`, its own rules alone, for the sub-classes that extend it.
    """
    definitions: Schema = {}
    document = _normal(root, schemas)
    wanted = list(_definition_names(document))
    while wanted:
        name = wanted.pop()
        if name not in definitions:
            definitions[name] = _definition(name, schemas)
            wanted.extend(_definition_names(definitions[name]))
    return {**document, "definitions": definitions}


def opened(schemas: Mapping[str, Schema], names: frozenset[str]) -> Mapping[str, Schema]:
    """The components with the named enumerations open: other values fit as well (R-711)."""
    if not names & schemas.keys():
        return schemas
    return {
        name: {k: v for k, v in schema.items() if k != "enum"} if name in names else schema
        for name, schema in schemas.items()
    }


def _definition(name: str, schemas: Mapping[str, Schema]) -> Schema:
    schema = schemas.get(name.removesuffix("!"), {})
    if name.endswith("!"):
        return _normal(schema, schemas, extending=True)
    return _dispatched(name, schema, schemas)


def _dispatched(name: str, schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """A component as a value: the rules of the sub-class its `@type` names, else its own.

    Where it is one of several alternatives, a reference may be typed by what it refers to.
    """
    own: Schema = {"$ref": f"#/definitions/{name}!"}
    discriminator = schema.get("discriminator", {})
    mapping: Mapping[str, str] = discriminator.get("mapping", {})
    key = discriminator.get("propertyName", "@type")
    dispatch = own
    for value, reference in reversed(list(mapping.items())):
        target = reference.rpartition("/")[2]
        if target == name or target not in schemas:
            continue
        named: Schema = {"$ref": f"#/definitions/{target}!"}
        if not _implied(name, target, value, schemas):
            named = {"allOf": [own, named]}
        if "oneOf" in schema:
            named = {"anyOf": [named, {"allOf": [_REFERENCE, own]}]}
        dispatch = {
            "if": {"properties": {key: {"const": value}}, "required": [key]},
            "then": named,
            "else": dispatch,
        }
    return dispatch


def _implied(name: str, target: str, value: str, schemas: Mapping[str, Schema]) -> bool:
    """Whether what fits the sub-class `target`, named by `value`, fits `name` in any case."""
    schema = schemas[name]
    if "oneOf" not in schema:
        return name in _bases(target, schemas)
    alternatives = {referred(alternative) for alternative in schema["oneOf"]}
    further = schemas[target].get("discriminator", {}).get("mapping", {}).get(value, target)
    return (
        target in alternatives
        and further.rpartition("/")[2] == target
        and _normal(schema, schemas).keys() == {"anyOf"}
    )


def _bases(name: str, schemas: Mapping[str, Schema]) -> frozenset[str]:
    """What a component extends, and what these do."""
    found: set[str] = set()
    wanted = [name]
    while wanted:
        above = {referred(part) for part in schemas.get(wanted.pop(), {}).get("allOf", ())}
        wanted.extend(base for base in above - found if base)
        found.update(base for base in above if base)
    return frozenset(found)


def _normal(schema: Any, schemas: Mapping[str, Schema], *, extending: bool = False) -> Schema:
    """One schema; `extending` says that references in its `allOf` are bases it extends."""
    if not isinstance(schema, dict):
        return {}
    if name := referred(schema):
        return {"$ref": f"#/definitions/{name}"}
    normal: Schema = {word: schema[word] for word in _KEPT if word in schema}
    for word in _ONE:
        if isinstance(schema.get(word), dict):
            normal[word] = _normal(schema[word], schemas)
        elif word == "additionalProperties" and schema.get(word) is False:
            normal[word] = False
    for word in _BY_NAME:
        if isinstance(schema.get(word), dict):
            normal[word] = {n: _normal(inner, schemas) for n, inner in schema[word].items()}
    for word in _LIST:
        if isinstance(schema.get(word), list):
            normal[word] = [_part(inner, schemas, extending, word) for inner in schema[word]]
    if isinstance(schema.get("oneOf"), list):
        normal.setdefault("anyOf", []).extend(_normal(s, schemas) for s in schema["oneOf"])
    if schema.get("format") in _FORMATS:
        normal["format"] = schema["format"]
    _exclusive(schema, normal)
    _filled(normal)
    if schema.get("nullable") is True:
        _nullable(normal)
    return _with_synonyms(normal, schema[ACCEPTED]) if ACCEPTED in schema else normal


def _part(inner: Any, schemas: Mapping[str, Schema], extending: bool, word: str) -> Schema:
    normal = _normal(inner, schemas, extending=extending)
    if word == "allOf" and extending and "$ref" in normal:
        return {"$ref": normal["$ref"] + "!"}
    return normal


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


def _nullable(normal: Schema) -> None:
    if isinstance(normal.get("type"), str):
        normal["type"] = [normal["type"], "null"]
    if isinstance(normal.get("enum"), list):
        normal["enum"] = [*normal["enum"], None]


def _with_synonyms(normal: Schema, accepted: Any) -> Schema:
    """An enumeration beside which other values are accepted; of both, it is the first choice."""
    if "enum" not in normal:
        return normal
    members = {"enum": normal["enum"]}
    return {k: v for k, v in normal.items() if k != "enum"} | {
        "anyOf": [members, {"enum": accepted}]
    }


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
