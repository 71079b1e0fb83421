"""Our own HTTP client: what of an answer it takes (R-1010)."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from handlers.notifications.wire import Connections

REQUEST = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def posted(*answers: bytes, times: int = 1) -> tuple[list[int], int]:
    """The statuses of some posts to a server that gives these answers, one a request, and how
    many connections that took. An empty answer closes the connection instead.
    """
    left = list(answers)
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while left:
            try:
                await reader.readexactly(len(REQUEST))
            except asyncio.IncompleteReadError:
                break
            answer = left.pop(0)
            writer.write(answer)
            if not answer or b"close" in answer:
                break
        writer.close()

    async def run() -> list[int]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        wire = Connections("x", server.sockets[0].getsockname()[1], None)
        try:
            return [await wire.post("127.0.0.1", REQUEST) for _ in range(times)]
        finally:
            wire.close()
            server.close()

    return asyncio.run(run()), connections


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
NONE = b"HTTP/1.1 204 No Content\r\n\r\n"
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
TO_THE_END = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nsome text"
EARLY = b"HTTP/1.1 102 Processing\r\n\r\n" + NONE


def test_a_connection_is_used_again() -> None:
    assert posted(OK, NONE, CHUNKED, OK, times=4) == ([200, 204, 201, 200], 1)


def test_a_connection_that_closes_is_not() -> None:
    assert posted(CLOSING, TO_THE_END, OK, times=3) == ([200, 200, 200], 3)


def test_what_comes_before_the_answer_is_passed_over() -> None:
    assert posted(EARLY, OK, times=2) == ([204, 200], 1)


def test_a_kept_connection_that_went_away_is_replaced() -> None:
    assert posted(OK, b"", OK, times=2) == ([200, 200], 2)


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nclose", b"SSH-2.0 close\r\n",
     b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"close"],
    ids=["nothing", "cut short", "not HTTP", "a head without end"],
)  # fmt: skip
def test_what_is_no_answer_is_an_error(answer: bytes) -> None:
    with pytest.raises(OSError, match=r"closed|not HTTP|too long"):
        posted(answer)
