"""The head of a request, read in one strict way (RFC 9112).

What one reader takes for this and another for that is refused, so that no proxy in front ever
disagrees with this server on where a request ends: bare line feeds, folded lines, white space
before a colon, two lengths, a length beside chunks. `Upgrade` offers something that is never
taken; such a request is a request like any other.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from handlers.protocol.limits import FIELDS, HEAD_BYTES, LINE_BYTES
from tmf_apis.memory import of_texts, remembering
from tmf_apis.tmf630.errors import (
    HEAD_TOO_LARGE,
    INVALID_HEADER,
    MALFORMED_REQUEST,
    NOT_IMPLEMENTED,
    TARGET_TOO_LONG,
    UNKNOWN_PROTOCOL,
    Cause,
    TmfError,
)

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_LINE = re.compile(rb"(%b) ([!-\"$-~]+) HTTP/1\.([01])" % _TOKEN)
_NAME = re.compile(_TOKEN)
_ABSOLUTE = re.compile(rb"https?://([^/?]+)(.*)", re.IGNORECASE)
#: A name of at most 253 characters and a port.
_HOST = re.compile(rb"[A-Za-z0-9._~:\[\]-]{0,259}")
_LENGTH = re.compile(rb"[0-9]{1,18}")
_VERSION = re.compile(rb"HTTP/[0-9]+(\.[0-9]+)?")
#: What values consist of, and what no head holds wherever it may end.
_IN_VALUES = bytes([9, *range(32, 127), *range(128, 256)])
_JUNK = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?=[^\n])")


@dataclass(slots=True)
class Head:
    """What a head says. `path` and `query` are raw; names of headers are in lower case.

    `length` is that of the body in bytes, None for a body in chunks. `waits` says that the client
    holds the body back until it is told to go on (`Expect: 100-continue`).
    """

    method: bytes
    path: bytes
    query: bytes
    version: str
    headers: list[tuple[bytes, bytes]]
    length: int | None
    keep_alive: bool
    waits: bool


def read_head(raw: bytes) -> Head:
    """A head without its last, empty line. Raises `TmfError`: 400, 414, 431, 501, 505."""
    line, *fields = raw.split(b"\r\n")
    check_size(len(line), len(raw))
    if len(fields) > FIELDS:
        raise TmfError(HEAD_TOO_LARGE, f"The head has more than {FIELDS} fields; send fewer.")
    found = _LINE.fullmatch(line)
    if found is None:
        refuse_line(line)
    headers = [_remembered[field] for field in fields]
    named = dict(headers)
    if len(named) < len(headers):
        named = _joined(headers)
    method, target, minor = found.groups()
    latest = minor == b"1"
    if not target.startswith(b"/"):
        target = _origin_form(method, target, headers, named)
    _check_host(named.get(b"host"), required=latest)
    path, _, query = target.partition(b"?")
    return Head(
        method,
        path,
        query,
        "1.1" if latest else "1.0",
        headers,
        _length(named, latest=latest),
        latest and not _closes(named.get(b"connection")),
        latest and named.get(b"expect", b"").lower() == b"100-continue",
    )


def read_field(line: bytes) -> tuple[bytes, bytes]:
    """The name in lower case and the value of a field; raises `TmfError` (RFC 9112, section 5)."""
    name, colon, value = line.partition(b":")
    if not colon or _NAME.fullmatch(name) is None:
        if line.startswith((b" ", b"\t")):
            _malformed("A field goes on in a second line; fold no fields.")
        shown = line[:40].decode("ascii", "backslashreplace")
        _malformed(f"{shown!r} is not the name of a field, a colon and its value.")
    if value.translate(None, _IN_VALUES):
        _malformed("A field holds a control character, or a line does not end by CRLF.")
    return name.lower(), value.strip(b" \t")


#: Clients send most of their fields over and over.
_remembered = of_texts(read_field, 1 << 20, each=2)


def _joined(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The fields by name; the values of one that comes again are joined by commas."""
    named: dict[bytes, bytes] = {}
    for name, value in headers:
        named[name] = value if name not in named else b"%b, %b" % (named[name], value)
    return named


