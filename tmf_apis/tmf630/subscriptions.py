"""A hub registration: what it must hold, and whether its query can be understood.

R-1001 to R-1008.
"""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from tmf_apis.nearness import misspelt, sent_for
from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630 import query_string
from tmf_apis.tmf630.callbacks import CallbackRules, check_callback
from tmf_apis.tmf630.errors import INVALID_BODY, INVALID_FILTER, TmfError
from tmf_apis.tmf630.event_types import EventTypes, check_types
from tmf_apis.tmf630.fields import Fields, parse_fields, select
from tmf_apis.tmf630.jsonpath.segments import Member
from tmf_apis.tmf630.jsonpath.selection import selection
from tmf_apis.tmf630.listing import kept
from tmf_apis.tmf630.query import Predicate
from tmf_apis.tmf630.weight import weight

Json = dict[str, Any]

_LONGEST = 4096
#: The member of a registration that deliveries are signed with, an extension of ours: `whsec_`
#: and so many random bytes in base64, as Standard Webhooks has it. It is never shown.
SECRET = "x-secret"
#: The members that say what is wanted, and all that a client may send without a slip.
_USED = ("callback", "query", SECRET)
_MEMBERS = frozenset({*_USED, "id", "href", "@type", "@baseType", "@schemaLocation"})
_PREFIX, _LEAST_BYTES, _MOST_BYTES = "whsec_", 24, 64


def _check_secret(value: str) -> None:
    try:
        known = b64decode(value.removeprefix(_PREFIX), validate=True)
    except ValueError:
        known = b""
    if not (value.startswith(_PREFIX) and _LEAST_BYTES <= len(known) <= _MOST_BYTES):
        raise ValidationError(
            f"{_PREFIX} and {_LEAST_BYTES} to {_MOST_BYTES} random bytes in base64 are needed."
        )


class _HubSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    callback = fields.String(required=True, validate=validate.Length(1, _LONGEST))
    query = fields.String(allow_none=True, validate=validate.Length(max=_LONGEST))
    secret = fields.String(data_key=SECRET, allow_none=True, validate=_check_secret)


class _TypedHubSchema(_HubSchema):
    type = fields.String(data_key="@type", allow_none=True)
    base_type = fields.String(data_key="@baseType", allow_none=True)
    schema_location = fields.String(data_key="@schemaLocation", allow_none=True)


_PLAIN, _TYPED = _HubSchema(), _TypedHubSchema()


@dataclass(frozen=True, slots=True)
class Announced:
    """What the events of an API are: the type of all of them, and the kinds there are."""

    notification: Attribute
    types: EventTypes


def registration(
    body: Any, registry: str, allowed: CallbackRules, events: Announced, *, typed: bool
) -> Json:
    """The subscription to events that a request asks for, with its id.

    The id follows from the registry, the callback and the query, so that the same registration
    twice is the same id (R-1006). `typed` adds `@type` (R-1002). What it does not use is passed
    over. Raises `TmfError` (400), also for a callback that is not `allowed` and for a kind of
    event that is none.
    """
    try:
        given: Json = (_TYPED if typed else _PLAIN).load(body)
    except ValidationError as error:
        wrong = (_refusal(name, texts, body) for name, texts in error.messages_dict.items())
        raise TmfError(INVALID_BODY, "; ".join(wrong)) from error
    callback, query = given["callback"], given.get("query") or ""
    check_callback(callback, allowed)
    check_types(interest(query, events.notification).where, events.types)
    id = str(uuid5(NAMESPACE_URL, f"{registry}\n{callback}\n{query}"))
    subscription: Json = {"id": id, "callback": callback}
    if query:
        subscription["query"] = query
    if given.get("secret"):
        subscription[SECRET] = given["secret"]
    if typed:
        subscription["@type"] = given.get("type") or "Hub"
        for name, key in (("base_type", "@baseType"), ("schema_location", "@schemaLocation")):
            if given.get(name) is not None:
                subscription[key] = given[name]
    return subscription


def _refusal(name: str, texts: Sequence[str], body: Any) -> str:
    """What is wrong with a member, or with the whole of what is no object."""
    if not isinstance(body, dict):
        return f"/: {' '.join(texts)}"
    slip = "" if name in body else misspelt(name, body, _MEMBERS)
    return f"/{name}: {' '.join(texts).removesuffix('.')}{slip}."


def slips(body: Json) -> Iterator[str]:
    """A sentence about each member of a registration that is passed over and near one that is
    used.
    """
    for used in _USED:
        if used not in body:
            for near in sent_for(used, body, _MEMBERS):
                yield f"/{near} is not used; the nearest member is {used}."


@dataclass(frozen=True, slots=True)
class Interest:
    """What a subscriber wants: which events, and of these which parts; None for its usual ones.

    `program` is how many instructions its patterns have.
    """

    where: Predicate
    fields: Fields | None = None
    program: int = 0


def interest(query: str, event: Attribute | None) -> Interest:
    """What a subscription's query asks for (R-1007, R-1008); an empty one for all events.

    `event` is the type of the events, None for those of several APIs. Raises `TmfError` (400
    or 501) for a malformed one, so that it is told at registration.
    """
    if query.lstrip().startswith(("$", "[")):
        return _weighed(selection(query, event), None)
    reserved, conditions = query_string.split(query.removeprefix("?"))
    if strange := sorted(reserved.keys() - {"fields", "filter"}):
        raise TmfError(INVALID_FILTER, f"{strange[0]}: events have no {strange[0]}; leave it out.")
    where = kept(reserved, conditions, event)
    return _weighed(where, parse_fields(reserved.get("fields", ()), event))


def _weighed(where: Predicate, fields: Fields | None) -> Interest:
    return Interest(where, fields, weight(where).program + (fields.program if fields else 0))


#: What every notification says of itself and of the resource, whatever `fields` selects.
_ENVELOPE = frozenset({"eventId", "eventTime", "eventType", "@type"})
_IDENTITY = ("id", "href", "@type")


def narrowed(event: Json, shown: Sequence[str] | None, fields: Fields | None) -> Json:
    """The part of an event that is sent: what the subscriber selects (R-1007), else the
    attributes `shown` by its kind (R-1016), None for all.
    """
    (member, resource), *_ = event["event"].items()
    if fields is not None:
        identity = tuple((Member("event"), Member(member), Member(name)) for name in _IDENTITY)
        return select(event, replace(fields, paths=fields.paths + identity), _ENVELOPE)
    if shown is None:
        return event
    kept = {name: value for name, value in resource.items() if name in shown}
    return event | {"event": event["event"] | {member: kept}}
