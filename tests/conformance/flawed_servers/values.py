"""Servers that keep other values than they were given, or take what is none (R-12xx, R-302)."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import orjson

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.flaw import flaw
from tests.handlers.facts import Json

#: What goes with a value that is not kept: whatever shows or seeks it.
_SHOWN = ("R-8*", "R-4*", "R-5*", "R-6*", "R-3*", "R-70*")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?=T)")
_FRACTION = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+")
_SEVERITIES = {"critical", "major", "minor", "warning", "indeterminate", "cleared"}


def _through(value: Any, change: Callable[[Any], Any]) -> Any:
    """A JSON value with every value in it changed, the inner ones first."""
    if isinstance(value, dict):
        value = {name: _through(inner, change) for name, inner in value.items()}
    elif isinstance(value, list):
        value = [_through(inner, change) for inner in value]
    return change(value)


def _writing(asked: Asked, change: Callable[[Any], Any]) -> Asked:
    """The request with the values that it writes changed; a patch that is refused stays."""
    if not (asked.creates or asked.patches) or not isinstance(asked.json, dict | list):
        return asked
    return asked.with_json(_through(asked.json, change))


@flaw("R-302", *_SHOWN, "R-1111", on="TMF639 v5 resource")
async def lists_are_kept_as_sets(asked: Asked, server: Server) -> Answered:
    """Keeps each element of a list once."""

    def once(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [one for place, one in enumerate(value) if one not in value[:place]]

    return await server(_writing(asked, once) if asked.creates else asked)


@flaw("R-302", *_SHOWN, "R-1204", on="TMF620 v4 productOfferingPrice")
async def money_is_rounded_to_cents(asked: Asked, server: Server) -> Answered:
    """Rounds amounts of money to two places, though prices of units have more."""

    def rounded(value: Any) -> Any:
        money = isinstance(value, dict) and "unit" in value and type(value.get("value")) is float
        return value | {"value": round(value["value"], 2)} if money else value

    return await server(_writing(asked, rounded))


@flaw("R-302", *_SHOWN, on="TMF642 v5 alarm")
async def texts_are_stored_composed(asked: Asked, server: Server) -> Answered:
    """Stores texts in normal form C, so that what comes back is spelt otherwise."""

    def composed(value: Any) -> Any:
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value

    return await server(_writing(asked, composed))


@flaw("R-1202", *_SHOWN, on="TMF642 v4 alarm")
async def moments_are_cut_to_seconds(asked: Asked, server: Server) -> Answered:
    """Drops the fractions of seconds of date-times."""

    def cut(value: Any) -> Any:
        return _FRACTION.sub(r"\1", value) if isinstance(value, str) else value

    return await server(_writing(asked, cut))


@flaw("R-1201", "S-001", on="TMF638 v4 service")
async def february_has_as_many_days_as_one_likes(asked: Asked, server: Server) -> Answered:
    """Takes the 30th of February for a day in March."""

    def day(found: re.Match[str]) -> str:
        year, month, number = (int(part) for part in found.groups())
        if not (1 <= month <= 12 and 28 < number <= 31):
            return found[0]
        return str(date(year, month, 1) + timedelta(days=number - 1))

    def moved(value: Any) -> Any:
        return _DAY.sub(day, value) if isinstance(value, str) else value

    return await server(_writing(asked, moved))


@flaw("R-711", "R-642-03", "R-208", on="TMF642 v5 alarm")
async def enumerations_have_no_case(asked: Asked, server: Server) -> Answered:
    """Takes CRITICAL for critical, which the file does not."""
    body = asked.json
    if not asked.creates or not isinstance(body, dict):
        return await server(asked)
    severity = str(body.get("perceivedSeverity")).lower()
    known = severity in _SEVERITIES
    return await server(asked.with_json(body | {"perceivedSeverity": severity}) if known else asked)


@flaw("R-722", "R-703", "R-302", "R-629-04", "R-701", "R-210", on="TMF629 v4 customer")
async def first_elements_alone_are_checked(asked: Asked, server: Server) -> Answered:
    """Looks at the first element of a list when it looks for what is mandatory."""
    answered = await server(asked)
    body = asked.json
    if not asked.creates or answered.status != 400 or not isinstance(body, dict):
        return answered
    lists = {n: v for n, v in body.items() if isinstance(v, list) and len(v) > 1}
    made = await server(asked.with_json(body | {n: v[:1] for n, v in lists.items()}))
    return made.each(lambda record: record | lists) if lists else answered


@flaw("R-1111", *_SHOWN, "S-001", on="TMF638 v4 service")
async def values_of_characteristics_are_texts(asked: Asked, server: Server) -> Answered:
    """Keeps the values of characteristics in a column of texts."""

    def text(value: Any) -> Any:
        named = isinstance(value, dict) and {"name", "value"} <= value.keys()
        if not named or isinstance(value["value"], str):
            return value
        return value | {"value": orjson.dumps(value["value"]).decode()}

    answered = await server(asked)
    if not answered.ok or not answered.body:
        return answered
    return answered.with_json(_through(answered.json, text))


@flaw("R-1205", *_SHOWN, "R-104", on="TMF639 v4 resource")
async def ids_lose_their_noughts(asked: Asked, server: Server) -> Answered:
    """Takes an id that looks like a number for one: 007 becomes 7."""

    def plain(body: Json) -> Json:
        known = str(body.get("id", ""))
        return body | {"id": str(int(known))} if known.isdecimal() else body

    if asked.creates and isinstance(asked.json, dict):
        return await server(asked.with_json(plain(asked.json)))
    own = asked.path.rpartition("/")[2]
    if asked.on_item and own.isdecimal():
        asked = Asked(
            asked.method, f"{asked.collection}/{int(own)}", asked.query, asked.headers,
            asked.body, asked.scope,
        )  # fmt: skip
    return await server(asked)
