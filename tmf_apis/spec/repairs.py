"""What a repair is, and the parts of a document that one looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Repair:
    """One slip that was mended: where it stood, what was said, what is said now."""

    place: str
    was: Any
    now: Any
    reason: str


def schemas_of(document: Node) -> dict[str, Node]:
    """The component schemas by name."""
    schemas: dict[str, Node] = document.get("components", {}).get("schemas", {})
    return schemas


def parts_of(schema: Node) -> Iterator[Node]:
    """A schema and the inline members of its `allOf`: what belongs to it alone."""
    yield schema
    for part in schema.get("allOf", []):
        if "$ref" not in part:
            yield from parts_of(part)


def bodies_of(document: Node, method: str) -> Iterator[str]:
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
