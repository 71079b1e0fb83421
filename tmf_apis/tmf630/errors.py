"""The catalogue of refusals: each cause once, with its code, status and reason (R-203..R-208).

Codes never change their meaning and are never used again. `docs/errors.md` lists the same table
and a test compares them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """One kind of refusal. `code` is the application code of the `Error` body (R-205)."""

    code: str
    status: int
    reason: str


MALFORMED_BODY = Cause("20", 400, "Malformed body")
INVALID_BODY = Cause("21", 400, "Invalid body")
NOT_PATCHABLE = Cause("22", 400, "Attribute may not be patched")
INVALID_PATCH = Cause("23", 400, "Invalid patch")
NOT_SETTABLE = Cause("24", 400, "Attribute is set by the server")
UNKNOWN_ATTRIBUTE = Cause("25", 400, "Unknown attribute")
UNKNOWN_REFERENCE = Cause("26", 400, "Unknown reference")
INVALID_FILTER = Cause("30", 400, "Invalid filter")
INVALID_JSONPATH = Cause("31", 400, "Invalid JSONPath")
INVALID_SORT = Cause("32", 400, "Invalid sort")
INVALID_PAGE = Cause("33", 400, "Invalid page")
INVALID_FIELDS = Cause("34", 400, "Invalid fields")
INVALID_ID = Cause("35", 400, "Invalid id")
INVALID_HEADER = Cause("36", 400, "Invalid header")
INVALID_CALLBACK = Cause("37", 400, "Invalid callback")
UNAUTHORIZED = Cause("40", 401, "Not authenticated")
FORBIDDEN = Cause("41", 403, "Not allowed")
NOT_FOUND = Cause("60", 404, "Not found")
NO_SUCH_PATH = Cause("61", 404, "No such path")
METHOD_NOT_ALLOWED = Cause("62", 405, "Method not allowed")
NOT_ACCEPTABLE = Cause("63", 406, "Not acceptable")
MISDIRECTED = Cause("65", 421, "Misdirected request")
FOREIGN_PAGE = Cause("66", 403, "Page not allowed")
CONFLICT = Cause("70", 409, "Already exists")
PATCH_CONFLICT = Cause("71", 409, "Patch does not apply")
STILL_RUNNING = Cause("72", 409, "Request still running")
ILLEGAL_STATE = Cause("73", 409, "Illegal state change")
PRECONDITION_FAILED = Cause("74", 412, "Precondition failed")
TOO_LARGE = Cause("75", 413, "Body too large")
UNSUPPORTED_MEDIA_TYPE = Cause("76", 415, "Unsupported media type")
KEY_REUSED = Cause("77", 422, "Idempotency key reused")
TOO_MANY = Cause("78", 409, "Too many subscriptions")
STILL_REFERRED = Cause("79", 409, "Still referred to")
MALFORMED_REQUEST = Cause("80", 400, "Malformed request")
REQUEST_TIMEOUT = Cause("81", 408, "Request took too long")
TARGET_TOO_LONG = Cause("82", 414, "URL too long")
HEAD_TOO_LARGE = Cause("83", 431, "Header fields too large")
UNKNOWN_PROTOCOL = Cause("84", 505, "HTTP version not supported")
TOO_MANY_REQUESTS = Cause("85", 429, "Too many requests")
INTERNAL = Cause("90", 500, "Internal error")
NOT_IMPLEMENTED = Cause("91", 501, "Not implemented")
UNAVAILABLE = Cause("92", 503, "Service unavailable")
LOOP = Cause("93", 508, "Loop detected")
NEIGHBOUR_AWAY = Cause("94", 503, "Neighbour away")

CATALOGUE: tuple[Cause, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Cause)
)

#: A message may repeat what the client sent, but only the start of it.
MAX_MESSAGE = 900


class TmfError(Exception):
    """A refusal: its cause, and what to tell the client about this one.

    `message` says what is wrong, where, and how to mend it. `headers` go into the answer.
    """

    def __init__(self, cause: Cause, message: str, headers: dict[str, str] | None = None) -> None:
        if len(message) > MAX_MESSAGE:
            message = message[:MAX_MESSAGE] + "…"
        super().__init__(message)
        self.cause = cause
        self.message = message
        self.headers = headers or {}


@contextmanager
def naming(place: str) -> Iterator[None]:
    """Refusals from inside say first which part of a request they are about."""
    try:
        yield
    except TmfError as error:
        raise TmfError(error.cause, f"{place}: {error.message}", error.headers) from error
