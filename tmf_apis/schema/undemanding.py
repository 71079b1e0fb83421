"""What a schema says of a document, but for what it demands to be there on the first level."""

from typing import Any

from tmf_apis.schema.classes import Schema

_DEFINITION = "#/definitions/"


def undemanding(schema: Schema) -> Schema:
    """The JSON Schema without `required` for the document itself, whatever class it is of; what is
    inside its attributes is asked for as ever.
    """
    definitions: Schema = schema["definitions"]
    return {**_undemanding(schema, definitions, frozenset()), "definitions": definitions}


def _undemanding(schema: Any, definitions: Schema, above: frozenset[str]) -> Any:
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_DEFINITION)
        inner = definitions.get(name, {}) if name not in above else {}
        return _undemanding(inner, definitions, above | {name})
    rest = {
        word: value for word, value in schema.items() if word not in ("required", "definitions")
    }
    for word in ("allOf", "anyOf"):
        if word in rest:
            rest[word] = [_undemanding(part, definitions, above) for part in rest[word]]
    for word in ("then", "else"):
        if word in rest:
            rest[word] = _undemanding(rest[word], definitions, above)
    return rest
