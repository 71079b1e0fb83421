"""Servers that accept values they must refuse, or change those they accept (R-711, R-12xx)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.handlers.facts import Json

ON = "TMF639 v5 resource"
_ENUMERATIONS = {
    "ackState": ("unacknowledged", "acknowledged"),
    "alarmType": (
        "communicationsAlarm",
        "processingErrorAlarm",
        "environmentalAlarm",
        "qualityOfServiceAlarm",
        "equipmentAlarm",
        "integrityViolation",
        "operationalViolation",
        "physicalViolation",
        "securityService",
        "mechanismViolation",
        "timeDomainViolation",
    ),
    "perceivedSeverity": ("minor", "critical", "major", "warning", "indeterminate", "cleared"),
    "state": ("raised", "updated", "cleared"),
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_NUMBERS = ("priority", "powerConsumingLevel")
_TEXTS = ("category", "description", "name", "resourceVersion")
_BOOLEANS = ("unknownStatus", "isDistributedCurrent")


async def _tolerating(asked: Asked, server: Server, mend: Callable[[str, Any], Any]) -> Answered:
    """Create or change with mended values of first-level attributes; None drops one."""
    body = asked.json
    if (asked.creates or asked.merges) and isinstance(body, dict):
        mended = {
            name: value if value is None else mend(name, value) for name, value in body.items()
        }
        given = {n: v for n, v in mended.items() if v is not None or body[n] is None}
        if given != body:
            asked = asked.with_json(given)
    return await server(asked)


@flaw("R-1208", "R-622-13", on=ON)
async def texts_are_taken_for_numbers(asked: Asked, server: Server) -> Answered:
    """Takes "5" for 5 and "true" for true."""

    def mend(name: str, value: Any) -> Any:
        if isinstance(value, str) and name in _NUMBERS and re.fullmatch(r"-?[\d.]+", value):
            return float(value)
        if isinstance(value, str) and name in _BOOLEANS:
            return {"true": True, "false": False}.get(value, value)
        return value

    return await _tolerating(asked, server, mend)


@flaw("R-711", on="TMF642 v5 alarm")
async def enumerations_are_open(asked: Asked, server: Server) -> Answered:
    """Stores values outside an enumeration."""

    def mend(name: str, value: Any) -> Any:
        known = _ENUMERATIONS.get(name, ())
        other = isinstance(value, str) and value.strip() and known and value not in known
        return known[0] if other else value

    return await _tolerating(asked, server, mend)


@flaw("R-1201", on=ON)
async def any_text_is_a_date(asked: Asked, server: Server) -> Answered:
    """Accepts "tomorrow" where a date stands."""

    def mend(name: str, value: Any) -> Any:
        dated = name.endswith(("Date", "DateTime", "lastUpdate"))
        wrong = isinstance(value, str) and not _INSTANT.fullmatch(value)
        return None if dated and wrong else value

    return await _tolerating(asked, server, mend)


@flaw("R-1203", "S-002", on="TMF620 v4 productSpecification")
async def a_backwards_period_breaks_the_server(asked: Asked, server: Server) -> Answered:
    """Answers 500 to a period that ends before it starts."""
    body = asked.json
    period = body.get("validFor") if asked.creates and isinstance(body, dict) else None
    if isinstance(period, dict) and period.get("endDateTime", "9") < period.get(
        "startDateTime", ""
    ):
        return refusal(500, "check constraint violated")
    return await server(asked)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every date in it changed."""
    if isinstance(value, dict):
        return {name: _each_text(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_each_text(inner, change) for inner in value]
    return change(value) if isinstance(value, str) and _INSTANT.fullmatch(value) else value


def _shown(asked: Asked, answered: Answered, change: Callable[[str], str]) -> Answered:
    if asked.on_item or asked.on_list:
        return answered.each(lambda entity: _each_text(entity, change))
    return answered


@flaw("R-1202", "R-41*", "R-705", "R-801", on=ON)
async def dates_are_shifted(asked: Asked, server: Server) -> Answered:
    """Answers dates in local time and calls it UTC."""

    def shifted(text: str) -> str:
        later = datetime.fromisoformat(text) + timedelta(hours=1)
        return later.isoformat().replace("+00:00", "Z")

    return _shown(asked, await server(asked), shifted)


@flaw("R-1201", "R-1202", "R-41*", "R-801", "S-001", on=ON)
async def dates_have_no_offset(asked: Asked, server: Server) -> Answered:
    """Answers dates without an offset."""
    return _shown(asked, await server(asked), lambda text: text[:19])


@flaw("S-001", "R-120*", "R-41*", "R-801", on=ON)
async def dates_are_numbers(asked: Asked, server: Server) -> Answered:
    """Answers dates as milliseconds since 1970."""

    def counted(entity: Json) -> Json:
        def number(value: Any) -> Any:
            dated = isinstance(value, str) and _INSTANT.fullmatch(value)
            return int(datetime.fromisoformat(value).timestamp() * 1000) if dated else value

        return {name: number(value) for name, value in entity.items()}

    answered = await server(asked)
    return answered.each(counted) if asked.on_item or asked.on_list else answered


@flaw("S-001", "R-120*", "R-302", "R-4*", "R-601", on=ON)
async def numbers_are_answered_as_texts(asked: Asked, server: Server) -> Answered:
    """Answers numbers and booleans in quotes."""

    def quoted(entity: Json) -> Json:
        plain = (*_NUMBERS, *_BOOLEANS)
        return {k: str(v).lower() if k in plain else v for k, v in entity.items()}

    answered = await server(asked)
    return answered.each(quoted) if asked.on_item or asked.on_list else answered


@flaw("S-001", "R-1207", "R-30*", "R-701", on=ON)
async def what_is_absent_is_null(asked: Asked, server: Server) -> Answered:
    """Answers null for every attribute without a value."""
    answered = await server(asked)
    if asked.reads and "fields" not in asked.parameters:
        absent = dict.fromkeys(("description", "category", "place", "validFor", "priority"))
        return answered.each(lambda entity: absent | entity)
    return answered


@flaw("R-801", "R-802", "R-813", "R-1103", "R-112", on=ON)
async def texts_are_cut(asked: Asked, server: Server) -> Answered:
    """Stores the first five characters of a text in a patch, as a narrow column does."""
    body = asked.json
    if asked.merges and isinstance(body, dict):
        texts = {k: v for k, v in body.items() if isinstance(v, str) and k in _TEXTS}
        asked = asked.with_json(body | {name: text[:5] for name, text in texts.items()})
    return await server(asked)
