"""What comes in with a request beside its body: media types, conditions, what is selected."""

from handlers.http import Request
from handlers.service import Service
from tmf_apis.memory import remembering
from tmf_apis.tmf630.accept import takes_json
from tmf_apis.tmf630.errors import (
    INVALID_HEADER,
    NOT_ACCEPTABLE,
    UNSUPPORTED_MEDIA_TYPE,
    TmfError,
)
from tmf_apis.tmf630.fields import Fields, parse_fields
from tmf_apis.tmf630.query_string import split

MAX_KEY = 255


def check_accept(request: Request) -> None:
    """Raise `TmfError` (406) when `Accept` leaves no room for JSON (R-110)."""
    accept = request.header(b"accept")
    if accept and not takes_json(accept):
        raise TmfError(NOT_ACCEPTABLE, "Answers are application/json; accept it.")


def media_type(request: Request) -> str:
    """The media type of the body without its parameters, in lower case; empty if none is given.

    Raises `TmfError` (415) for a character set other than UTF-8 (R-109).
    """
    return _media_type(request.header(b"content-type") or "")


@remembering(1 << 16, each=2)
def _media_type(content_type: str) -> str:
    media, *parameters = (part.strip().lower() for part in content_type.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(" \"'") not in ("utf-8", "utf8", "us-ascii"):
            raise TmfError(UNSUPPORTED_MEDIA_TYPE, f"{content_type}: send UTF-8.")
    if not media and content_type.strip():
        raise TmfError(UNSUPPORTED_MEDIA_TYPE, f"{content_type}: not a media type.")
    return media


def check_json(request: Request) -> None:
    """Raise `TmfError` (415) unless the body is declared as JSON, or not declared at all."""
    media = media_type(request)
    if media not in ("", "application/json"):
        raise TmfError(UNSUPPORTED_MEDIA_TYPE, f"{media}: send application/json.")


def selection(request: Request, service: Service) -> Fields | None:
    """The `fields` of a request for one resource (R-301, R-309)."""
    if "fields" not in request.query:
        return None
    reserved, _ = split(request.query)
    return parse_fields(reserved.get("fields", ()), service.spec.attributes)


def idempotency_key(request: Request) -> str | None:
    """The `Idempotency-Key` of a request; raises `TmfError` (400) for an unusable one (D20)."""
    key = request.header(b"idempotency-key")
    if key is not None and not 0 < len(key) <= MAX_KEY:
        raise TmfError(INVALID_HEADER, f"Idempotency-Key: 1 to {MAX_KEY} characters are needed.")
    return key
