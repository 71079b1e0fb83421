"""Slips in what a file declares: types, enumerations and names (R-721)."""

from collections.abc import Iterator

from tmf_apis.spec.repairs import Node, Repair, parts_of, schemas_of
from tmf_apis.spec.types import ACCEPTED, ACCEPTED_TYPES


def numeric_ids(document: Node) -> Iterator[Repair]:
    """Ids are opaque strings, also when they look numeric (R-1205)."""
    for name, schema in schemas_of(document).items():
        for part in parts_of(schema):
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


def states_typed_as_objects(document: Node) -> Iterator[Repair]:
    """An enumeration of states that a file declares as an object is text (L-641)."""
    schemas = schemas_of(document)
    for name, schema in schemas.items():
        if not name.endswith("StateType") or schema.get("type") != "object":
            continue
        if any(part.get("properties") for part in parts_of(schema)):
            continue
        was = dict(schema)
        sibling = schemas.get(name.replace("ItemStateType", "StateType"), {})
        schema.clear()
        schema |= {"type": "string", "description": was.get("description", "")}
        if "enum" in sibling:
            schema["enum"] = list(sibling["enum"])
        yield Repair(f"schemas/{name}", was, dict(schema), "states are text")


def blanks_in_enumerations(document: Node) -> Iterator[Repair]:
    """`"aborted "` means `aborted`; two members would be one name to a generator of clients."""
    for name, schema in schemas_of(document).items():
        values = schema.get("enum")
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            continue
        members = list(dict.fromkeys(value.strip() or value for value in values))
        if members != values:
            schema["enum"] = members
            schema[ACCEPTED] = [value for value in values if value not in members]
            yield Repair(f"schemas/{name}/enum", values, members, "a blank too many")


def classes_by_their_names(document: Node) -> Iterator[Repair]:
    """A class takes the names that discriminators lead to it by: generated clients send these."""
    schemas = schemas_of(document)
    for selecting in list(schemas.values()):
        discriminator: Node = selecting.get("discriminator", {})
        member = discriminator.get("propertyName", "")
        for value, reference in discriminator.get("mapping", {}).items():
            name = reference.rpartition("/")[2]
            for part in parts_of(schemas.get(name, {})):
                declared = part.get("properties", {}).get(member, {})
                was = declared.get("enum", [value])
                if value not in was:
                    declared["enum"] = [*was, value]
                    place = f"schemas/{name}/properties/{member}/enum"
                    yield Repair(place, was, declared["enum"], "the name of the class itself")


def values_of_patches(document: Node) -> Iterator[Repair]:
    """What a JSON Patch puts somewhere is any JSON (RFC 6902), also inside another body."""
    for name, schema in schemas_of(document).items():
        for part in parts_of(schema):
            properties: Node = part.get("properties", {})
            value = properties.get("value", {})
            if properties.keys() >= {"op", "path"} and "type" in value:
                was = dict(value)
                del value["type"]
                yield Repair(f"schemas/{name}/properties/value", was, dict(value), "any JSON")


def sizes_of_attachments(document: Node) -> Iterator[Repair]:
    """TM Forum's own examples give the size of an attachment as a number, not as a Quantity."""
    for name, schema in schemas_of(document).items():
        for part in parts_of(schema) if name.startswith("Attachment") else ():
            properties: Node = part.get("properties", {})
            was = properties.get("size", {})
            if "$ref" in was:
                declared = {"$ref": was["$ref"]}
                now = {**was, "allOf": [declared], ACCEPTED_TYPES: ["number"]}
                del now["$ref"]
                properties["size"] = now
                place = f"schemas/{name}/properties/size"
                yield Repair(place, was, now, "a plain number is taken too")


def statements_of_intents(document: Node) -> Iterator[Repair]:
    """TM Forum's own examples give what an intent states as JSON-LD, not as a text."""
    for name, schema in schemas_of(document).items():
        for part in parts_of(schema):
            value = part.get("properties", {}).get("expressionValue", {})
            if "type" in value:
                was = dict(value)
                del value["type"]
                place = f"schemas/{name}/properties/expressionValue"
                yield Repair(place, was, dict(value), "any JSON")


def payload_keys(document: Node) -> Iterator[Repair]:
    """An event holds its entity under the resource's lower camel case name (R-1014)."""
    for name, schema in schemas_of(document).items():
        if not name.endswith("Payload"):
            continue
        for part in parts_of(schema):
            properties: Node = part.get("properties", {})
            for key in list(properties):
                entity = properties[key].get("$ref", "").rpartition("/")[2]
                right = entity[:1].lower() + entity[1:]
                if entity and name.startswith(entity) and key != right:
                    part["properties"] = {
                        right if k == key else k: v for k, v in properties.items()
                    }
                    yield Repair(f"schemas/{name}/properties", key, right, "the resource's name")
