"""Servers that cut lists wrongly, or tell wrongly how they cut them (R-6xx)."""

import re

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server, refusal
from tests.conformance.flawed_servers.flaw import flaw

ON = "TMF639 v5 resource"


def instead(asked: Asked, **others: object) -> Asked:
    """The request with other values of some parameters; None leaves one out."""
    kept = [part for part in asked.criteria if part.partition("=")[0] not in others]
    given = [f"{name}={value}" for name, value in others.items() if value is not None]
    return asked.with_query([*kept, *given])


def number(asked: Asked, name: str) -> int | None:
    """The value of a parameter that is a number."""
    value = asked.parameters.get(name, "")
    return int(value) if value.isdecimal() else None


@flaw("R-607", "R-609", "R-612", "R-614", on=ON)
async def the_total_counts_the_page(asked: Asked, server: Server) -> Answered:
    """Says of a page that it is everything."""
    answered = await server(asked)
    if asked.lists and answered.ok:
        return answered.with_header("x-total-count", str(len(answered.json)))
    return answered


@flaw("R-607", "R-612", "R-614", "R-108", "R-610", on=ON)
async def the_total_is_unfiltered(asked: Asked, server: Server) -> Answered:
    """Counts all there is, not what matches."""
    answered = await server(asked)
    if asked.lists and answered.ok:
        everything = await server(asked.reading(query="limit=1"))
        return answered.with_header("x-total-count", everything.header("x-total-count"))
    return answered


@flaw("R-607", "R-612", "R-614", on=ON)
async def the_total_is_missing(asked: Asked, server: Server) -> Answered:
    """Sends no total."""
    return (await server(asked)).without_header("x-total-count")


@flaw("R-607", "R-612", "R-614", on=ON)
async def an_empty_list_has_no_total(asked: Asked, server: Server) -> Answered:
    """Sends a total only when there is something."""
    answered = await server(asked)
    empty = answered.header("x-total-count") == "0"
    return answered.without_header("x-total-count") if empty else answered


@flaw("R-608", on=ON)
async def the_result_count_is_the_total(asked: Asked, server: Server) -> Answered:
    """Says the total twice."""
    answered = await server(asked)
    if total := answered.header("x-total-count"):
        return answered.with_header("x-result-count", total)
    return answered


@flaw("R-608", on=ON)
async def the_result_count_is_missing(asked: Asked, server: Server) -> Answered:
    """Does not say how many entities came."""
    return (await server(asked)).without_header("x-result-count")


@flaw("R-611", "R-201", "R-209", on=ON)
async def a_whole_list_is_partial(asked: Asked, server: Server) -> Answered:
    """Answers 206 to a request without paging, with all there is."""
    answered = await server(asked)
    paged = {"offset", "limit"} & set(asked.parameters)
    return answered.with_status(206) if asked.lists and not paged and answered.ok else answered


@flaw("R-609", on=ON)
async def links_lack_their_brackets(asked: Asked, server: Server) -> Answered:
    """Sends a Link header that no parser reads."""
    answered = await server(asked)
    if link := answered.header("link"):
        return answered.with_header("link", link.replace("<", "").replace(">", ""))
    return answered


@flaw("R-609", on=ON)
async def links_forget_the_filters(asked: Asked, server: Server) -> Answered:
    """Keeps only offset and limit in links, so that the next page is of another list."""
    answered = await server(asked)

    def bare(match: re.Match[str]) -> str:
        parts = [p for p in match[2].split("&") if re.match(r"(offset|limit|after|before)=", p)]
        return f"<{match[1]}?{'&'.join(parts)}>"

    if link := answered.header("link"):
        return answered.with_header("link", re.sub(r"<([^?>]*)\?([^>]*)>", bare, link))
    return answered


@flaw("R-609", on=ON)
async def the_last_page_has_a_next_one(asked: Asked, server: Server) -> Answered:
    """Links to a next page on the last one."""
    answered = await server(asked)
    link = answered.header("link")
    if asked.lists and answered.status in (200, 206) and 'rel="next"' not in link:
        offset, limit = number(asked, "offset") or 0, number(asked, "limit")
        if limit:
            there = instead(asked, offset=offset + limit, limit=limit).query
            here = f"http://{asked.header('host')}{asked.path}?{there}"
            return answered.with_header("link", f'{link}, <{here}>; rel="next"'.lstrip(", "))
    return answered


@flaw("R-612", "S-002", on=ON)
async def an_offset_beyond_the_end_breaks_the_server(asked: Asked, server: Server) -> Answered:
    """Answers 500 when the offset is past the last entity."""
    answered = await server(asked)
    total = answered.header("x-total-count")
    offset = number(asked, "offset")
    if asked.lists and answered.ok and offset and total and offset >= int(total):
        return refusal(500, "list index out of range")
    return answered


@flaw("R-612", on=ON)
async def an_offset_beyond_the_end_is_not_found(asked: Asked, server: Server) -> Answered:
    """Answers 404 when the offset is past the last entity."""
    answered = await server(asked)
    total = answered.header("x-total-count")
    offset = number(asked, "offset")
    if asked.lists and answered.ok and offset and total and offset >= int(total):
        return refusal(404, "No such page")
    return answered


@flaw("R-605", "R-508", "R-609", "R-610", on=ON)
async def the_offset_counts_from_one(asked: Asked, server: Server) -> Answered:
    """Takes offset=1 for the first entity."""
    offset = number(asked, "offset") if asked.lists else None
    return await server(instead(asked, offset=offset - 1) if offset else asked)


