"""Queries about what a resource does not declare: legal, since extension attributes are (D29)."""

from handlers.hints import MOST
from handlers.http import Request
from handlers.service import Service
from tmf_apis.tmf630.declared import told, undeclared_keys
from tmf_apis.tmf630.errors import INVALID_FILTER, INVALID_SORT, TmfError
from tmf_apis.tmf630.listing import Listing


def check_declared(service: Service, listing: Listing) -> None:
    """Raise `TmfError` (400) when the server is strict about parameters, and filters or sort keys
    of a list name what the resource does not declare.
    """
    if not service.strict("parameters"):
        return
    root, kind = service.spec.attributes, service.type_name
    for cause, found in (
        (INVALID_FILTER, listing.undeclared),
        (INVALID_SORT, undeclared_keys(listing.query.sort, root)),
    ):
        for names in found:
            raise TmfError(cause, f"{'.'.join(names)}: {told(names, root, kind)}")


def hint_at_names(request: Request, service: Service, listing: Listing) -> None:
    """Let the answer with an empty list say what the names in its query may have meant."""
    root, kind = service.spec.attributes, service.type_name
    for names in listing.undeclared[:MOST]:
        request.hints.append(f"{'.'.join(names)}: {told(names, root, kind)}")
