"""Mend the known slips of published files, so that they do not become behaviour (R-721).

Each mending is a small rule over the whole document, not a list of files: a slip that TM Forum
repeats in another API is mended there too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]

#: What a server sets or generates itself; no request is refused for leaving it out.
SERVER_SET = frozenset({"id", "href", "lastUpdate", "lifecycleStatus"})
#: The word, beside `enum`, for values that are accepted as well and are no members of their own.
ACCEPTED = "x-accepted"
#: The word, beside `type`, for JSON types that are accepted as well.
ACCEPTED_TYPES = "x-accepted-types"


@dataclass(frozen=True, slots=True)
class Repair:
    """One slip that was mended: where it stood, what was said, what is said now."""

    place: str
    was: Any
    now: Any
    reason: str


def repair(document: Node) -> list[Repair]:
    """Mend an OpenAPI 3.0 document in place; the repairs made, in document order.

    Swagger files, converted, and OpenAPI files are treated alike (R-721).
    """
    return [mended for rule in _RULES for mended in rule(document)]


def _schemas(document: Node) -> dict[str, Node]:
    schemas: dict[str, Node] = document.get("components", {}).get("schemas", {})
    return schemas


def _parts(schema: Node) -> Iterator[Node]:
    """A schema and the inline members of its `allOf`: what belongs to it alone."""
    yield schema
    for part in schema.get("allOf", []):
        if "$ref" not in part:
            yield from _parts(part)


def _bodies(document: Node, method: str) -> Iterator[str]:
    """Names of the schemas that requests of a method carry, listener paths apart."""
    seen: set[str] = set()
    bodies = document.get("components", {}).get("requestBodies", {})
    for path, item in document.get("paths", {}).items():
        body = item.get(method, {}).get("requestBody", {})
        body = bodies.get(body.get("$ref", "").rpartition("/")[2], body)
        if "/listener/" in path:
            continue
        for content in body.get("content", {}).values():
            name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                yield name


def _lighten(
    name: str, schema: Node, unneeded: Callable[[str], bool], why: str
) -> Iterator[Repair]:
    for part in _parts(schema):
        required = part.get("required", [])
        kept = [entry for entry in required if not unneeded(entry)]
        if kept != required:
            part["required"] = kept
            if not kept:
                del part["required"]
            yield Repair(f"schemas/{name}/required", required, kept, why)


def _required_of_the_server(document: Node) -> Iterator[Repair]:
    """A create body need not carry what the server sets."""
    for name in _bodies(document, "post"):
        schema = _schemas(document).get(name, {})
        yield from _lighten(
            name,
            schema,
            SERVER_SET.__contains__,
            "the server sets it when it is absent",
        )


def _required_of_the_owner(document: Node) -> Iterator[Repair]:
    """An order cannot know when the service it asks for will be created (R-641-02, R-638-03)."""
    for name, schema in _schemas(document).items():
        if name.endswith(("_FVO", "_Create")):
            yield from _lighten(
                name,
                schema,
                "serviceDate".__eq__,
                "the inventory sets it when it creates one",
            )


def _and_its_bases(document: Node, name: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """A schema and the schemas it extends that serve the same kind of request."""
    yield name
    for part in _schemas(document).get(name, {}).get("allOf", []):
        base = part.get("$ref", "").rpartition("/")[2]
        if base.endswith(suffixes):
            yield from _and_its_bases(document, base, suffixes)


def _required_in_a_partial_update(document: Node) -> Iterator[Repair]:
    """A patch names what changes and nothing else."""
    bodies = [
        name
        for body in _bodies(document, "patch")
        for name in _and_its_bases(document, body, ("_MVO", "_Update"))
    ]
    for name in dict.fromkeys(bodies):
        schema = _schemas(document).get(name, {})
        if schema.get("type") == "array" or name.startswith(("JsonPatch", "Extensible")):
            continue
        yield from _lighten(
            name,
            schema,
            lambda entry: entry != "@type",
            "a partial update need not repeat it",
        )


def _required_but_undeclared(document: Node) -> Iterator[Repair]:
    """`ServiceOrder` beside the declared `serviceOrder` is a misspelling, not an attribute."""
    for name, schema in _schemas(document).items():
        declared = {p for part in _parts(schema) for p in part.get("properties", {})}
        lower = {p.lower() for p in declared}
        yield from _lighten(
            name,
            schema,
            lambda entry, d=declared, low=lower: entry not in d and entry.lower() in low,  # type: ignore[misc]
            "a second spelling of a declared attribute",
        )


def _numeric_ids(document: Node) -> Iterator[Repair]:
    """Ids are opaque strings, also when they look numeric (R-1205)."""
    for name, schema in _schemas(document).items():
        for part in _parts(schema):
            declared = part.get("properties", {}).get("id", {})
            if declared.get("type") in ("integer", "number"):
                was = dict(declared)
                declared |= {"type": "string", ACCEPTED_TYPES: [declared["type"]]}
                declared.pop("format", None)
                yield Repair(
                    f"schemas/{name}/properties/id",
                    was,
                    dict(declared),
                    "ids are strings",
                )


def _states_typed_as_objects(document: Node) -> Iterator[Repair]:
    """An enumeration of states that a file declares as an object is text (L-641)."""
    schemas = _schemas(document)
    for name, schema in schemas.items():
        if not name.endswith("StateType") or schema.get("type") != "object":
            continue
        if any(part.get("properties") for part in _parts(schema)):
            continue
        was = dict(schema)
        sibling = schemas.get(name.replace("ItemStateType", "StateType"), {})
        schema.clear()
        schema |= {"type": "string", "description": was.get("description", "")}
        if "enum" in sibling:
            schema["enum"] = list(sibling["enum"])
        yield Repair(f"schemas/{name}", was, dict(schema), "states are text")


def _blanks_in_enumerations(document: Node) -> Iterator[Repair]:
    """`"aborted "` means `aborted`; two members would be one name to a generator of clients."""
    for name, schema in _schemas(document).items():
        values = schema.get("enum")
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            continue
        members = list(dict.fromkeys(value.strip() or value for value in values))
        if members != values:
            schema["enum"] = members
            schema[ACCEPTED] = [value for value in values if value not in members]
            yield Repair(f"schemas/{name}/enum", values, members, "a blank too many")


def _values_of_patches(document: Node) -> Iterator[Repair]:
    """What a JSON Patch puts somewhere is any JSON (RFC 6902), also inside another body."""
    for name, schema in _schemas(document).items():
        for part in _parts(schema):
            properties: Node = part.get("properties", {})
            value = properties.get("value", {})
            if properties.keys() >= {"op", "path"} and "type" in value:
                was = dict(value)
                del value["type"]
                yield Repair(f"schemas/{name}/properties/value", was, dict(value), "any JSON")


def _sizes_of_attachments(document: Node) -> Iterator[Repair]:
    """TM Forum's own examples give the size of an attachment as a number, not as a Quantity."""
    for name, schema in _schemas(document).items():
        for part in _parts(schema) if name.startswith("Attachment") else ():
            properties: Node = part.get("properties", {})
            was = properties.get("size", {})
            if "$ref" in was:
                declared = {"$ref": was["$ref"]}
                now = {**was, "allOf": [declared], ACCEPTED_TYPES: ["number"]}
                del now["$ref"]
                properties["size"] = now
                place = f"schemas/{name}/properties/size"
                yield Repair(place, was, now, "a plain number is taken too")


def _payload_keys(document: Node) -> Iterator[Repair]:
    """An event holds its entity under the resource's lower camel case name (R-1014)."""
    for name, schema in _schemas(document).items():
        if not name.endswith("Payload"):
            continue
        for part in _parts(schema):
            properties: Node = part.get("properties", {})
            for key in list(properties):
                entity = properties[key].get("$ref", "").rpartition("/")[2]
                right = entity[:1].lower() + entity[1:]
                if entity and name.startswith(entity) and key != right:
                    part["properties"] = {
                        right if k == key else k: v for k, v in properties.items()
                    }
                    yield Repair(f"schemas/{name}/properties", key, right, "the resource's name")


_RULES: tuple[Callable[[Node], Iterator[Repair]], ...] = (
    _required_of_the_server,
    _required_of_the_owner,
    _required_in_a_partial_update,
    _required_but_undeclared,
    _numeric_ids,
    _states_typed_as_objects,
    _blanks_in_enumerations,
    _values_of_patches,
    _sizes_of_attachments,
    _payload_keys,
)
