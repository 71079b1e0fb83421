"""Servers whose pages, links and orders go wrong at the edges (R-6xx, R-310)."""

import re
from typing import Any

from tests.conformance.flawed_servers.exchange import Answered, Asked, Server
from tests.conformance.flawed_servers.flaw import flaw
from tests.handlers.facts import Json

_LINK = re.compile(r'<([^>]*)>;\s*rel="?(\w+)"?')
_OFFSET = re.compile(r"(?<=[?&])offset=-?\d+")
#: What would separate something else if it were not encoded.
_SEPARATORS = {"%26": "&", "%2B": "+", "%23": "#", "%3D": "="}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")


def _number(asked: Asked, name: str) -> int | None:
    value = asked.parameters.get(name, "")
    return int(value) if re.fullmatch(r"-?\d+", value) else None


def _moved(answered: Answered, rel: str, offset: int) -> Answered:
    """The answer with the link to one page leading to another offset."""

    def other(link: re.Match[str]) -> str:
        where = _OFFSET.sub(f"offset={offset}", link[1]) if link[2] == rel else link[1]
        return f'<{where}>; rel="{link[2]}"'

    told = answered.header("link")
    return answered.with_header("link", _LINK.sub(other, told)) if told else answered


@flaw("R-607", "R-609", "R-612", "R-614", on="TMF629 v5 customer")
async def totals_end_at_twenty(asked: Asked, server: Server) -> Answered:
    """Counts no further than twenty matches."""
    answered = await server(asked)
    total = answered.header("x-total-count")
    many = total.isdecimal() and int(total) > 20
    return answered.with_header("x-total-count", "20") if many else answered


@flaw("R-609", on="TMF642 v5 alarm")
async def the_page_before_begins_below_nought(asked: Asked, server: Server) -> Answered:
    """Counts a whole page back in the link to the previous one, though there is less before it."""
    answered = await server(asked)
    offset, limit = _number(asked, "offset"), _number(asked, "limit")
    if not asked.lists or offset is None or limit is None or not 0 < offset < limit:
        return answered
    return _moved(answered, "prev", offset - limit)


@flaw("R-609", on="TMF620 v4 category")
async def the_last_page_is_empty(asked: Asked, server: Server) -> Answered:
    """Links behind the last page when the last page is full."""
    answered = await server(asked)
    total, limit = answered.header("x-total-count"), _number(asked, "limit")
    if not asked.lists or not total.isdecimal() or not limit or int(total) % limit:
        return answered
    return _moved(answered, "last", int(total))


@flaw("R-609", on="TMF639 v4 resource")
async def links_are_decoded(asked: Asked, server: Server) -> Answered:
    """Writes the values of a query into its links without encoding them again."""
    answered = await server(asked)
    link = answered.header("link")
    for encoded, plain in _SEPARATORS.items():
        link = link.replace(encoded, plain)
    return answered.with_header("link", link) if link else answered


@flaw("R-613", on="TMF641 v4 serviceOrder")
async def offsets_count_from_the_end(asked: Asked, server: Server) -> Answered:
    """Takes offset=-2 for the last two, as slices do."""
    offset = _number(asked, "offset")
    if not asked.lists or offset is None or offset >= 0:
        return await server(asked)
    total = int((await server(asked.reading())).header("x-total-count"))
    others = [part for part in asked.criteria if not part.startswith("offset=")]
    return await server(asked.with_query([*others, f"offset={max(0, total + offset)}"]))


@flaw("R-605", "R-508", "R-601", "R-604", on="TMF638 v4 service")
async def pages_are_sorted_by_themselves(asked: Asked, server: Server) -> Answered:
    """Cuts the page first, and sorts what is on it."""
    keys = asked.parameters.get("sort", "")
    windowed = {"limit", "offset"} & asked.parameters.keys()
    if not asked.lists or not windowed or not re.fullmatch(r"-?\w+", keys):
        return await server(asked)
    others = [part for part in asked.criteria if not part.startswith("sort=")]
    answered = await server(asked.with_query(others))
    return _sorted(answered, keys) if answered.ok else answered


@flaw("R-601", "R-414", on="TMF642 v4 alarm")
async def moments_are_sorted_as_texts(asked: Asked, server: Server) -> Answered:
    """Sorts date-times letter by letter, whatever their offsets."""
    answered = await server(asked)
    keys = asked.parameters.get("sort", "")
    if not asked.lists or not answered.ok or not re.fullmatch(r"-?\w+", keys):
        return answered
    values = [record.get(keys.removeprefix("-")) for record in answered.json]
    known = [value for value in values if value is not None]
    dated = known and all(isinstance(v, str) and _MOMENT.match(v) for v in known)
    return _sorted(answered, keys) if dated else answered


def _sorted(answered: Answered, keys: str) -> Answered:
    """The records of a list in the order of one attribute."""
    name = keys.removeprefix("-")

    def weight(record: Json) -> tuple[bool, bool, Any]:
        value = record.get(name)
        text = isinstance(value, str)
        number = isinstance(value, int | float)
        return value is not None, text, value if text or number else str(value)

    records = answered.json
    mixed = len({isinstance(record.get(name), str) for record in records if name in record}) > 1
    if mixed:
        return answered
    return answered.with_json(sorted(records, key=weight, reverse=keys.startswith("-")))


@flaw("R-310", "R-601", "R-604", on="TMF622 v4 productOrder")
async def keys_that_are_not_shown_do_not_sort(asked: Asked, server: Server) -> Answered:
    """Ignores a key of `sort` that `fields` does not select."""
    parameters = asked.parameters
    if not asked.lists or not {"sort", "fields"} <= parameters.keys():
        return await server(asked)
    shown = parameters["fields"].split(",")
    keys = [key for key in parameters["sort"].split(",") if key.lstrip("-+") in shown]
    others = [part for part in asked.criteria if not part.startswith("sort=")]
    sort = [f"sort={','.join(keys)}"] if keys else []
    return await server(asked.with_query([*others, *sort]))
