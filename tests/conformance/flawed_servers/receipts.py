"""Servers that take what they are sent, and keep something near it (R-302, R-11xx, R-12xx)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw

#: What goes with a value that is not kept: whatever shows or seeks it.
_SHOWN = ("R-8*", "R-4*", "R-5*", "R-6*", "R-3*", "R-70*")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
#: What a contact medium of v5 has whatever its class.
_MEDIUM = {"@type", "@baseType", "@schemaLocation", "id", "preferred", "contactType", "validFor"}
#: What the file of TMF629 v5 declares of a customer, as far as it is a text or an object.
_CUSTOMER = ("engagedParty", "partyRoleSpecification", "validFor")
Change = Callable[[Any], Any]


def _through(value: Any, change: Change) -> Any:
    """A JSON value with every value in it changed, the inner ones first."""
    if isinstance(value, dict):
        value = {name: _through(inner, change) for name, inner in value.items()}
    elif isinstance(value, list):
        value = [_through(inner, change) for inner in value]
    return change(value)


def _writing(asked: Asked, change: Change) -> Asked:
    """The request with the values changed that it writes."""
    writes = asked.creates or asked.merges
    return asked.with_json(_through(asked.json, change)) if writes and asked.json else asked


def _texts(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


def _cut(value: Any, depth: int) -> Any:
    """A JSON value without the objects that lie deeper than so many."""
    if isinstance(value, list):
        return [_cut(one, depth) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {n: v for n, v in value.items() if depth > 1 or not _holds_objects(v)}
    return {name: _cut(inner, depth - 1) for name, inner in kept.items()}


def _holds_objects(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(one, dict) for one in value)
    )


@flaw("R-302", *_SHOWN, "R-722", "R-622-12", on="TMF622 v4 productOrder")
async def what_is_deep_is_lost(asked: Asked, server: Server) -> Answered:
    """Shows records to the third object in one another, and nothing below."""
    answered = await server(asked)
    return answered.each(lambda order: _cut(order, 3))


@flaw("R-302", *_SHOWN, "R-1111", on="TMF629 v4 customer")
async def an_empty_text_is_nothing(asked: Asked, server: Server) -> Answered:
    """Takes an empty text for no value, as one large database does."""

    def without(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: inner for name, inner in value.items() if inner != ""}

    answered = await server(asked)
    return answered.each(lambda e: _through(e, without)) if not asked.on_hub else answered


@flaw("R-302", *_SHOWN, on="TMF638 v5 service")
async def lines_end_as_in_unix(asked: Asked, server: Server) -> Answered:
    """Turns the line ends of texts into those of its own system."""
    return await server(
        _writing(asked, lambda v: v.replace("\r\n", "\n") if isinstance(v, str) else v)
    )


@flaw("R-1103", *_SHOWN, "R-1105", "R-208", on="TMF629 v5 customer")
async def extensions_are_kept_as_texts(asked: Asked, server: Server) -> Answered:
    """Keeps an object that the file does not declare as the text of its JSON."""

    def flat(name: str, value: Any) -> Any:
        declared = name in _CUSTOMER or not isinstance(value, dict)
        return value if declared else orjson.dumps(value).decode()

    body = asked.json
    if not (asked.creates or asked.merges) or not isinstance(body, dict):
        return await server(asked)
    return await server(asked.with_json({name: flat(name, v) for name, v in body.items()}))


@flaw("R-1106", *_SHOWN, "R-1102", on="TMF629 v5 customer")
async def a_medium_is_of_its_base_class(asked: Asked, server: Server) -> Answered:
    """Keeps of a contact medium what the base class declares, whatever its class adds."""

    def based(value: Any) -> Any:
        media = value.get("contactMedium") if isinstance(value, dict) else None
        if not isinstance(media, list):
            return value
        return value | {"contactMedium": [_only(one, _MEDIUM) for one in media]}

    return await server(_writing(asked, based))


def _only(value: Any, names: set[str]) -> Any:
    return {n: v for n, v in value.items() if n in names} if isinstance(value, dict) else value


@flaw("R-1201", "R-1202", "R-414", on="TMF641 v4 serviceOrder")
async def every_moment_is_in_utc(asked: Asked, server: Server) -> Answered:
    """Refuses date-times with an offset; only Z will do."""
    found = any(map(_OFFSET.fullmatch, _texts(asked.json))) if asked.creates else False
    return refusal(400, "Not a date-time") if found else await server(asked)


@flaw("R-1203", "R-801", on="TMF629 v4 customer")
async def a_period_has_two_ends(asked: Asked, server: Server) -> Answered:
    """Refuses a period that has no end."""
    body = asked.json if asked.creates or asked.merges else None
    period = body.get("validFor") if isinstance(body, dict) else None
    if isinstance(period, dict) and len({"startDateTime", "endDateTime"} & period.keys()) == 1:
        return refusal(400, "validFor needs both ends")
    return await server(asked)


@flaw("R-1208", "R-1204", on="TMF620 v4 productOfferingPrice")
async def inner_numbers_may_be_texts(asked: Asked, server: Server) -> Answered:
    """Takes a text for a number inside an object, though not at the root."""

    def number(value: Any) -> Any:
        return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value

    def read(value: Any) -> Any:
        if not isinstance(value, dict) or not {"unit", "units"} & value.keys():
            return value
        return {n: number(v) if n in ("value", "amount") else v for n, v in value.items()}

    return await server(_writing(asked, read))


@flaw("R-302", *_SHOWN, "R-1111", on="TMF638 v4 service")
async def texts_that_look_like_moments_are_some(asked: Asked, server: Server) -> Answered:
    """Takes any text that looks like a date-time for one, and writes it its own way."""

    def normal(value: Any) -> Any:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            return value
        try:
            moment = datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            return value
        return moment.isoformat().replace("+00:00", "Z")

    return await server(_writing(asked, normal))


@flaw("R-1111", *_SHOWN, on="TMF639 v5 resource")
async def texts_of_characteristics_are_read(asked: Asked, server: Server) -> Answered:
    """Takes the text of a number or a truth for it, in the value of a characteristic."""

    def read(value: Any) -> Any:
        named = isinstance(value, dict) and {"name", "value"} <= value.keys()
        text = value["value"] if named else None
        plain = isinstance(text, str) and re.fullmatch(r"true|false|0|[1-9]\d{0,8}", text)
        return value | {"value": orjson.loads(text)} if plain and text is not None else value

    return await server(_writing(asked, read))
