"""Which class a value is checked by: `@type` selects it (R-1106, R-1107).

Each component `X` of a file becomes four definitions: `X`, which looks at `@type`; `X!`, its own
rules alone, for the sub-classes that extend it; `X?`, its own rules for what has an id where a
reference may stand; and `X~`, which looks at `@type` for a part of that. What is said of the thing
and of its parts is checked; what is left out stands where the id leads.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tmf_apis.spec.attributes import referred
from tmf_apis.spec.references import is_reference, plain_name

Schema = dict[str, Any]
Schemas = Mapping[str, Schema]

#: What may stand beside the alternatives of a choice and asks nothing of a value but its type.
_SILENT = frozenset({"type", "oneOf", "discriminator", "description", "title"})
_REFERENCE: Schema = {"required": ["id"]}

DISPATCHED, OWN, PARTIAL, SAID = "", "!", "?", "~"


def definition(name: str, mark: str = DISPATCHED) -> Schema:
    """A reference to one of the definitions of a component."""
    return {"$ref": f"#/definitions/{name}{mark}"}


def dispatched(name: str, schemas: Schemas) -> Schema:
    """A component as a value: the rules of the class its `@type` names, else its own.

    In a choice an unknown `@type` gives way to `@baseType`.
    """
    schema = schemas.get(name, {})
    own = definition(name, OWN)
    if is_reference(name) and "oneOf" not in schema:
        own = _with_thing(name, schemas)
    chosen = list(_chosen(name, schemas))
    otherwise = _switch("@baseType", chosen, own) if "oneOf" in schema else own
    return _switch(_key(schema), chosen, otherwise)


def said(name: str, schemas: Schemas) -> Schema:
    """A component as a part of what is said of a thing: as a value, but nothing is demanded."""
    schema = schemas.get(name, {})
    chosen = [
        (value, definition(target, PARTIAL))
        for value, target in _mapping(schema)
        if target != name and target in schemas
    ]
    own = definition(name, PARTIAL)
    otherwise = _switch("@baseType", chosen, own) if "oneOf" in schema else own
    return _switch(_key(schema), chosen, otherwise)


def _chosen(name: str, schemas: Schemas) -> Iterator[tuple[str, Schema]]:
    """For each `@type` that a component's discriminator knows, the rules it selects."""
    schema = schemas.get(name, {})
    refers = any(is_reference(referred(option)) for option in schema.get("oneOf", ()))
    for value, target in _mapping(schema):
        if target == name or target not in schemas:
            continue
        found = definition(target, OWN)
        if not _implied(name, target, schemas):
            found = {"allOf": [definition(name, OWN), found]}
        if refers and not is_reference(target):
            found = {"if": _REFERENCE, "then": definition(target, PARTIAL), "else": found}
        yield value, found


def _with_thing(name: str, schemas: Schemas) -> Schema:
    """The rules of a reference, and those of the class of thing that `@type` says it refers to."""
    plain = plain_name(name)
    thing, form = plain.removesuffix("Ref"), name.removeprefix(plain)
    target = next((t for t in (thing + form, thing) if t in schemas), None)
    if target is None:
        return definition(name, OWN)
    known = {thing: target, **dict(_mapping(schemas[target]))}
    chosen = [(value, definition(t, PARTIAL)) for value, t in known.items() if t in schemas]
    said = _switch("@type", chosen, _switch("@baseType", chosen, {}))
    return {"allOf": [definition(name, OWN), said]}


def _key(schema: Schema) -> str:
    """The attribute that says of which class a value is."""
    key: str = schema.get("discriminator", {}).get("propertyName", "@type")
    return key


def _mapping(schema: Schema) -> Iterator[tuple[str, str]]:
    for value, reference in schema.get("discriminator", {}).get("mapping", {}).items():
        yield value, reference.rpartition("/")[2]


def _switch(word: str, chosen: Iterable[tuple[str, Schema]], otherwise: Schema) -> Schema:
    """The rules chosen for what an attribute says, or others when it says nothing known."""
    for value, found in reversed(list(chosen)):
        condition = {"properties": {word: {"const": value}}, "required": [word]}
        otherwise = {"if": condition, "then": found, "else": otherwise}
    return otherwise


def _implied(name: str, target: str, schemas: Schemas) -> bool:
    """Whether what fits the sub-class `target` fits `name` in any case."""
    schema = schemas[name]
    fit = {target, *_bases(target, schemas)}
    if "oneOf" not in schema:
        return name in fit
    asked = schema.get("type")
    if asked is not None and not any(_has_type(each, asked, schemas) for each in fit):
        return False
    options = {referred(option) for option in schema["oneOf"]}
    return schema.keys() <= _SILENT and any(_takes(each, fit, schemas) for each in options & fit)


def _takes(option: str, fit: set[str], schemas: Schemas) -> bool:
    """Whether an alternative takes whatever fits some classes, it among them."""
    schema = schemas[option]
    if "oneOf" in schema or is_reference(option):
        return False
    return fit.issuperset(target for _, target in _mapping(schema))


def _has_type(name: str, asked: Any, schemas: Schemas) -> bool:
    """Whether a component says by itself that it is of a type."""
    schema = schemas.get(name, {})
    return any(part.get("type") == asked for part in (schema, *schema.get("allOf", ())))


def _bases(name: str, schemas: Schemas) -> frozenset[str]:
    """What a component extends, and what these do."""
    found: set[str] = set()
    wanted = [name]
    while wanted:
        above = {referred(part) for part in schemas.get(wanted.pop(), {}).get("allOf", ())}
        wanted.extend(base for base in above - found if base)
        found.update(base for base in above if base)
    return frozenset(found)
