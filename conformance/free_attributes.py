"""Attributes that a client may set to anything: valid whatever they hold, and without effect."""

from collections.abc import Iterator

from conformance.outcomes import NotApplicable
from tmf_apis.rules.base import ResourceRules
from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.model import ResourceSpec
from tmf_apis.spec.types import Kind, Shape

#: Plain texts of a resource, the most harmless first.
_PLAIN = ("description", "name", "comment", "alarmDetails", "cancellationReason", "externalId")
#: What must not be played with: it means something to the server.
_MEANINGFUL = frozenset({"id", "href", "@type", "@baseType", "@schemaLocation", "version", "url"})


def free_attributes(
    spec: ResourceSpec, rules: ResourceRules, kind: Kind, shape: Shape = Shape.ONE
) -> Iterator[str]:
    """First-level attributes of a kind that a client may set to anything."""
    fixed = {
        *_MEANINGFUL, *rules.touched, *rules.stamped, *rules.filled, *rules.defaults,
        *rules.outcome,
        *filter(None, (rules.state, rules.initial_from)),
    }  # fmt: skip
    names = [n for n in _PLAIN if n in spec.settable] + sorted(spec.settable)
    for name in dict.fromkeys(names):
        attribute = spec.attributes.children.get(name)
        if attribute is None or name in fixed or name.startswith(("is", "has")):
            continue
        if attribute.kind is kind and attribute.shape is shape and _is_free(name, attribute):
            yield name


def nested_texts(spec: ResourceSpec, rules: ResourceRules) -> tuple[str, str, str]:
    """A list of objects that clients set, and two free texts of its elements.

    Raises `NotApplicable` where the resource has none.
    """
    for name in ("note", "relatedParty", "comment", *sorted(spec.settable)):
        attribute = spec.attributes.children.get(name)
        if attribute is None or name not in spec.settable or name in rules.outcome:
            continue
        texts = [
            leaf
            for leaf, inner in attribute.children.items()
            if inner.kind is Kind.TEXT and inner.shape is Shape.ONE and _is_free(leaf, inner)
        ]
        if attribute.shape is Shape.MANY and len(texts) > 1:
            return name, texts[0], texts[1]
    raise NotApplicable(f"{spec.name} has no list of objects with two free texts")


def _is_free(name: str, attribute: Attribute) -> bool:
    """Whether any value of its kind is valid, and means nothing to the server."""
    if name in _MEANINGFUL or name.startswith("@"):
        return False
    return not any("enum" in s or "format" in s for s in attribute._elements) or (
        attribute.kind is not Kind.TEXT and not any("enum" in s for s in attribute._elements)
    )
