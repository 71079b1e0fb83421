"""What comes in with a request: media types, conditions, a body that is fit to be kept."""

from functools import lru_cache
from typing import Any

from handlers.http import Request
from handlers.service import Service
from tmf_apis.schema.nulls import without_nulls
from tmf_apis.tmf630 import versions
from tmf_apis.tmf630.accept import takes_json
from tmf_apis.tmf630.conditionals import conditional_fault
from tmf_apis.tmf630.errors import (
    INVALID_BODY,
    INVALID_HEADER,
    INVALID_ID,
    MALFORMED_BODY,
    NOT_ACCEPTABLE,
    NOT_SETTABLE,
    UNKNOWN_ATTRIBUTE,
    UNSUPPORTED_MEDIA_TYPE,
    TmfError,
)
from tmf_apis.tmf630.fields import Fields, parse_fields
from tmf_apis.tmf630.identity import check_id
from tmf_apis.tmf630.limits import parse_json
from tmf_apis.tmf630.order_items import item_fault
from tmf_apis.tmf630.periods import backwards_period
from tmf_apis.tmf630.preconditions import Validators, not_modified
from tmf_apis.tmf630.query_string import split

Json = dict[str, Any]

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


@lru_cache(64)
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


def has_already(request: Request, current: Validators | None) -> bool:
    """Whether the client of a read has what it would get, so that 304 answers it (R-112).

    `current` tells the state of what is addressed, None of a collection. Raises `TmfError` (412)
    when a precondition of the request does not hold.
    """
    asked = request.conditions
    return asked is not None and not_modified(request.method, asked, current)


def check_conditions(request: Request, current: Validators | None) -> None:
    """Raise `TmfError` (412) when a precondition of a write does not hold (R-112)."""
    has_already(request, current)


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


def creatable(service: Service, raw: bytes) -> Json:
    """A posted body without what is absent or the server's, checked against the file.

    Raises `TmfError` (400) that names what is wrong (R-703, R-704, R-710, R-711).
    """
    document = parse_json(raw)
    if not isinstance(document, dict):
        raise TmfError(MALFORMED_BODY, "The body is not a JSON object; post one resource.")
    document = without_declared_nulls(service, document, raw)
    for name in service.owned.intersection(document):
        if service.strict("system-attributes"):
            raise TmfError(NOT_SETTABLE, f"/{name}: the server sets this attribute; leave it out.")
        del document[name]
    _check_demanded(service, document)
    check_content(service, document, raw)
    return document


def loadable(service: Service, raw: bytes) -> Json:
    """A whole representation without what is absent, fit to be kept: by the schema of answers,
    and by all that is demanded of those who post, who may set less (D21).

    Raises `TmfError` (400) that names what is wrong.
    """
    document = parse_json(raw)
    if not isinstance(document, dict):
        raise TmfError(MALFORMED_BODY, "not a JSON object")
    document = without_declared_nulls(service, document, raw)
    _refuse(service.stored_validator.fault(document))
    _check_demanded(service, {n: v for n, v in document.items() if n not in service.owned})
    check_content(service, document, raw)
    return document


def free_id(service: Service, id: object) -> str:
    """An id that a new resource may have; raises `TmfError` (400) for any other (R-708)."""
    checked = check_id(id)
    if service.rules.versioned and versions.addressed(checked) != (checked, None):
        raise TmfError(INVALID_ID, "/id: this is how a version of an entity is addressed.")
    return checked


def _check_demanded(service: Service, document: Json) -> None:
    """Raise `TmfError` (400) unless what a client may set is there and right (R-703, R-711)."""
    if service.create_validator is not None:
        _refuse(service.create_validator.fault(document))
    if service.rules.view_of and document.get("@type", service.type_name) != service.type_name:
        raise TmfError(INVALID_BODY, f"/@type: {service.spec.name} holds {service.type_name} only.")


def check_shown(service: Service, document: Json) -> None:
    """Raise `TmfError` (400) unless a new resource, shown as it is, fits the file (R-709).

    Create schemas ask less of some references than the schemas of answers do.
    """
    _refuse(service.stored_validator.fault(document))


def check_stored(service: Service, old: Json, document: Json, change: bytes) -> None:
    """Raise `TmfError` (400) unless a patched resource is still one that may be kept (R-812).

    `change` is the raw patch: what it does not mention was checked before. What the resource
    lacked before is not asked for now: it may have come by a view that does without.
    """
    _refuse(service.stored_validator.fault(document, old))
    check_content(service, document, change)


def without_declared_nulls(service: Service, document: Json, raw: bytes) -> Json:
    """The resource without null members of declared attributes (R-1207, D3)."""
    if b"null" not in raw:
        return document
    kept: Json = without_nulls(document, service.spec.attributes)
    return kept


def check_content(service: Service, document: Json, raw: bytes) -> None:
    """Raise `TmfError` (400) for what the file's schemas cannot say: periods that run backwards
    (R-1203), items of an order, what a sub-class requires (R-1104), and, when the server is
    strict, what goes together (R-620-05) and unknown attributes (R-1105).
    """
    if _mentions(raw, b"DateTime") and (place := backwards_period(document)) is not None:
        raise TmfError(INVALID_BODY, f"{place}: startDateTime is after endDateTime.")
    items = service.rules.items
    if items is not None and _mentions(raw, items.attribute.encode()):
        _refuse(item_fault(document, items))
    if service.rules.conditionals and service.strict("conditional"):
        _refuse(conditional_fault(document, service.rules.conditionals))
    if "@schemaLocation" in document:
        _refuse(service.registry.fault(document))
    elif service.strict("attributes"):
        for name in document:
            if name not in service.spec.attributes.children:
                raise TmfError(
                    UNKNOWN_ATTRIBUTE, f"/{name}: {service.spec.name} has no such attribute."
                )


def _mentions(raw: bytes, name: bytes) -> bool:
    """Whether a body may hold a name: it does not if the name is not there, escaped or not."""
    return name in raw or b"\\u" in raw


def _refuse(fault: str | None) -> None:
    if fault is not None:
        raise TmfError(INVALID_BODY, fault)
