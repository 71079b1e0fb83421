"""What is a head and what is none, byte by byte (RFC 9112, sections 2 to 6)."""

import pytest

from handlers.protocol.head import Head, check_beginning, read_head
from handlers.protocol.limits import FIELDS, HEAD_BYTES, LINE_BYTES
from tmf_apis.tmf630.errors import TmfError


def lines(*texts: bytes) -> bytes:
    return b"\r\n".join(texts)


def head(*fields: bytes, line: bytes = b"GET /a?b=c HTTP/1.1", host: bytes = b"Host: x") -> Head:
    return read_head(lines(line, *([host] if host else []), *fields))


def test_a_head_says_what_is_asked() -> None:
    assert head(b"Accept:  a/b\t", b"X-Y:", b"x-y: :z") == Head(
        b"GET", b"/a", b"b=c", "1.1",
        [(b"host", b"x"), (b"accept", b"a/b"), (b"x-y", b""), (b"x-y", b":z")],
        0, keep_alive=True, waits=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"/", b"/", b""),
        (b"/a%20b//c/?d?e", b"/a%20b//c/", b"d?e"),
        (b'/{a}|"<b>`^\\', b'/{a}|"<b>`^\\', b""),
        (b"http://x", b"/", b""),
        (b"HTTP://x?q", b"/", b"q"),
        (b"http://x:8080/a?b", b"/a", b"b"),
    ],
)
def test_targets(target: bytes, path: bytes, query: bytes) -> None:
    found = head(line=b"GET %b HTTP/1.1" % target)
    assert (found.path, found.query) == (path, query)


def test_the_host_in_the_target_counts() -> None:
    found = head(line=b"GET http://other:1/ HTTP/1.1")
    assert found.headers == [(b"host", b"other:1")]


def test_the_server_itself_may_be_asked_for_its_options() -> None:
    assert head(line=b"OPTIONS * HTTP/1.1").path == b"*"
    refused(400, "80", lines(b"GET * HTTP/1.1", b"Host: x"))


@pytest.mark.parametrize(
    ("fields", "length"),
    [
        ([], 0),
        ([b"Content-Length: 0"], 0),
        ([b"Content-Length: 0012"], 12),
        ([b"Transfer-Encoding: Chunked"], None),
        ([b"Upgrade: h2c", b"Connection: Upgrade", b"Content-Length: 3"], 3),
    ],
)
def test_lengths(fields: list[bytes], length: int | None) -> None:
    assert head(*fields).length == length


@pytest.mark.parametrize(
    ("line", "field", "keep_alive", "waits"),
    [
        (b"GET / HTTP/1.1", b"Connection: keep-alive", True, False),
        (b"GET / HTTP/1.1", b"Connection: x , CLOSE", False, False),
        (b"GET / HTTP/1.1", b"Connection: closed", True, False),
        (b"GET / HTTP/1.1", b"Expect: 100-Continue", True, True),
        (b"GET / HTTP/1.1", b"Expect: miracles", True, False),
        (b"GET / HTTP/1.0", b"Expect: 100-continue", False, False),
    ],
)
def test_how_the_connection_goes_on(
    line: bytes, field: bytes, keep_alive: bool, waits: bool
) -> None:
    found = head(field, line=line)
    assert (found.keep_alive, found.waits) == (keep_alive, waits)


def test_http_1_0_needs_no_host() -> None:
    found = head(line=b"GET / HTTP/1.0", host=b"")
    assert (found.version, found.headers) == ("1.0", [])


@pytest.mark.parametrize("host", [b"", b"a.b:8080", b"[::1]:80", b"127.0.0.1", b"a_b"])
def test_hosts(host: bytes) -> None:
    assert head(host=b"Host: " + host).headers == [(b"host", host)]


def refused(status: int, code: str, raw: bytes, about: str = "") -> None:
    with pytest.raises(TmfError) as found:
        read_head(raw)
    assert (found.value.cause.status, found.value.cause.code) == (status, code)
    assert about in found.value.message
    assert found.value.message.endswith(".")


@pytest.mark.parametrize(
    ("line", "status", "code", "about"),
    [
        (b"GET /", 400, "80", "HTTP/1.1"),
        (b"", 400, "80", ""),
        (b"GET  / HTTP/1.1", 400, "80", "one space"),
        (b"GET / HTTP/1.1 ", 400, "80", "one space"),
        (b" GET / HTTP/1.1", 400, "80", ""),
        (b"GET\t/ HTTP/1.1", 400, "80", ""),
        (b"G(T / HTTP/1.1", 400, "80", ""),
        (b"GET /a b HTTP/1.1", 400, "80", ""),
        (b"GET /\xc3\xa9 HTTP/1.1", 400, "80", "percent-encode"),
        (b"GET /a#b HTTP/1.1", 400, "80", "%23"),
        (b"GET a/b HTTP/1.1", 400, "80", "path"),
        (b"GET ftp://x/ HTTP/1.1", 400, "80", "path"),
        (b"CONNECT x:443 HTTP/1.1", 400, "80", "path"),
        (b"GET http://a@b/ HTTP/1.1", 400, "36", "Host"),
        (b"GET / http/1.1", 400, "80", ""),
        (b"GET / HTTP/1.2", 505, "84", "HTTP/1.2"),
        (b"GET / HTTP/0.9", 505, "84", "HTTP/0.9"),
        (b"GET / HTTP/2", 505, "84", "HTTP/2"),
        (b"PRI * HTTP/2.0", 505, "84", "HTTP/2.0"),
        (b"GET /" + b"a" * LINE_BYTES + b" HTTP/1.1", 414, "82", str(LINE_BYTES)),
    ],
)
def test_request_lines_that_are_none(line: bytes, status: int, code: str, about: str) -> None:
    refused(status, code, lines(line, b"Host: x"), about)


