"""Opaque cursors: the sort values and the key of a record, so that paging survives changes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import orjson

from persistence.errors import BadCursor
from tmf_apis.memory import Memory
from tmf_apis.tmf630.query import Query, SortKey

Value = str | int | float | bytes | None


def write_cursor(sort: tuple[SortKey, ...], values: Sequence[Value], key: int) -> str:
    """The token of a place in the order `sort`."""
    kept = [_kept(value) for value in values]
    return urlsafe_b64encode(orjson.dumps([_ORDERS[sort], kept, key])).decode().rstrip("=")


def _kept(value: Value) -> str | int | float | list[str] | None:
    """A value as JSON. Bytes are a text as read, or a boolean, which no UTF-8 text begins like."""
    if not isinstance(value, bytes):
        return value
    return [value.hex()] if value.startswith(b"\xff") else value.decode()


def read_cursor(sort: tuple[SortKey, ...], token: str) -> tuple[list[Value], int]:
    """The sort values and the key of a token; raises `BadCursor`."""
    try:
        padded = token + "=" * (-len(token) % 4)
        order, kept, key = orjson.loads(urlsafe_b64decode(padded.encode("ascii")))
        values = [bytes.fromhex(v[0]) if isinstance(v, list) else v for v in kept]
    except (ValueError, TypeError, IndexError) as error:
        raise BadCursor("the cursor is malformed") from error
    if order != _ORDERS[sort] or not isinstance(kept, list) or len(values) != len(sort):
        raise BadCursor("the cursor belongs to another order")
    if type(key) is not int or not all(map(_possible, [key, *values])):
        raise BadCursor("the cursor is malformed")
    return values, key


def one_more(query: Query) -> Query:
    """The query to run: a page from a cursor on is read with the record behind it, which alone
    tells whether the page is the last one.
    """
    if query.cursor is None or query.limit is None:
        return query
    return replace(query, limit=query.limit + 1)


def trim(query: Query, rows: list[Any], total: int, *, cut: bool) -> bool:
    """Whether more follow a page; of what was read for it only what it shows stays, in order.

    `cut` says that it was not read to its end, for want of room.
    """
    if query.cursor is None:
        return query.offset + len(rows) < total
    one_over = query.limit is not None and len(rows) > query.limit
    if one_over:
        del rows[query.limit :]
    if query.cursor.backwards:
        rows.reverse()
    return cut or one_over


def _possible(value: object) -> bool:
    """Whether the engine can hold a value."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return value is None or isinstance(value, (str, float, bytes))


def _told(sort: tuple[SortKey, ...]) -> str:
    """What tells one order from another."""
    return blake2b(repr(sort).encode(errors="surrogatepass"), digest_size=6).hexdigest()


#: Twice as many bytes are kept of an order as spell it.
_ORDERS = Memory(_told, lambda sort, _: 2 * len(repr(sort)), 1 << 20)
