"""Where a resource is: `href`, `Location`, and what an `href` in a filter means.

R-103, R-104, R-105 and decision D6.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from tmf_apis.tmf630 import versions
from tmf_apis.tmf630.errors import INVALID_FILTER, INVALID_ID, TmfError
from tmf_apis.tmf630.query import (
    ALWAYS,
    All,
    AnyOf,
    Comparison,
    Kind,
    Not,
    Operator,
    Predicate,
    Present,
    Shape,
    Step,
)

MAX_ID = 255
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PLAIN = re.compile(r"[A-Za-z0-9._~:-]+")
_ID = (Step("id", Shape.ONE),)
_VERSION = (Step("version", Shape.ONE),)


def check_id(id: Any) -> str:
    """The id, if it is one: a text of 1 to 255 characters without control characters.

    R-1205, D23. Raises `TmfError` (400).
    """
    if not isinstance(id, str) or not 0 < len(id) <= MAX_ID or _CONTROL.search(id):
        raise TmfError(
            INVALID_ID,
            f"/id: an id is a text of 1 to {MAX_ID} characters without control characters.",
        )
    return id


def href(collection_url: str, id: str, version: str = "") -> str:
    """The URL of a resource below the URL of its collection; pure ASCII without quotes.

    `version` is given for an entity version added later (D2).
    """
    segment = id if _PLAIN.fullmatch(id) else quote(id, safe="-._~:")
    url = f"{collection_url}/{segment}"
    return url + versions.suffix(version) if version else url


def without_href(document: Mapping[str, Any]) -> dict[str, Any]:
    """The resource as it is kept: a sent `href` is ignored, for the server says where it is."""
    return {name: value for name, value in document.items() if name != "href"}


def located(predicate: Predicate) -> Predicate:
    """The predicate with every equality on `href` turned into one on id and version (D6).

    Raises `TmfError` (400) for another comparison with it, for it is not kept.
    """
    match predicate:
        case All(of):
            return All(tuple(located(part) for part in of))
        case AnyOf(of):
            return AnyOf(tuple(located(part) for part in of))
        case Not(of):
            return Not(located(of))
        case Present((Step("href"),)):
            return ALWAYS
        case Comparison((Step("href"),), Operator.EQ, operands, _):
            return AnyOf(tuple(_at(str(operand)) for operand in operands))
        case Comparison((Step("href"),)):
            raise TmfError(INVALID_FILTER, "href: it can be compared by equality only.")
        case _:
            return predicate


def _at(url: str) -> Predicate:
    try:
        parts = urlsplit(url)
    except ValueError:
        return AnyOf(())
    id = unquote(parts.path.rpartition("/")[2])
    same_id = Comparison(_ID, Operator.EQ, (id,), Kind.TEXT)
    if not parts.query.startswith("version="):
        return same_id
    version = unquote(parts.query.removeprefix("version="))
    return All((same_id, Comparison(_VERSION, Operator.EQ, (version,), Kind.TEXT)))
