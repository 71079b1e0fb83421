"""Null means absent: null members of declared attributes are dropped (R-1207, D3)."""

from typing import Any

from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import Kind


def without_nulls(value: Any, attribute: Attribute | None) -> Any:
    """The value without null members that a schema declares or demands; nulls in free values
    stay.
    """
    if attribute is None:
        return value
    named = attribute.children.keys() | attribute.required
    if attribute.kind is Kind.ANY and not named:
        return value
    if isinstance(value, list):
        return [without_nulls(element, attribute) for element in value]
    if not isinstance(value, dict):
        return value
    children = attribute.children
    return {
        name: without_nulls(inner, children.get(name))
        for name, inner in value.items()
        if inner is not None or name not in named
    }