@pytest.mark.parametrize(
    ("fields", "status", "code", "about"),
    [
        ([], 400, "36", "Host"),
        ([b"Host: a", b"Host: a"], 400, "36", "Host"),
        ([b"Host: a, b"], 400, "36", "Host"),
        ([b"Host: a b"], 400, "36", "Host"),
        ([b"Host: a/b"], 400, "36", "Host"),
        ([b"Host: \xff"], 400, "36", "Host"),
        ([b"Host: x", b" folded"], 400, "80", "fold"),
        ([b" Host: x"], 400, "80", "fold"),
        ([b"Host : x"], 400, "80", "Host"),
        ([b"Host: x", b"no colon"], 400, "80", "no colon"),
        ([b"Host: x", b": y"], 400, "80", ""),
        ([b"Host: x", b"N\xc3\xa4me: y"], 400, "80", ""),
        ([b"Host: x", b"A: \x00"], 400, "80", "control"),
        ([b"Host: x", b"A: \x7f"], 400, "80", "control"),
        ([b"Host: x", b"A: b\nB: c"], 400, "80", "CRLF"),
        ([b"Host: x", b"A: b\rB: c"], 400, "80", "CRLF"),
        ([b"Host: x", b"A: b\r\r"], 400, "80", "CRLF"),
        ([b"Host: x", b"Content-Length: -1"], 400, "80", "Content-Length"),
        ([b"Host: x", b"Content-Length: +1"], 400, "80", "Content-Length"),
        ([b"Host: x", b"Content-Length: 1 1"], 400, "80", "Content-Length"),
        ([b"Host: x", b"Content-Length: 0x1"], 400, "80", "Content-Length"),
        ([b"Host: x", b"Content-Length: \xb2"], 400, "80", "Content-Length"),
        ([b"Host: x", b"Content-Length:"], 400, "80", "Content-Length"),
        ([b"Host: x", b"Content-Length: " + b"9" * 30], 400, "80", "Content-Length"),
        ([b"Host: x", b"Content-Length: 1", b"content-length: 1"], 400, "80", "Content-Length"),
        ([b"Host: x", b"Content-Length: 1, 1"], 400, "80", "Content-Length"),
        ([b"Host: x", b"Content-Length: 1", b"Transfer-Encoding: chunked"], 400, "80", "beside"),
        ([b"Host: x", b"Transfer-Encoding: gzip, chunked"], 501, "91", "chunked"),
        ([b"Host: x", b"Transfer-Encoding: chunked", b"Transfer-Encoding: x"], 501, "91", ""),
        ([b"Host: x", b"Transfer-Encoding: xchunked"], 501, "91", "chunked"),
        ([b"Host: x", b"Transfer-Encoding: identity"], 501, "91", "chunked"),
        ([b"Host: x", b"Transfer-Encoding:"], 501, "91", "chunked"),
        ([b"Host: x", *[b"A: b"] * FIELDS], 431, "83", str(FIELDS)),
        ([b"Host: x", b"A: " + b"b" * HEAD_BYTES], 431, "83", str(HEAD_BYTES)),
    ],
)
def test_fields_that_are_none(fields: list[bytes], status: int, code: str, about: str) -> None:
    refused(status, code, lines(b"POST / HTTP/1.1", *fields), about)


def test_chunks_belong_to_http_1_1() -> None:
    refused(400, "80", lines(b"POST / HTTP/1.0", b"Transfer-Encoding: chunked"), "HTTP/1.0")


def test_what_is_just_within_the_limits_is_read() -> None:
    assert len(head(*[b"A: b"] * (FIELDS - 1)).headers) == FIELDS
    line = b"GET /%b HTTP/1.1" % (b"a" * (LINE_BYTES - 14))
    assert head(line=line).path == b"/" + b"a" * (LINE_BYTES - 14)
    rest = HEAD_BYTES - len(lines(line, b"Host: x", b"A: "))
    assert head(b"A: " + b"b" * rest, line=line).headers[1] == (b"a", b"b" * rest)


WHOLE = lines(b"POST /a HTTP/1.1", b"Host: x", b"Content-Length: 3", b"", b"")


def test_what_may_become_a_head_is_waited_for() -> None:
    for length in range(len(WHOLE)):
        beginning = bytearray(WHOLE[:length])
        for seen in range(length + 1):
            check_beginning(beginning, seen)


@pytest.mark.parametrize(
    ("beginning", "status"),
    [
        (b"\x16\x03\x01", 400),
        (b"GET /\r\n", 400),
        (b"GET / HTTP/1.1\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\n", 400),
        (b"GET / HTTP/1.1\r\nA: b\rB", 400),
        (b"GET / HTTP/3.0\r\nH", 505),
        (b"GET /" + b"a" * LINE_BYTES, 414),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * HEAD_BYTES, 431),
    ],
)
def test_what_cannot_become_a_head_is_refused_at_once(beginning: bytes, status: int) -> None:
    with pytest.raises(TmfError) as found:
        check_beginning(bytearray(beginning), 0)
    assert found.value.cause.status == status
    with pytest.raises(TmfError):
        bytewise(beginning)


def bytewise(beginning: bytes) -> None:
    for seen in range(len(beginning)):
        check_beginning(bytearray(beginning[: seen + 1]), seen)
