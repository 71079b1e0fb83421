"""An answer in one piece says what ASGI's two messages say."""

import asyncio
from typing import Any

import pytest

from handlers.http import Response
from handlers.protocol.answers import CLOSING, ENDING
from handlers.protocol.exchange import Exchange
from handlers.protocol.head import read_head

METHODS = ("GET", "HEAD", "POST")
ANSWERS = {
    "a resource": Response(200, b'{"id":"1"}', {"ETag": '"1.1"', "Location": "/caf\xe9"}),
    "a page": Response(206, b"<p>", {}, media=b"text/html"),
    "hints": Response(201, b"{}", {}, hints=("/name: give one", "/état: too long")),
    "nothing": Response(204),
    "nothing new": Response(304, b"", {"ETag": '"1.1"'}),
    "elsewhere": Response(308, b"", {"Location": "/"}),
    "empty": Response(200),
}


class Line:
    """A connection that keeps what is sent."""

    def __init__(self) -> None:
        self.sent = b""
        self.answers = 0

    def write(self, data: bytes) -> None:
        self.sent += data

    async def drained(self) -> None:
        raise AssertionError("a whole answer waits for nobody")

    def wanted(self) -> None:
        raise AssertionError("nothing is wanted")

    def answered(self) -> None:
        self.answers += 1


def _exchange(method: str, more: str = "") -> tuple[Exchange, Line]:
    line = Line()
    head = read_head(f"{method} / HTTP/1.1\r\nHost: x{more}".encode())
    return Exchange(line, head), line


def _answered(exchange: Exchange, response: Response, *, at_once: bool) -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if at_once:
            exchange.at_once(response)
        else:
            await response.send(send, with_body=exchange.head.method != b"HEAD")

    asyncio.run(exchange.run(app, {}))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("response", ANSWERS.values(), ids=ANSWERS)
def test_one_piece_says_what_two_messages_say(response: Response, method: str) -> None:
    sent = []
    for at_once in (True, False):
        exchange, line = _exchange(method)
        _answered(exchange, response, at_once=at_once)
        assert (line.answers, exchange.answered, exchange.keep_alive) == (1, True, True)
        sent.append(line.sent)
    assert sent[0] == sent[1]
    head, _, body = sent[0].partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % response.status)
    assert body == (b"" if method == "HEAD" else response.body)


@pytest.mark.parametrize("value", ["a\r\nset-cookie: b", "a\nb", "a\rb", "a\0b"])
def test_a_header_that_would_not_stay_in_its_line_is_an_error_of_the_server(value: str) -> None:
    exchange, line = _exchange("GET")
    _answered(exchange, Response(200, b"{}", {"Location": value}), at_once=True)
    assert line.sent.startswith(b"HTTP/1.1 500 ")
    assert b"set-cookie" not in line.sent
    assert not exchange.keep_alive


@pytest.mark.parametrize(("length", "goes_on"), [("0", True), ("65537", False)])
def test_a_body_that_is_in_the_way_ends_the_connection(length: str, goes_on: bool) -> None:
    exchange, line = _exchange("POST", f"\r\nContent-Length: {length}")
    _answered(exchange, Response(200, b"{}"), at_once=True)
    assert exchange.keep_alive is goes_on
    assert (ENDING if goes_on else CLOSING) + b"{}" in line.sent
    assert (CLOSING in line.sent) is not goes_on


def test_nothing_is_sent_to_who_is_gone_nor_twice() -> None:
    exchange, line = _exchange("GET")
    exchange.lose()
    exchange.at_once(Response(200, b"{}"))
    assert line.sent == b""
    exchange, line = _exchange("GET")
    exchange.at_once(Response(200, b"{}"))
    before = line.sent
    exchange.at_once(Response(200, b"{}"))
    assert (line.sent, line.answers) == (before, 1)
