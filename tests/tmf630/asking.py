"""Short ways to ask: does a raw query string keep a resource, and how is it refused?"""

from collections.abc import Sequence
from typing import Any

from tests.queries import ROOT
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.listing import Listing, parse_listing
from tmf_apis.tmf630.matching import matches
from tmf_apis.tmf630.paging import Limits

LIMITS = Limits(default=100, maximum=1000)


def listing(raw: str) -> Listing:
    """What a list request for the resource type `Thing` asks for."""
    return parse_listing(raw, ROOT, LIMITS)


def keeps(raw: str, resource: dict[str, Any]) -> bool:
    """Whether the conditions of a query string hold for a resource."""
    return matches(listing(raw).query.where, resource)


def kept(raw: str, resources: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the resources that a query string keeps."""
    return [resource for resource in resources if keeps(raw, resource)]


def refusal(raw: str) -> tuple[int, str]:
    """The status and the message a query string is refused with."""
    try:
        listing(raw)
    except TmfError as error:
        return error.cause.status, error.message
    raise AssertionError(f"{raw} is accepted")
