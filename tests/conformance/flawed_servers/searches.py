"""Servers whose searches are right for what is plain, and wrong one step further (R-4xx, R-5xx)."""

import re
from typing import Any
from urllib.parse import quote, unquote

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, named
from tests.conformance.flawed_servers.filters import is_plain
from tests.conformance.flawed_servers.flaw import flaw
from tests.handlers.facts import Json

_OPERATOR = re.compile(r"\.(eq|gte?|lte?|regex)$")
_BOUND = re.compile(r"(%3[EC]|[<>])(%3D|=)", re.IGNORECASE)
_EXISTS = re.compile(r"\$?\[\?\(\s*@\.(\w+)\s*\)\]")
_FLAT_PREDICATE = re.compile(r"(.*\[\?\()([^()]*\|\|[^()]*&&[^()]*)(\)\].*)")


def narrowed(answered: Answered, records: list[Json]) -> Answered:
    """A list with other records in it, and counted as such."""
    count = str(len(records))
    shown = answered.with_json(records).without_header("link").without_header("content-range")
    return shown.with_header("x-total-count", count).with_header("x-result-count", count)


def searched(asked: Asked) -> str:
    """The JSONPath of a request for a list; empty if there is none."""
    return unquote(asked.parameters.get("filter", "")) if asked.lists else ""


def _unwindowed(asked: Asked) -> bool:
    return asked.lists and not {"limit", "offset", "sort"} & asked.parameters.keys()


@flaw("R-410", "R-1007", on="TMF622 v4 productOrder")
async def paths_end_at_the_second_step(asked: Asked, server: Server) -> Answered:
    """Finds nothing by an attribute that is three steps deep."""
    answered = await server(asked)
    names = [_OPERATOR.sub("", named(part)) for part in asked.filters]
    deep = any(name.count(".") > 1 for name in names)
    return narrowed(answered, []) if asked.lists and answered.ok and deep else answered


@flaw("R-410", "R-411", on="TMF629 v4 customer")
async def first_elements_alone_are_searched(asked: Asked, server: Server) -> Answered:
    """Looks for what a path leads to in the first element of each list."""
    answered = await server(asked)
    paths = [part for part in asked.filters if "." in named(part) and is_plain(part)]
    if not _unwindowed(asked) or "fields" in asked.parameters or not answered.ok or not paths:
        return answered

    def fits(record: Json) -> bool:
        for part in paths:
            name, _, values = part.partition("=")
            found: Any = record
            listed = False
            for step in name.split("."):
                listed = listed or isinstance(found, list)
                found = found[0] if isinstance(found, list) and found else found
                found = found.get(step) if isinstance(found, dict) else None
            if listed and str(found) not in map(unquote, values.split(",")):
                return False
        return True

    return narrowed(answered, [record for record in answered.json if fits(record)])


@flaw("R-407", "R-414", on="TMF638 v4 service")
async def equal_is_left_out_of_symbols(asked: Asked, server: Server) -> Answered:
    """Reads attr>=value as attr>value."""
    parts = [_BOUND.sub(r"\1", part) for part in asked.filters]
    return await server(asked.with_query([*parts, *asked.controls]) if asked.lists else asked)


@flaw("R-414", "R-401", "R-402", "R-405", on="TMF620 v4 productOffering")
async def what_is_absent_is_false(asked: Asked, server: Server) -> Answered:
    """Takes a boolean that a record lacks for false."""
    denied = [p.partition("=")[0] for p in asked.filters if p.endswith("=false") and is_plain(p)]
    names = [name for name in denied if name in ("isBundle", "isSellable")]
    if not _unwindowed(asked) or not names or "fields" in asked.parameters:
        return await server(asked)
    others = [part for part in asked.filters if part.partition("=")[0] not in names]
    answered = await server(asked.with_query([*others, *asked.controls]))
    if not answered.ok:
        return answered
    return narrowed(answered, [r for r in answered.json if not any(r.get(n) for n in names)])


@flaw("R-403", "R-417", on="TMF641 v5 serviceOrder")
async def ids_are_looked_up_one_at_a_time(asked: Asked, server: Server) -> Answered:
    """Finds the first of a list of ids."""
    parts = [p.partition(",")[0] if named(p) == "id" else p for p in asked.filters]
    return await server(asked.with_query([*parts, *asked.controls]) if asked.lists else asked)


@flaw("R-407", on="TMF642 v4 alarm")
async def patterns_have_one_symbol(asked: Asked, server: Server) -> Answered:
    """Knows =~ for a pattern, and takes *= for the end of a name."""
    answered = await server(asked)
    starred = any(re.match(r"[\w.@%]+?(\*|%2A)(=|%3D)", part, re.I) for part in asked.filters)
    return narrowed(answered, []) if asked.lists and answered.ok and starred else answered


@flaw("R-504", on="TMF638 v5 service")
async def jsonpath_is_read_from_left_to_right(asked: Asked, server: Server) -> Answered:
    """Reads a || b && c in JSONPath as (a || b) && c."""
    flat = _FLAT_PREDICATE.fullmatch(searched(asked))
    if flat is None:
        return await server(asked)
    first, *rest = re.split(r"(\|\||&&)", flat[2])
    folded = first
    for sign, term in zip(rest[::2], rest[1::2], strict=True):
        folded = f"({folded}) {sign} {term}"
    others = [part for part in asked.criteria if named(part) != "filter"]
    path = quote(f"{flat[1]}{folded}{flat[3]}", safe="")
    return await server(asked.with_query([*others, f"filter={path}"]))


@flaw("R-504", on="TMF639 v5 resource")
async def what_is_nothing_does_not_exist(asked: Asked, server: Server) -> Answered:
    """Takes an attribute that is 0, false or empty for one that is not there, in JSONPath."""
    answered = await server(asked)
    found = _EXISTS.fullmatch(searched(asked))
    if found is None or not answered.ok or not _unwindowed(asked):
        return answered
    return narrowed(answered, [record for record in answered.json if record.get(found[1])])


@flaw("R-503", "R-508", on="TMF622 v5 productOrder")
async def a_search_in_a_list_cuts_the_list(asked: Asked, server: Server) -> Answered:
    """Answers, to a JSONPath that leads into a list, records with the elements it fits alone."""
    answered = await server(asked)
    path = searched(asked)
    into = re.match(r"\$?\.?(\w+)\[\?\(", path)
    if into is None or not answered.ok or "fields" in asked.parameters:
        return answered
    selected = [*asked.criteria, f"fields={quote(path, safe='')}"]
    cut = await server(asked.with_query(selected))
    parts = {record["id"]: record for record in cut.json} if cut.ok else {}
    name = into[1]
    return answered.each(lambda record: record | {name: parts.get(record["id"], {}).get(name, [])})
