"""A query answered out of the documents at hand: what a resource embeds, no list of a store.

The order of work is that of stores (R-605): filter, sort, window.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tmf_apis.tmf630.errors import INVALID_PAGE, TmfError
from tmf_apis.tmf630.instants import microseconds
from tmf_apis.tmf630.matching import matches, walk
from tmf_apis.tmf630.query import Cursor, Kind, Query, SortKey
from tmf_apis.tmf630.work import Look, looking

Json = dict[str, Any]
#: A value by its type and itself: numbers before texts before booleans.
Place = tuple[int, Any]


class Answer(NamedTuple):
    """The documents of a page, how many match, the cursors of the page's ends, and whether others
    follow where it was read to.
    """

    page: list[Json]
    total: int
    first: str | None
    last: str | None
    more: bool


def answered(query: Query, documents: Sequence[Json]) -> Answer:
    """What a query gives of documents that each have an id, in the order they stand in.

    Raises `TmfError` (400) for a cursor that leads to none of them, and when there is too much to
    look at.
    """
    look = looking()
    found = [document for document in documents if matches(query.where, document, look)]
    for key in reversed(query.sort):
        # Sorting keeps the order of equals, in both directions.
        found.sort(key=_by(key, look), reverse=key.descending)
    start, end = _window(query, found)
    page = found[start:end]
    backwards = query.cursor is not None and query.cursor.backwards
    more = start > 0 if backwards else end < len(found)
    if not page:
        return Answer([], len(found), None, None, more)
    return Answer(page, len(found), _token(page[0]), _token(page[-1]), more)


def _window(query: Query, found: list[Json]) -> tuple[int, int]:
    size = len(found) if query.limit is None else query.limit
    if query.cursor is None:
        return query.offset, min(query.offset + size, max(query.offset, len(found)))
    place = _place(query.cursor, found)
    if query.cursor.backwards:
        return max(0, place - size), place
    return place + 1, min(place + 1 + size, len(found))


def _token(document: Json) -> str:
    return urlsafe_b64encode(document["id"].encode()).decode().rstrip("=")


def _place(cursor: Cursor, found: list[Json]) -> int:
    for place, document in enumerate(found):
        if _token(document) == cursor.token:
            return place
    raise TmfError(INVALID_PAGE, "The cursor leads nowhere; begin with the first page again.")


def _by(key: SortKey, look: Look) -> Callable[[Json], tuple[Place, ...]]:
    """What a document is ordered by; nothing, which is less than anything, where it lacks it."""

    def place(document: Json) -> tuple[Place, ...]:
        places = [
            found
            for value in walk(document, key.path, look)
            for leaf in (value if isinstance(value, list) else [value])
            if (found := _placed(leaf, key.kind)) is not None
        ]
        if not places:
            return ()
        return (max(places) if key.descending else min(places),)

    return place


def _placed(value: Any, kind: Kind) -> Place | None:
    """The place of a value among those of its kind; None where it is of another."""
    if kind is Kind.INSTANT:
        instant = microseconds(value) if isinstance(value, str) else None
        return None if instant is None else (0, instant)
    if isinstance(value, bool):
        return (2, value) if kind in (Kind.BOOLEAN, Kind.ANY) else None
    if isinstance(value, str):
        return (1, value) if kind in (Kind.TEXT, Kind.ANY) else None
    if isinstance(value, (int, float)):
        return (0, value) if kind in (Kind.NUMBER, Kind.ANY) else None
    return None