@flaw("R-605", "R-508", "R-609", "R-610", "R-612", on=ON)
async def the_offset_counts_pages(asked: Asked, server: Server) -> Answered:
    """Takes the offset for the number of a page."""
    offset, limit = number(asked, "offset"), number(asked, "limit")
    if asked.lists and offset and limit:
        asked = instead(asked, offset=offset * limit)
    return await server(asked)


@flaw("R-605", "R-508", "R-608", "R-609", "R-610", "R-613", "R-614", on=ON)
async def the_limit_is_ignored(asked: Asked, server: Server) -> Answered:
    """Sends everything from the offset on."""
    return await server(instead(asked, limit=None) if asked.lists else asked)


@flaw("R-605", "R-607", "R-609", "R-612", "R-614", on=ON)
async def the_window_comes_before_the_filters(asked: Asked, server: Server) -> Answered:
    """Cuts the page first, and filters what is on it."""
    limit = number(asked, "limit")
    if not asked.lists or limit is None or not asked.filters:
        return await server(asked)
    everything = await server(asked.reading())
    if not everything.ok:
        return everything
    offset = number(asked, "offset") or 0
    page = {entity["id"] for entity in everything.json[offset : offset + limit]}
    answered = await server(instead(asked, limit=None, offset=None))
    if not answered.ok:
        return answered
    kept = [e for e in answered.json if e.get("id") in page]
    return answered.with_json(kept).with_header("x-result-count", str(len(kept)))


@flaw("R-613", on=ON)
async def a_negative_limit_is_ignored(asked: Asked, server: Server) -> Answered:
    """Takes limit=-1 or limit=ten for no limit."""
    limit = asked.parameters.get("limit")
    if asked.lists and limit is not None and not limit.isdecimal():
        asked = instead(asked, limit=None)
    return await server(asked)


@flaw("R-613", "S-002", on=ON)
async def a_negative_offset_breaks_the_server(asked: Asked, server: Server) -> Answered:
    """Answers 500 to an offset that is no number."""
    offset = asked.parameters.get("offset")
    if asked.lists and offset is not None and not offset.isdecimal():
        return refusal(500, "invalid literal")
    return await server(asked)


@flaw("R-614", "R-605", on=ON)
async def a_limit_of_nothing_gives_everything(asked: Asked, server: Server) -> Answered:
    """Takes limit=0 for no limit."""
    return await server(instead(asked, limit=None) if number(asked, "limit") == 0 else asked)


@flaw("R-610", on=ON)
async def the_range_counts_from_zero(asked: Asked, server: Server) -> Answered:
    """Counts from zero in Content-Range."""
    answered = await server(asked)

    def lower(match: re.Match[str]) -> str:
        return f"{int(match[1]) - 1}-{int(match[2]) - 1}/"

    if ranged := answered.header("content-range"):
        return answered.with_header("content-range", re.sub(r"(\d+)-(\d+)/", lower, ranged))
    return answered


@flaw("R-605", "R-604", "R-609", "R-615", on=ON)
async def pages_come_in_any_order(asked: Asked, server: Server) -> Answered:
    """Has no order of its own, so that pages overlap."""
    server.memory["turn"] = turn = server.memory.get("turn", 0) + 1
    if asked.lists and "sort" not in asked.parameters and "limit" in asked.parameters and turn % 2:
        asked = instead(asked, sort="-id")
    return await server(asked)


@flaw("R-609", on="TMF629 v5 customer")
async def the_next_page_skips_one(asked: Asked, server: Server) -> Answered:
    """Counts one too far in the link to the next page, when pages are of several."""
    answered = await server(asked)
    link = re.compile(r'offset=(\d+)([^>]*>; rel="next")')
    if (number(asked, "limit") or 0) > 1:
        further = link.sub(lambda m: f"offset={int(m[1]) + 1}{m[2]}", answered.header("link"))
        return answered.with_header("link", further) if further else answered
    return answered


@flaw("R-608", on=ON)
async def the_result_count_is_the_limit(asked: Asked, server: Server) -> Answered:
    """Says of a last page that it is full."""
    answered = await server(asked)
    limit = number(asked, "limit")
    if asked.lists and answered.ok and limit and answered.json:
        return answered.with_header("x-result-count", str(limit))
    return answered


@flaw("R-607", on=ON)
async def the_total_of_everything_is_the_page(asked: Asked, server: Server) -> Answered:
    """Counts what matches when there are filters, else what is on the page."""
    answered = await server(asked)
    if asked.lists and answered.ok and not asked.filters and "filter" not in asked.parameters:
        return answered.with_header("x-total-count", str(len(answered.json)))
    return answered


@flaw("R-607", on=ON)
async def the_total_counts_the_deleted(asked: Asked, server: Server) -> Answered:
    """Counts the deleted as long as nobody filters."""
    answered = await server(asked)
    gone = server.memory.setdefault("gone", set())
    if asked.deletes and answered.ok:
        gone.add(asked.path)
    if asked.lists and answered.ok and not asked.filters and "filter" not in asked.parameters:
        total = int(answered.header("x-total-count")) + len(gone)
        return answered.with_header("x-total-count", str(total))
    return answered


@flaw("R-605", "R-609", on=ON)
async def the_last_single_is_missing(asked: Asked, server: Server) -> Answered:
    """Sends an empty page where the last entity belongs, when pages are of one."""
    answered = await server(asked)
    total = answered.header("x-total-count")
    last = total.isdecimal() and number(asked, "offset") == int(total) - 1 > 0
    if asked.lists and answered.ok and number(asked, "limit") == 1 and last:
        return answered.with_json([]).with_header("x-result-count", "0")
    return answered
