"""Servers that sort wrongly (R-601 to R-604)."""

import re

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw
from tests.conformance.flawed_servers.paging import instead

ON = "TMF639 v5 resource"


def keys(asked: Asked) -> list[str]:
    return [key for key in asked.parameters.get("sort", "").split(",") if key]


@flaw("R-601", "R-508", "R-602", "R-603", "R-604", on=ON)
async def sorting_is_ignored(asked: Asked, server: Server) -> Answered:
    """Keeps the order of creation whatever `sort` says."""
    return await server(instead(asked, sort=None) if keys(asked) else asked)


@flaw("R-601", "R-604", on=ON)
async def the_second_key_is_ignored(asked: Asked, server: Server) -> Answered:
    """Sorts by the first key only."""
    return await server(instead(asked, sort=keys(asked)[0]) if keys(asked) else asked)


@flaw("R-601", on=ON)
async def the_last_key_is_the_strongest(asked: Asked, server: Server) -> Answered:
    """Reads the keys from the wrong end."""
    sort = ",".join(reversed(keys(asked)))
    return await server(instead(asked, sort=sort) if sort else asked)


@flaw("R-601", "R-508", "R-604", on=ON)
async def descending_is_ignored(asked: Asked, server: Server) -> Answered:
    """Sorts upwards only."""
    sort = ",".join(key.removeprefix("-").replace("%2D", "") for key in keys(asked))
    return await server(instead(asked, sort=sort) if sort else asked)


@flaw("R-601", on=ON)
async def numbers_ascend_only(asked: Asked, server: Server) -> Answered:
    """Sorts numbers upwards only."""
    sort = ",".join(key.replace("-powerConsuming", "powerConsuming") for key in keys(asked))
    return await server(instead(asked, sort=sort) if sort else asked)


@flaw("R-602", "R-601", on=ON)
async def a_plus_is_part_of_the_name(asked: Asked, server: Server) -> Answered:
    """Refuses a key with a plus before it."""
    if re.search(r"sort=([^&]*,)?(\+|%20|%2B)", asked.query, re.IGNORECASE):
        return refusal(400, "Unknown sort key")
    return await server(asked)


@flaw("R-604", on=ON)
async def missing_values_are_left_out(asked: Asked, server: Server) -> Answered:
    """Leaves entities out of a list that is sorted by what they lack."""
    answered = await server(asked)
    if asked.lists and keys(asked) and answered.ok and "fields" not in asked.parameters:
        names = [re.sub(r"^(-|\+|%2[BD]|%20)", "", key).partition(".")[0] for key in keys(asked)]
        kept = [entity for entity in answered.json if all(name in entity for name in names)]
        return answered.with_json(kept).with_header("x-total-count", str(len(kept)))
    return answered


@flaw("R-604", on=ON)
async def broken_keys_are_ignored(asked: Asked, server: Server) -> Answered:
    """Leaves out a key that is no name."""
    named = [key for key in keys(asked) if key != "-"]
    if named != keys(asked):
        asked = instead(asked, sort=",".join(named) or None)
    return await server(asked)
