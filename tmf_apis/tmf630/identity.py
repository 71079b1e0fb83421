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
from tmf_apis.tmf630.query_string import decoded_value

MAX_ID = 255
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
#: Tells an id that JSON and URLs spell as it is.
is_plain = re.compile(r"[A-Za-z0-9._~:-]+").fullmatch
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


def href(collection_url: str, id: str, version: str | None = None) -> str:
    """The URL of a resource below the URL of its collection; pure ASCII without quotes.

    `version` is given for an entity version that is not the latest (D28), and may be empty.
    """
    segment = id if is_plain(id) else quote(id, safe="-._~:")
    url = f"{collection_url}/{segment}"
    return url if version is None else url + versions.suffix(version)


def without_href(document: Mapping[str, Any]) -> dict[str, Any]:
    """The resource as it is kept: a sent `href` is ignored, for the server says where it is."""
    return {name: value for name, value in document.items() if name != "href"}


def located(predicate: Predicate, latest: Mapping[str, str] | None = None) -> Predicate:
    """The predicate with every equality on `href` turned into one on id and version (D6).

    `latest` gives the latest version of each id that has several: an `href` that names none means
    that one (D28). Raises `TmfError` (400) for another comparison with `href`, for it is not kept.
    """
    match predicate:
        case All(of):
            return All(tuple(located(part, latest) for part in of))
        case AnyOf(of):
            return AnyOf(tuple(located(part, latest) for part in of))
        case Not(of):
            return Not(located(of, latest))
        case Present((Step("href"),)):
            return ALWAYS
        case Comparison((Step("href"),), Operator.EQ, operands, _):
            return AnyOf(tuple(_at(str(operand), latest or {}) for operand in operands))
        case Comparison((Step("href"),)):
            raise TmfError(INVALID_FILTER, "href: it can be compared by equality only.")
        case _:
            return predicate


def latest_asked(predicate: Predicate) -> frozenset[str]:
    """The ids of which a comparison with `href` means the latest version."""
    match predicate:
        case All(of) | AnyOf(of):
            return frozenset().union(*map(latest_asked, of))
        case Not(of):
            return latest_asked(of)
        case Comparison((Step("href"),), Operator.EQ, operands, _):
            places = [_place(str(operand)) for operand in operands]
            return frozenset(id for id, version in filter(None, places) if version is None)
        case _:
            return frozenset()


def _place(url: str) -> tuple[str, str | None] | None:
    """The id and the version that an `href` names; None when it is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    id = unquote(parts.path.rpartition("/")[2])
    if not parts.query.startswith("version="):
        return id, None
    return id, decoded_value(parts.query.removeprefix("version="))


def _at(url: str, latest: Mapping[str, str]) -> Predicate:
    place = _place(url)
    if place is None:
        return AnyOf(())
    id, version = place
    same_id = Comparison(_ID, Operator.EQ, (id,), Kind.TEXT)
    version = latest.get(id) if version is None else version
    if version is None:
        return same_id
    same_version: Predicate = Comparison(_VERSION, Operator.EQ, (version,), Kind.TEXT)
    if not version:
        same_version = AnyOf((same_version, Not(Present(_VERSION))))
    return All((same_id, same_version))
