"""Bookmarks: short names for queries and cursors that are too long for a link (R-609).

A link repeats the query of its request, an answer has several links, and many a client takes no
head of more than 8 KB. So a long query is kept in the store, where every worker finds it also
after a restart, and links name it: `?bookmark=…&offset=20&limit=10`. A cursor holds the values
that a list is sorted by, and is kept likewise where they are long: `?after=~…`.

A bookmark lasts a day from when it was last of use. Whoever knows its name can ask the same
query again, as itself; it cannot read it. Nobody finds a name by guessing what was asked: it is a
digest under a secret of the store.
"""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import orjson

from handlers.secret import secret_of
from persistence.errors import Duplicate, Missing, Stale, Unavailable
from persistence.store import Collection, Column, Draft, Record, Scope, Store
from tmf_apis.tmf630.errors import INVALID_PAGE, TmfError
from tmf_apis.tmf630.instants import microseconds, now_text
from tmf_apis.tmf630.paging import Page, Shown, leads_by_cursor, without_window
from tmf_apis.tmf630.query import Kind, Query, Shape, SortKey, Step

_UNTIL = (Step("until", Shape.ONE),)
BOOKMARKS = Collection("links/bookmark", columns=(Column(_UNTIL, Kind.INSTANT, True),))

#: Characters of a query, and of a cursor, that stand in links as they are.
LONGEST_QUERY, LONGEST_CURSOR = 2_000, 400
LIFETIME = timedelta(days=1)
#: So many are kept at most; and so many of those that are over are removed with each new one.
MOST, SWEPT = 10_000, 20

_BOOKMARK = re.compile(r"(?:^|[&;])bookmark=([^&;]*)")
_NAME = re.compile(r"[0-9a-f]{32}")
_CURSOR = re.compile(rf"((?:^|[&;])(?:after|before)=)(?:~|%7[Ee])({_NAME.pattern})(?=[&;]|$)")


async def expanded(store: Store, raw_query: str) -> str:
    """A raw query string with what its bookmarks stand for.

    Raises `TmfError` (400) for one that is unknown, or was not of use for a day.
    """
    if "bookmark=" in raw_query:
        names = _BOOKMARK.findall(raw_query)
        if len(names) > 1:
            raise TmfError(INVALID_PAGE, "bookmark: give one.")
        query = [await _recalled(store, name) for name in names]
        rest = _BOOKMARK.sub("", raw_query).lstrip("&;")
        raw_query = "&".join(filter(None, [*query, rest]))
    at_cursor = "after=" in raw_query or "before=" in raw_query
    if at_cursor and (cursor := _CURSOR.search(raw_query)) is not None:
        token = await _recalled(store, cursor[2])
        raw_query = _CURSOR.sub(lambda match: match[1] + token, raw_query, count=1)
    return raw_query


async def abbreviated(
    store: Store, raw_query: str, page: Page, shown: Shown, *, cursors: bool
) -> tuple[str, Page, Shown]:
    """The query, the page and its ends as links are to name them: as they are, unless too long.

    `cursors` says that links from the first page on use them.
    """
    if not page.asked and shown.count == shown.total:
        return raw_query, page, shown
    if len(raw_query) > LONGEST_QUERY:
        name = await _kept(store, without_window(raw_query))
        raw_query = f"bookmark={name}" if name else raw_query
    if page.cursor is not None:
        token = await _cursor(store, page.cursor.token)
        page = replace(page, cursor=replace(page.cursor, token=token or page.cursor.token))
    if leads_by_cursor(page, shown, cursors=cursors):
        first, last = await _cursor(store, shown.first), await _cursor(store, shown.last)
        shown = replace(shown, first=first, last=last)
    return raw_query, page, shown


async def _cursor(store: Store, token: str | None) -> str | None:
    if token is None or len(token) <= LONGEST_CURSOR:
        return token
    name = await _kept(store, token)
    return f"~{name}" if name else token


async def _kept(store: Store, text: str) -> str | None:
    """The name under which a text is kept; None when the store cannot keep it at present."""
    try:
        key = await secret_of(store, "bookmarks")
        name = blake2b(text.encode(), digest_size=16, key=key).hexdigest()
        try:
            await _use(store, await store.get(BOOKMARKS, name, Scope()))
        except Missing:
            await _sweep(store)
            with suppress(Duplicate):
                await store.create(BOOKMARKS, _draft(name, text), Scope())
    except Unavailable:
        return None
    return name


async def _recalled(store: Store, name: str) -> str:
    """The text that is kept under a name."""
    unknown = TmfError(
        INVALID_PAGE,
        "bookmark: it is unknown, or was not used for a day; begin with the first page again.",
    )
    if not _NAME.fullmatch(name):
        raise unknown
    try:
        record = await store.get(BOOKMARKS, name, Scope())
    except Missing:
        raise unknown from None
    with suppress(Unavailable):
        await _use(store, record)
    text: str = orjson.loads(record.body)["text"]
    return text


async def _use(store: Store, record: Record) -> None:
    """Let a bookmark last for another day, unless that is known for half a day already."""
    document = orjson.loads(record.body)
    left = (microseconds(document["until"]) or 0) - _now().timestamp() * 1_000_000
    if left < LIFETIME.total_seconds() / 2 * 1_000_000:
        with suppress(Stale):
            await store.replace(BOOKMARKS, record, _draft(record.id, document["text"]), Scope())


async def _sweep(store: Store) -> None:
    """Remove some bookmarks that nobody uses, and the oldest where there are too many."""
    by_age = Query(sort=(SortKey(_UNTIL, descending=False, kind=Kind.INSTANT),), limit=SWEPT)
    oldest = await store.find(BOOKMARKS, by_age, Scope())
    now = now_text(_now())
    for place, record in enumerate(oldest.records):
        over = orjson.loads(record.body)["until"] < now
        if over or place <= oldest.total - MOST:
            with suppress(Stale):
                await store.delete(BOOKMARKS, [record], Scope())


def _draft(name: str, text: str) -> Draft:
    document = {"id": name, "text": text, "until": now_text(_now() + LIFETIME)}
    return Draft(name, document, orjson.dumps(document))


def _now() -> datetime:
    return datetime.now(UTC)
