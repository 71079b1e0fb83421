"""The bytes of an answer's head."""

import time
from collections.abc import Iterable
from email.utils import formatdate
from http import HTTPStatus

from handlers.http import Response

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_STATUS_LINES = {
    status: f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\n".encode()
    for status in range(100, 600)
}
_BODILESS = frozenset((204, 304))

#: The ends of a head, for a connection that goes on and for one that does not.
ENDING, CLOSING = b"\r\n", b"connection: close\r\n\r\n"
CONTINUE = _STATUS_LINES[100] + b"\r\n"


class _Clock:
    """The `Date` field, made once a second."""

    __slots__ = ("_field", "_second")

    def __init__(self) -> None:
        self._second = -1
        self._field = b""

    def field(self) -> bytes:
        """The field of this second, with the end of its line."""
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._field = b"date: %b\r\n" % formatdate(second, usegmt=True).encode()
        return self._field


_clock = _Clock()


def head_of(status: int, headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, int | None, bool]:
    """A head with `Date` but without its last, empty line; the length of the body, if it says
    one; and whether the connection is to close, which it does not say.

    Raises `ValueError` for a header that would not stay in its line.
    """
    parts = [_STATUS_LINES[status], _clock.field()]
    lines = len(parts)
    length: int | None = None
    close = False
    for name, value in headers:
        if name == b"connection":
            close = b"close" in value.lower()
            continue
        if name == b"content-length":
            length = int(value)
        parts += (name, b": ", value, b"\r\n")
        lines += 1
    head = b"".join(parts)
    if head.count(b"\n") != lines or head.count(b"\r") != lines or b"\0" in head:
        raise ValueError("a header holds the end of a line, or NUL")
    return head, length, close


def has_body(status: int, method: bytes) -> bool:
    """Whether an answer of that status, to that method, has a body."""
    return status not in _BODILESS and method != b"HEAD"


def whole(response: Response, method: bytes, ending: bytes = CLOSING) -> bytes:
    """All of an answer to a request of that method, with one of the ends that a head may have.

    Raises `ValueError` for a header that would not stay in its line.
    """
    head, _, _ = head_of(response.status, response.head())
    body = response.body if has_body(response.status, method) else b""
    return head + ending + body