def check_size(line: int, head: int) -> None:
    """Raise `TmfError` (414, 431) when a request line or a head of so many bytes is too long."""
    if line > LINE_BYTES:
        raise TmfError(TARGET_TOO_LONG, f"The request line is longer than {LINE_BYTES} bytes.")
    if head > HEAD_BYTES:
        raise TmfError(HEAD_TOO_LARGE, f"The head is larger than {HEAD_BYTES} bytes; send less.")


def check_beginning(beginning: bytearray, seen: int) -> None:
    """Raise `TmfError` when bytes cannot become a head, whatever follows them.

    What was looked at before, the first `seen` bytes, is not looked at again.
    """
    line = beginning.find(b"\r\n", 0, LINE_BYTES + 2)
    check_size(len(beginning) if line < 0 else line, len(beginning))
    if (junk := _JUNK.search(beginning, max(0, seen - 1))) is not None:
        _malformed(
            f"The byte 0x{junk[0][0]:02x} in the head stands where none may; end lines by CRLF."
        )
    if line >= max(0, seen - 1) and _LINE.fullmatch(beginning, 0, line) is None:
        refuse_line(bytes(beginning[:line]))


def refuse_line(line: bytes) -> NoReturn:
    """Raise the `TmfError` that says what is wrong with a request line (RFC 9112, section 3)."""
    version = line.rpartition(b" ")[2]
    if _LINE.fullmatch(line[: -len(version)] + b"HTTP/1.1") and _VERSION.fullmatch(version):
        shown = version[:20].decode()
        raise TmfError(UNKNOWN_PROTOCOL, f"{shown} is not spoken here; use HTTP/1.1.")
    if not line.isascii():
        _malformed("The URL holds bytes that are not ASCII; percent-encode them.")
    if line.count(b" ") == 2 and b"#" in line.split(b" ")[1]:
        _malformed("The URL holds a fragment; leave it out, or write # as %23.")
    _malformed("The request line is not METHOD, URL and HTTP/1.1 with one space between them.")


def _origin_form(
    method: bytes, target: bytes, headers: list[tuple[bytes, bytes]], named: dict[bytes, bytes]
) -> bytes:
    """The path and query of a target that names a host as well; this host counts."""
    if target == b"*" and method == b"OPTIONS":
        return target
    found = _ABSOLUTE.fullmatch(target)
    if found is None:
        _malformed("The URL is neither a path nor an absolute http URL.")
    if b"host" in named:
        _check_host(named[b"host"], required=True)
        named[b"host"] = found[1]
        headers[:] = [(n, found[1] if n == b"host" else value) for n, value in headers]
    rest: bytes = found[2]
    return rest if rest.startswith(b"/") else b"/" + rest


def _check_host(host: bytes | None, *, required: bool) -> None:
    """Raise `TmfError` unless there is one `Host`, of a server (RFC 9112, section 3.2)."""
    if host is None:
        if required:
            raise TmfError(INVALID_HEADER, "Host: HTTP/1.1 asks for it; send one.")
    elif _HOST.fullmatch(host) is None:
        raise TmfError(INVALID_HEADER, "Host: not the name of one server.")


def _length(named: dict[bytes, bytes], *, latest: bool) -> int | None:
    """How many bytes the body has; None when it comes in chunks (RFC 9112, section 6)."""
    length, coding = named.get(b"content-length"), named.get(b"transfer-encoding")
    if coding is not None:
        if length is not None:
            _malformed("Content-Length: stands beside Transfer-Encoding; send one of them.")
        if not latest:
            _malformed("Transfer-Encoding: HTTP/1.0 has none; send Content-Length.")
        if coding.lower() != b"chunked":
            raise TmfError(NOT_IMPLEMENTED, "Transfer-Encoding: only chunked is read, once.")
        return None
    if length is None:
        return 0
    if _LENGTH.fullmatch(length) is None:
        _malformed("Content-Length: not one number of bytes.")
    return int(length)


@remembering(1 << 16)
def _closes(connection: bytes | None) -> bool:
    """Whether a `Connection` field says that no further request follows."""
    return connection is not None and b"close" in re.split(rb"[ \t]*,[ \t]*", connection.lower())


def _malformed(message: str, cause: Cause = MALFORMED_REQUEST) -> NoReturn:
    raise TmfError(cause, message)
