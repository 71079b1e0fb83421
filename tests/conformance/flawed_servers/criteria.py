"""Servers that read most conditions of a search, and some in a hurry (R-4xx, R-5xx)."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

import orjson

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, named
from tests.conformance.flawed_servers.filters import is_plain
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.searches import narrowed, searched
from tests.handlers.facts import Json

_BELOW = re.compile(r"(\w+)(\.lte?=|<|%3C)", re.IGNORECASE)
_FLAGGED = re.compile(r"(/[^/]+/)i\b")
_INNER_AT = re.compile(r"\.(@|%40)")
#: What moves or cuts a list, so that leaving records out would need counting anew.
_CUTTING = {"limit", "offset", "fields"}


def _whole(asked: Asked) -> bool:
    return asked.lists and not _CUTTING & asked.parameters.keys()


def _criteria(asked: Asked, parts: list[str]) -> Asked:
    """The request with other conditions, if it asks for a list."""
    return asked.with_query([*parts, *asked.controls]) if asked.lists else asked


@flaw("R-401", "R-402", "R-403", on="TMF629 v4 customer")
async def an_empty_value_is_no_condition(asked: Asked, server: Server) -> Answered:
    """Skips a condition whose value is empty, as forms send those that nobody filled in."""
    return await server(_criteria(asked, [p for p in asked.filters if not p.endswith("=")]))


@flaw("R-401", "R-402", "R-414", on="TMF620 v5 productOffering")
async def what_is_false_is_no_condition(asked: Asked, server: Server) -> Answered:
    """Skips a condition whose value is false or 0 once it is read."""
    kept = [p for p in asked.filters if not p.endswith(("=false", "=0"))]
    return await server(_criteria(asked, kept))


@flaw("R-404", "R-405", "R-409", on="TMF638 v5 service")
async def semicolons_are_ampersands(asked: Asked, server: Server) -> Answered:
    """Joins conditions on different attributes by AND where they are joined by a semicolon."""

    def apart(part: str) -> list[str]:
        pieces = part.split(";")
        names = {named(piece) for piece in pieces}
        return pieces if len(names) == len(pieces) and all("=" in p for p in pieces) else [part]

    return await server(_criteria(asked, [one for p in asked.filters for one in apart(p)]))


@flaw("R-406", "R-407", "R-409", "R-414", on="TMF641 v4 serviceOrder")
async def what_is_absent_is_least(asked: Asked, server: Server) -> Answered:
    """Takes what a record lacks for less than anything, as if it were empty."""
    bounds = {p: found[1] for p in asked.filters if (found := _BELOW.match(p)) and ";" not in p}
    answered = await server(asked)
    if not bounds or not _whole(asked) or not answered.ok:
        return answered
    wide = await server(_criteria(asked, [p for p in asked.filters if p not in bounds]))
    found = {record["id"] for record in answered.json}
    absent = set(bounds.values())
    kept = [r for r in wide.json if r["id"] in found or not absent & r.keys()]
    return narrowed(answered, kept)


@flaw("R-504", "R-501", on="TMF639 v5 resource")
async def patterns_have_no_flag(asked: Asked, server: Server) -> Answered:
    """Does not know the i behind a pattern in JSONPath, by which case does not count."""
    path = searched(asked)
    if not _FLAGGED.search(path):
        return await server(asked)
    others = [part for part in asked.criteria if named(part) != "filter"]
    path = quote(_FLAGGED.sub(r"\1", path), safe="")
    return await server(asked.with_query([*others, f"filter={path}"]))


@flaw("R-504", "R-501", "R-508", on="TMF622 v5 productOrder")
async def double_quotes_hold_no_text(asked: Asked, server: Server) -> Answered:
    """Finds nothing by a text in double quotes, in JSONPath."""
    answered = await server(asked)
    return narrowed(answered, []) if '"' in searched(asked) and answered.ok else answered


@flaw("R-415", "R-414", "R-406", "R-407", "R-409", on="TMF642 v5 alarm")
async def a_plus_is_a_blank(asked: Asked, server: Server) -> Answered:
    """Reads the + of an offset as a blank, as forms are read."""
    return await server(_criteria(asked, [p.replace("+", "%09") for p in asked.filters]))


@flaw("R-412", "R-410", "R-411", on="TMF622 v4 productOrder")
async def classes_are_found_at_the_root_alone(asked: Asked, server: Server) -> Answered:
    """Finds nothing by an attribute with @ inside another one."""
    answered = await server(asked)
    inner = any(_INNER_AT.search(named(part)) for part in asked.filters)
    return narrowed(answered, []) if asked.lists and answered.ok and inner else answered


@flaw("R-403", "R-406", on="TMF642 v4 alarm")
async def eq_takes_one_value(asked: Asked, server: Server) -> Answered:
    """Takes a list of values behind .eq for one value with commas in it."""

    def one(part: str) -> str:
        name, _, value = part.partition("=")
        return f"{name}={value.replace(',', '%2C')}" if name.endswith(".eq") else part

    return await server(_criteria(asked, [one(part) for part in asked.filters]))


@flaw("R-415", "R-401", on="TMF629 v5 customer")
async def values_are_decoded_twice(asked: Asked, server: Server) -> Answered:
    """Decodes a value that the framework has decoded already."""

    def again(part: str) -> str:
        name, equals, values = part.partition("=")
        texts = [quote(unquote(unquote(value)), safe="") for value in values.split(",")]
        return f"{name}={','.join(texts)}" if equals and "%25" in values else part

    return await server(_criteria(asked, [again(part) for part in asked.filters]))


@flaw("R-414", "R-401", on="TMF620 v4 productOfferingPrice")
async def numbers_equal_by_their_spelling(asked: Asked, server: Server) -> Answered:
    """Takes 5.0 for another number than 5, when it looks for an equal one."""
    plain = [p.partition("=")[::2] for p in asked.filters if is_plain(p)]
    answered = await server(asked)
    if not _whole(asked) or not answered.ok or not plain:
        return answered

    def spelt(record: Json) -> bool:
        return all(
            type(record.get(name)) not in (int, float)
            or orjson.dumps(record[name]).decode() in values.split(",")
            for name, values in plain
        )

    return narrowed(answered, [record for record in answered.json if spelt(record)])


@flaw("R-410", "R-411", "R-103", "R-401", "R-607", on="TMF641 v5 serviceOrder")
async def a_join_lists_twice(asked: Asked, server: Server) -> Answered:
    """Lists a record once for each element that a condition fits, as a join does."""
    paths = [p.partition("=")[::2] for p in asked.filters if is_plain(p) and "." in named(p)]
    answered = await server(asked)
    if not _whole(asked) or not answered.ok or not paths:
        return answered
    name, values = paths[0]
    wanted = set(map(unquote, values.split(",")))

    def times(record: Json) -> int:
        return max(1, sum(str(one) in wanted for one in _led_to(record, name.split("."))))

    return narrowed(answered, [r for r in answered.json for _ in range(times(r))])


def _led_to(value: Any, steps: list[str]) -> list[Any]:
    """What a path leads to, through all lists on its way."""
    if isinstance(value, list):
        return [found for one in value for found in _led_to(one, steps)]
    if not steps:
        return [value]
    return _led_to(value.get(steps[0], []), steps[1:]) if isinstance(value, dict) else []


@flaw("R-1303", "R-620-08", "R-1301", "R-1302", on="TMF620 v4 productOffering")
async def a_version_behind_a_question_mark_is_none(asked: Asked, server: Server) -> Answered:
    """Answers with the latest version of an entity to the href of an older one."""
    if asked.on_item and "version=" in asked.query:
        kept = [part for part in asked.criteria if named(part) != "version"]
        return await server(replace(asked, query="&".join(kept)))
    return await server(asked)
