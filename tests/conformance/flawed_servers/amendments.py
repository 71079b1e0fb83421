"""Servers that change records nearly as they are told (R-8xx, R-112, R-1103)."""

import re
from typing import Any

from tests.conformance.flawed_servers.excerpts import declared
from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.operations import operations_of, value_at
from tests.conformance.flawed_servers.patching import stored
from tests.handlers.facts import Json

_ABOUT = ("R-802", "R-813")
_DECLARED = declared("TMF639", "v5", "resource")
_TAG = re.compile(r'"[^"]*"')


@flaw("R-801", *_ABOUT, on="TMF629 v5 customer")
async def an_empty_list_changes_nothing(asked: Asked, server: Server) -> Answered:
    """Leaves a list as it is when a merge patch makes it empty."""
    if asked.merges:
        asked = asked.with_json({name: v for name, v in asked.json.items() if v != []})
    return await server(asked)


@flaw("R-801", *_ABOUT, on="TMF620 v5 productOffering")
async def what_is_nothing_is_not_patched(asked: Asked, server: Server) -> Answered:
    """Leaves out of a merge patch what is false, 0 or empty, and takes the rest."""
    if asked.merges:
        kept = {n: v for n, v in asked.json.items() if v or v is None or isinstance(v, list | dict)}
        asked = asked.with_json(kept)
    return await server(asked)


@flaw("R-801", *_ABOUT, on="TMF638 v4 service")
async def objects_are_merged_one_level_deep(asked: Asked, server: Server) -> Answered:
    """Merges an object of a merge patch into the old one, and replaces the objects in it."""
    if not asked.merges:
        return await server(asked)
    before = await stored(asked, server)

    def whole(old: Any, new: Any) -> Any:
        """An inner object that leaves nothing of the old one."""
        both = isinstance(old, dict) and isinstance(new, dict)
        return dict.fromkeys(old) | new if both else new

    def merged(old: Any, new: Any) -> Any:
        both = isinstance(old, dict) and isinstance(new, dict)
        return {n: whole(old.get(n), v) for n, v in new.items()} if both else new

    return await server(
        asked.with_json({name: merged(before.get(name), v) for name, v in asked.json.items()})
    )


@flaw("R-1103", "R-801", *_ABOUT, "R-639-02", on="TMF639 v5 resource")
async def extensions_are_written_once(asked: Asked, server: Server) -> Answered:
    """Stores what a sub-class adds when it is created, and ignores a patch of it."""
    if asked.merges:
        asked = asked.with_json({n: v for n, v in asked.json.items() if n in _DECLARED})
    return await server(asked)


@flaw("R-803", "R-807", on="TMF638 v5 service")
async def what_is_there_cannot_be_added(asked: Asked, server: Server) -> Answered:
    """Refuses a JSON Patch that adds a member that is there, instead of replacing it."""
    adds = [str(one.get("path")) for one in operations_of(asked) if one.get("op") == "add"]
    before = await stored(asked, server) if adds else {}
    for path in adds:
        parent, _, last = path.rpartition("/")
        if isinstance(value_at(before, parent), dict) and value_at(before, path) is not None:
            return refusal(409, f"{last} is there already")
    return await server(asked)


@flaw("R-803", "R-807", "R-808", on="TMF641 v5 serviceOrder")
async def an_index_too_large_is_the_end(asked: Asked, server: Server) -> Answered:
    """Adds to the end of a list when a JSON Patch names a place far behind it."""
    operations = operations_of(asked)
    before = await stored(asked, server) if operations else {}

    def within(one: Json) -> Json:
        parent, _, last = str(one.get("path")).rpartition("/")
        old = value_at(before, parent)
        beyond = isinstance(old, list) and last.isdecimal() and int(last) > len(old)
        return one | {"path": f"{parent}/-"} if one.get("op") == "add" and beyond else one

    return await server(asked.with_json(list(map(within, operations))) if operations else asked)


@flaw("R-805", "R-804", "R-807", on="TMF629 v5 customer")
async def one_condition_picks(asked: Asked, server: Server) -> Answered:
    """Reads the first of several conditions in the path of a JSON Patch."""
    steps = asked.json
    if not asked.patches or not isinstance(steps, list):
        return await server(asked)

    def first(one: Any) -> Any:
        path = one.get("path") if isinstance(one, dict) else None
        return one | {"path": path.partition("&")[0]} if isinstance(path, str) else one

    return await server(asked.with_json(list(map(first, steps))))


@flaw("R-112", on="TMF622 v4 productOrder")
async def if_match_has_one_tag(asked: Asked, server: Server) -> Answered:
    """Takes a list of tags in If-Match for one tag, which nothing has."""
    if (asked.patches or asked.deletes) and len(_TAG.findall(asked.header("if-match"))) > 1:
        return refusal(412, "Precondition failed")
    return await server(asked)
