"""Any failure becomes a TMF `Error` answer; nothing else builds an error body (R-203..R-208)."""

import logging
from random import randint

import orjson

from handlers.http import Response
from handlers.neighbours.failing import Away
from persistence.errors import (
    BadCursor,
    Busy,
    Duplicate,
    KeyReused,
    Missing,
    Refused,
    Stale,
    StoreError,
    TooSlow,
    Unavailable,
    Unsupported,
)
from tmf_apis.tmf630.errors import (
    CONFLICT,
    INTERNAL,
    INVALID_FILTER,
    INVALID_PAGE,
    KEY_REUSED,
    NEIGHBOUR_AWAY,
    NOT_FOUND,
    PATCH_CONFLICT,
    UNAVAILABLE,
    Cause,
    TmfError,
)

logger = logging.getLogger(__name__)

#: Seconds after which a client may try again when the store does not answer.
RETRY_AFTER = {"Retry-After": "2"}
#: The same where there is too much to do, at least and at most. A crowd that comes back sooner
#: finds as little room, and one that comes back at the same moment is in everybody's way.
LATER = 5, 15

_STORE_ERRORS: dict[type[StoreError], tuple[Cause, str]] = {
    Missing: (NOT_FOUND, "There is no resource with the id {}."),
    Duplicate: (CONFLICT, "The id {} is taken; choose another, or leave it out."),
    KeyReused: (KEY_REUSED, "The Idempotency-Key stood for another request before."),
    Stale: (PATCH_CONFLICT, "The resource {} kept changing meanwhile; try again."),
    BadCursor: (INVALID_PAGE, "before/after: {}; use one from a Link header."),
    Unsupported: (INVALID_FILTER, "This store cannot run the query: {}."),
    TooSlow: (
        UNAVAILABLE,
        "The query took too long: {}. Add a condition on an indexed attribute.",
    ),
    Busy: (UNAVAILABLE, "There is too much to do just now: {}; try again."),
    Away: (
        NEIGHBOUR_AWAY,
        "The neighbour that keeps {0.api} does not answer as it should; try again.",
    ),
    Unavailable: (UNAVAILABLE, "The store does not answer; try again."),
    Refused: (INTERNAL, "The store refuses the request, now and later: {}."),
}
#: What operators must learn of, with all that the store said.
_LOGGED: dict[type[StoreError], str] = {
    Away: "%s",
    Unavailable: "the store does not answer: %s",
    Refused: "the store refuses: %s",
}


def respond(error: Exception) -> Response:
    """The answer to a failure; an unexpected one is logged and told nothing about."""
    if isinstance(error, TmfError):
        return error_response(error.cause, error.message, error.headers)
    for kind, (cause, text) in _STORE_ERRORS.items():
        if isinstance(error, kind):
            again = _later() if kind is Busy else RETRY_AFTER
            headers = again if cause.status == UNAVAILABLE.status else {}
            if kind in _LOGGED:
                logger.error(_LOGGED[kind], getattr(error, "in_full", error.__cause__ or error))
            return error_response(cause, text.format(error), headers)
    logger.exception("unexpected error", exc_info=error)
    return error_response(INTERNAL, "The server failed; the request was not carried out.")


def _later() -> dict[str, str]:
    return {"Retry-After": str(randint(*LATER))}


def error_response(cause: Cause, message: str, headers: dict[str, str] | None = None) -> Response:
    """The `Error` body of a cause, with `status` as a text (R-205)."""
    body = {
        "@type": "Error",
        "code": cause.code,
        "reason": cause.reason,
        "message": message,
        "status": str(cause.status),
    }
    return Response(cause.status, orjson.dumps(body), dict(headers or {}))
