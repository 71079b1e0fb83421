"""Joins to a document the paths and schemas that only another edition of it has."""

from typing import Any

Node = dict[str, Any]

#: Methods that no edition of these APIs offers; the hot-fix file of TMF639 v4 has one (R-107).
_STRAY = frozenset({"put"})


def add_missing(document: Node, other: Node) -> None:
    """Add to a document of facts, in place, the paths, tags and schemas it lacks.

    What both have stays as the document says it.
    """
    known = {tag["name"] for tag in document["tags"]}
    document["tags"] += [tag for tag in other["tags"] if tag["name"] not in known]
    for path, item in other["paths"].items():
        offered = {m: operation for m, operation in item.items() if m not in _STRAY}
        document["paths"].setdefault(path, offered)
    schemas = document["components"]["schemas"]
    for name, schema in other["components"]["schemas"].items():
        schemas.setdefault(name, schema)
