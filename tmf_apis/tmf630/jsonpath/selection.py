"""The `filter` parameter: the resources in which a JSONPath finds something (R-501..R-503)."""

from collections.abc import Sequence

from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.jsonpath.meaning import finds
from tmf_apis.tmf630.jsonpath.parser import parse
from tmf_apis.tmf630.jsonpath.refusals import unsupported
from tmf_apis.tmf630.jsonpath.segments import At, Every
from tmf_apis.tmf630.query import ALWAYS, AnyOf, Predicate


def selection(text: str, root: Attribute | None) -> Predicate:
    """The predicate of a `filter` parameter: resources in which the path finds something.

    A path that begins with a bracket starts at the collection, any other at a resource
    (R-502, R-503, R-506). Raises as `parse` does.
    """
    segments = parse(text, root)
    if segments and isinstance(segments[0], At):
        raise unsupported("a position in the whole collection")
    if segments and isinstance(segments[0], Every):
        segments = segments[1:]
    return finds(segments)


def selections(texts: Sequence[str], root: Attribute | None) -> Predicate:
    """The predicate of several `filter` parameters: that one of them finds something (R-509)."""
    found = tuple(selection(text, root) for text in texts)
    if not found:
        return ALWAYS
    return found[0] if len(found) == 1 else AnyOf(found)
