"""Whole numbers where a text is wanted that a file once typed as a number (R-721, R-1205)."""

from collections.abc import Mapping
from typing import Any

from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import ACCEPTED_TYPES


def takes_numbers(schemas: Mapping[str, Any]) -> bool:
    """Whether any text that these schemas declare may come as a number."""
    return any(
        ACCEPTED_TYPES in declared and declared.get("type") == "string"
        for schema in schemas.values()
        for part in (schema, *schema.get("allOf", ()))
        for declared in part.get("properties", {}).values()
    )


def with_texts(value: Any, attribute: Attribute) -> Any:
    """The value with such numbers as the texts they stand for."""
    if isinstance(value, list):
        return [with_texts(element, attribute) for element in value]
    if isinstance(value, dict):
        children = attribute.children
        return {
            name: with_texts(inner, children[name]) if name in children else inner
            for name, inner in value.items()
        }
    return str(value) if attribute.numbered and type(value) is int else value
