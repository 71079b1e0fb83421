"""Which nested collections their parents embed: `/address/{id}/subAddress`, where an address has a
list of sub-addresses.
"""

from collections.abc import Iterable, Mapping

from tmf_apis.spec.model import ResourceSpec
from tmf_apis.spec.types import Kind, Shape

Segments = tuple[str, ...]


def embedded(resources: Iterable[ResourceSpec]) -> Mapping[Segments, str]:
    """The segments of each collection that its parent embeds, and the attribute of the parent."""
    by_segments = {resource.segments: resource for resource in resources}
    return {
        segments: attribute
        for segments, resource in by_segments.items()
        if len(segments) > 2
        and segments[-2].startswith("{")
        and (parent := by_segments.get(segments[:-2])) is not None
        and (attribute := _attribute(parent, resource)) is not None
    }


def _attribute(parent: ResourceSpec, child: ResourceSpec) -> str | None:
    """The list of a parent that has the name of a collection, or else the one of its class."""
    lists = {
        name: attribute
        for name, attribute in parent.attributes.children.items()
        if attribute.shape is Shape.MANY and attribute.kind in (Kind.OBJECT, Kind.ANY)
    }
    if child.name in lists:
        return child.name
    alike = [name for name, attribute in lists.items() if child.schema in attribute.names]
    return alike[0] if len(alike) == 1 else None
