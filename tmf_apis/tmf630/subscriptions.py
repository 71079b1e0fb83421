"""A hub registration: what it must hold, and whether its query can be understood.

R-1001 to R-1008.
"""

from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from tmf_apis.tmf630 import filtering, jsonpath
from tmf_apis.tmf630.errors import INVALID_BODY, INVALID_CALLBACK, TmfError
from tmf_apis.tmf630.fields import parse_fields
from tmf_apis.tmf630.query import Predicate

Json = dict[str, Any]

_LONGEST = 4096


class _HubSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    callback = fields.String(required=True, validate=validate.Length(1, _LONGEST))
    query = fields.String(allow_none=True, validate=validate.Length(max=_LONGEST))
    type = fields.String(data_key="@type")
    base_type = fields.String(data_key="@baseType")
    schema_location = fields.String(data_key="@schemaLocation")


_HUB = _HubSchema()


def registration(body: Any, registry: str, *, typed: bool) -> Json:
    """The subscription a request asks for, with its id.

    The id follows from the registry, the callback and the query, so that the same registration
    twice is the same id (R-1006). `typed` adds `@type` (R-1002). Raises `TmfError` (400).
    """
    try:
        given: Json = _HUB.load(body)
    except ValidationError as error:
        wrong = "; ".join(
            f"/{'' if name == '_schema' else name}: {' '.join(map(str, texts))}"
            for name, texts in error.messages_dict.items()
        )
        raise TmfError(INVALID_BODY, wrong) from error
    callback, query = given["callback"], given.get("query") or ""
    check_callback(callback)
    event_filter(query)
    id = str(uuid5(NAMESPACE_URL, f"{registry}\n{callback}\n{query}"))
    subscription: Json = {"id": id, "callback": callback}
    if query:
        subscription["query"] = query
    if typed:
        subscription["@type"] = given.get("type", "Hub")
        for name, key in (("base_type", "@baseType"), ("schema_location", "@schemaLocation")):
            if name in given:
                subscription[key] = given[name]
    return subscription


def check_callback(callback: str) -> None:
    """Raise `TmfError` (400) unless a callback is an absolute http or https URL (R-1001)."""
    try:
        parts = urlsplit(callback)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(ord(character) <= 0x20 for character in callback):
        raise TmfError(INVALID_CALLBACK, "/callback: an absolute http or https URL is needed.")


def event_filter(query: str) -> Predicate:
    """What a subscription's query means for an event (R-1007, R-1008); empty means all events.

    Raises `TmfError` (400 or 501) for a malformed one, so that it is told at registration.
    """
    if query.lstrip().startswith(("$", "[")):
        return jsonpath.selection(query, None)
    reserved, conditions = filtering.split(query.removeprefix("?"))
    parse_fields(reserved.get("fields", ()), None)
    return filtering.predicate(conditions, None)
