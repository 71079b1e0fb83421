"""The smallest bodies that a specification file accepts, made from the file alone."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from tmf_apis.spec.attributes import referred

Json = dict[str, Any]
Schemas = Mapping[str, Json]

_FORMATS = {"date-time": "2026-01-02T03:04:05Z", "date": "2026-01-02"}
_FORMS = ("_FVO", "_MVO", "_Create", "_Update", "_RES")
#: How deep alternatives of what is required are looked for, and how many of them are tried.
_DEEPEST, _MOST = 8, 12
#: What a request must not be varied by: the server's part, and what makes it another class.
_NOT_VARIED = frozenset({"id", "href", "@type", "@schemaLocation"})


def smallest_bodies(create_schema: str, schemas: Schemas) -> list[Json]:
    """What a create request must carry and nothing else: one body for each alternative of what
    is required. A list that is required has one element (R-703).
    """
    whole = {"$ref": f"#/components/schemas/{create_schema}"}
    properties = _properties(whole, schemas)
    bodies = list(_objects(create_schema, schemas[create_schema], schemas, 0))
    for body in bodies:
        for name, value in body.items():
            if value == []:
                items = _resolved(properties.get(name, {}), schemas).get("items", {})
                body[name] = [next(_values(items, schemas, 1))]
    return bodies


def smallest_values(create_schema: str, schemas: Schemas) -> Iterator[tuple[str, Any]]:
    """Each attribute a create request may carry beyond that, with its smallest values."""
    whole = {"$ref": f"#/components/schemas/{create_schema}"}
    for name, declared in _properties(whole, schemas).items():
        if name in _required(whole, schemas) | _NOT_VARIED:
            continue
        for value in _values(declared, schemas, 1):
            yield name, value
        items = _resolved(declared, schemas).get("items")
        for element in _values(items, schemas, 1) if items is not None else ():
            yield name, [element]


def _values(schema: Json, schemas: Schemas, deep: int) -> Iterator[Any]:
    """The smallest values of a schema, one for each alternative."""
    name, schema = referred(schema), _resolved(schema, schemas)
    if "oneOf" in schema:
        options = (value for option in schema["oneOf"] for value in _values(option, schemas, deep))
        yield from islice(options, _MOST)
    elif "enum" in schema:
        yield schema["enum"][0]
    elif schema.get("type") == "array" or "items" in schema:
        wanted = schema.get("minItems", 0)
        yield list(islice(_values(schema.get("items", {}), schemas, deep + 1), wanted))
    elif "properties" in schema or "allOf" in schema:
        yield from islice(_objects(name, schema, schemas, deep), _MOST)
    else:
        yield _scalar(schema)


def _objects(name: str, schema: Json, schemas: Schemas, deep: int) -> Iterator[Json]:
    """The smallest objects of a class; what its required attributes may be is varied in turn."""
    properties, required = _properties(schema, schemas), _required(schema, schemas)
    made: Json = {}
    varied: list[tuple[str, Any]] = []
    for attribute in [
        *filter(required.__contains__, properties),
        *sorted(required - {*properties}),
    ]:
        declared = properties.get(attribute, {})
        if attribute == "@type" and "enum" not in declared:
            made[attribute] = _type(name, schema)
            continue
        options = list(_values(declared, schemas, deep + 1)) if deep < _DEEPEST else [{}]
        made[attribute] = options[0]
        varied += [(attribute, option) for option in options[1:]]
    yield made
    for attribute, option in varied:
        yield {**made, attribute: option}


def _scalar(schema: Json) -> Any:
    match schema.get("type"):
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
        case "object":
            return {}
    return _FORMATS.get(str(schema.get("format")), "x")


def _resolved(schema: Json, schemas: Schemas) -> Json:
    while name := referred(schema):
        schema = schemas.get(name, {})
    return schema


def _properties(schema: Json, schemas: Schemas) -> Json:
    schema = _resolved(schema, schemas)
    found: Json = {}
    for base in schema.get("allOf", ()):
        found |= _properties(base, schemas)
    return found | schema.get("properties", {})


def _required(schema: Json, schemas: Schemas) -> set[str]:
    schema = _resolved(schema, schemas)
    bases = (_required(base, schemas) for base in schema.get("allOf", ()))
    return set(schema.get("required", ())).union(*bases)


def _type(name: str, schema: Json) -> str:
    """What a discriminator calls the class, else its name without the ending of its form."""
    for value, target in schema.get("discriminator", {}).get("mapping", {}).items():
        if referred({"$ref": target}) == name:
            return str(value)
    for form in _FORMS:
        name = name.removesuffix(form)
    return name or "Thing"
