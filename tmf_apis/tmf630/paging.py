"""The window of a list: what is asked, and the status and headers that answer it.

R-605..R-615 and decision D16.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from tmf_apis.tmf630.errors import INVALID_PAGE, TmfError
from tmf_apis.tmf630.query import Cursor

#: What each parameter takes: whole numbers from 0. A limit that is larger than what any store
#: holds means as much as the largest (R-613).
_WHOLE_NUMBERS = {
    "offset": re.compile(r"\d{1,18}", re.ASCII),
    "limit": re.compile(r"\d+", re.ASCII),
}
_LARGEST = 10**18 - 1
_RANGE = re.compile(r"\s*items\s*=\s*(\d{1,18})\s*-\s*(\d{1,18})\s*", re.ASCII)
#: What stays as the client wrote it: all but what would end the `<...>` of a link.
_SAFE_IN_LINK = "".join(map(chr, range(0x21, 0x7F))).translate(
    {ord(character): None for character in '<>"\\^`{|}'}
)
#: With all else that an answer says in its head, 8 KB are enough for it; some clients take no more.
LONGEST_LINKS = 6_000
#: Bytes of resources after which a page ends, unless its first has more; `Link` leads on.
LARGEST = 8 * 1024 * 1024
#: Which relations are left out first where they would be longer: what a client can do without.
_LEAST_WANTED = ("self", "last", "first", "prev", "next")
_WINDOW = re.compile(r"(?:^|[&;])(?:offset|limit|before|after)=[^&;]*")


@dataclass(frozen=True, slots=True)
class Limits:
    """The server's limits: 0 as default means all; `maximum` caps what a client asks."""

    default: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Page:
    """The window in force. `asked` tells a page the client wanted from one the default cut."""

    offset: int
    limit: int | None
    asked: bool
    cursor: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the store found for a page, and the cursors of its ends where there are any.

    `more` says that others follow where the page was read to.
    """

    total: int
    count: int
    first: str | None = None
    last: str | None = None
    more: bool = False


def ends_early(page: Page, shown: Shown) -> bool:
    """Whether a page shows less than was asked for, for want of room. Then what its neighbours
    show depends on where they begin, and only cursors lead to what is right beside it.
    """
    return shown.more and (not page.limit or shown.count < page.limit)


def leads_by_cursor(page: Page, shown: Shown, *, cursors: bool) -> bool:
    """Whether links of a page may name cursors; `cursors` says that those of a first page do."""
    return cursors or page.cursor is not None or ends_early(page, shown)


def parse_page(
    reserved: Mapping[str, Sequence[str]], range_header: str | None, limits: Limits
) -> Page:
    """The window that `offset`, `limit`, `before`, `after` or the `Range` header ask for.

    A limit above the maximum is lowered to it (R-613). Raises `TmfError` (400) for anything
    that is no whole number, and for a cursor together with an offset (R-615).
    """
    cursors = [(name, value) for name in ("before", "after") for value in reserved.get(name, ())]
    offset, limit = _number(reserved, "offset"), _number(reserved, "limit")
    if cursors and (offset is not None or len(cursors) > 1):
        raise TmfError(INVALID_PAGE, "Give one of offset, before and after.")
    asked = offset is not None or limit is not None or bool(cursors)
    if not asked and range_header is not None and (match := _RANGE.fullmatch(range_header)):
        first, last = int(match[1]), int(match[2])
        if first < 1 or last < first:
            raise TmfError(INVALID_PAGE, f"Range: {range_header.strip()} names no items.")
        offset, limit, asked = first - 1, last - first + 1, True
    if limit is None:
        limit = limits.default or None
    elif limits.maximum:
        limit = min(limit, limits.maximum)
    cursor = Cursor(cursors[0][1], cursors[0][0] == "before") if cursors else None
    return Page(offset or 0, limit, asked, cursor)


def _number(reserved: Mapping[str, Sequence[str]], name: str) -> int | None:
    values = reserved.get(name, ())
    if not values:
        return None
    if len(values) > 1 or not _WHOLE_NUMBERS[name].fullmatch(values[0]):
        given = "&".join(f"{name}={value}" for value in values)
        raise TmfError(INVALID_PAGE, f"{given}: give one whole number from 0.")
    digits = values[0].lstrip("0") or "0"
    return int(digits) if len(digits) <= len(str(_LARGEST)) else _LARGEST


def answer(
    page: Page, shown: Shown, url: str, raw_query: str, *, cursors: bool
) -> tuple[int, dict[str, str]]:
    """The status (200 or 206) and the headers that describe a page.

    `url` is the collection as the client addressed it, without its query; `cursors` says that
    the file declares `before` and `after`, so that links use them (D14).
    """
    headers = {"X-Total-Count": str(shown.total), "X-Result-Count": str(shown.count)}
    whole = shown.count == shown.total
    partial = page.asked and shown.count > 0 and not whole
    if page.cursor is None and partial:
        first = page.offset + 1
        headers["Content-Range"] = f"items {first}-{page.offset + shown.count}/{shown.total}"
    elif page.asked and shown.count == 0:
        headers["Content-Range"] = f"items */{shown.total}"
    if (page.asked or not whole) and page.limit != 0 and (page.limit or shown.more):
        kept = quote(without_window(raw_query), safe=_SAFE_IN_LINK)
        links = {
            rel: f'<{url}?{kept}{"&" if kept else ""}{window}>; rel="{rel}"'
            for rel, window in _links(page, shown, cursors=cursors).items()
        }
        if wanted := _bounded(links):
            headers["Link"] = ", ".join(wanted.values())
    return (206 if partial else 200), headers


def without_window(raw_query: str) -> str:
    """A raw query string without what says which page is meant."""
    return _WINDOW.sub("", raw_query).lstrip("&;")


def _bounded(links: dict[str, str]) -> dict[str, str]:
    """As many links as a head has room for, in the order they came."""
    for rel in _LEAST_WANTED:
        if len(", ".join(links.values())) <= LONGEST_LINKS:
            return links
        links.pop(rel, None)
    return links


def _links(page: Page, shown: Shown, *, cursors: bool) -> dict[str, str]:
    """The window of each related page, by relation."""
    limit = page.limit or 0
    if page.cursor is not None or (cursors and page.offset == 0):
        return _cursor_links(page, shown, limit)
    links = {"self": _window(page.offset, limit), "first": _window(0, limit)}
    size = f"&limit={limit}" if limit else ""
    early = ends_early(page, shown)
    if page.offset > 0:
        links["prev"] = f"before={shown.first}{size}" if early else _preceding(page, shown, limit)
    if page.offset + shown.count < shown.total:
        following = page.offset + shown.count
        links["next"] = f"after={shown.last}{size}" if early else _window(following, limit)
    if not limit:
        return links
    before = shown.total - 1 - page.offset
    aligned = page.offset + before // limit * limit if before >= 0 else before
    last = aligned if before >= 0 else max(0, (shown.total - 1) // limit * limit)
    links["last"] = _window(last, limit)
    return links


def _preceding(page: Page, shown: Shown, limit: int) -> str:
    """The window right before a page, or before the end for a page behind it."""
    end = min(page.offset, shown.total)
    start = max(0, end - limit) if limit else 0
    return _window(start, end - start or limit)


def _window(offset: int, limit: int) -> str:
    """A window as a link asks for it; 0 is no limit."""
    return f"offset={offset}&limit={limit}" if limit else f"offset={offset}"


def _cursor_links(page: Page, shown: Shown, limit: int) -> dict[str, str]:
    """Links from a page to its neighbours; where it came from there is one, else if more follow."""
    first, size = (f"limit={limit}", f"&limit={limit}") if limit else ("offset=0", "")
    if page.cursor is None:
        links, backwards = {"self": first, "first": first}, False
    else:
        backwards = page.cursor.backwards
        side, token = "before" if backwards else "after", quote(page.cursor.token, safe="")
        links = {"self": f"{side}={token}{size}", "first": first}
    if shown.first and page.cursor is not None and (shown.more or not backwards):
        links["prev"] = f"before={shown.first}{size}"
    if shown.last and (shown.more or backwards):
        links["next"] = f"after={shown.last}{size}"
    return links
