"""One connection after the other: requests in any packets, answers in order, a clear end."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import orjson
import pytest

from handlers.protocol.limits import DROPPED_BYTES, WAITING_BYTES
from tests.handlers.protocol.talking import GET, POST, Talk, echo, talking
from tests.hosting import hosted


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with hosted(echo, lifespan="off") as found:
        yield found


@pytest.fixture
def talk(url: str) -> Iterator[Talk]:
    with talking(url) as found:
        yield found


def asked(talk: Talk) -> dict[str, Any]:
    """What the application was asked, by the next answer."""
    answer = talk.hear()
    assert answer.status == 200
    found: dict[str, Any] = orjson.loads(answer.body)
    return found


def test_requests_follow_each_other(talk: Talk) -> None:
    for _ in range(3):
        talk.say(POST)
        assert asked(talk)["body"] == "abc"
        talk.say(GET)
        assert asked(talk)["method"] == "GET"


def test_packets_may_end_anywhere(talk: Talk) -> None:
    talk.say(*(bytes([byte]) for byte in POST + b"\r\n" + GET))
    assert asked(talk)["body"] == "abc"
    assert asked(talk)["method"] == "GET"


def test_requests_that_do_not_wait_are_answered_in_order(talk: Talk) -> None:
    talk.say(b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(2000)))
    assert [asked(talk)["path"] for _ in range(2000)] == [f"/{n}" for n in range(2000)]


def test_an_answer_has_a_head_as_it_should_be(talk: Talk) -> None:
    talk.say(GET)
    headers = talk.hear().headers
    assert set(headers) == {"date", "content-length"}
    talk.say(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert talk.hear().headers["connection"] == "close"
    assert talk.ended()


def test_http_1_0_ends_with_its_answer(talk: Talk) -> None:
    talk.say(b"GET / HTTP/1.0\r\n\r\n")
    assert asked(talk) == {"method": "GET", "path": "/", "query": "", "host": None, "body": ""}
    assert talk.ended()


def test_a_client_that_says_it_is_done_still_gets_its_answer(talk: Talk) -> None:
    talk.say(POST)
    talk.wire.shutdown(socket.SHUT_WR)
    assert asked(talk)["body"] == "abc"
    assert talk.ended()


@pytest.mark.parametrize("coding", ["length", "chunks"])
def test_a_body_that_waits_when_its_client_is_done_is_whole(talk: Talk, coding: str) -> None:
    body = b"a" * (40 * WAITING_BYTES)
    if coding == "length":
        talk.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body), body)
    else:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        talk.say(head, b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
    talk.wire.shutdown(socket.SHUT_WR)
    assert asked(talk)["body"] == body.decode()
    assert talk.ended()


def test_requests_that_wait_when_their_client_is_done_are_answered(talk: Talk) -> None:
    talk.say(b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in range(50)))
    talk.wire.shutdown(socket.SHUT_WR)
    assert [asked(talk)["path"] for _ in range(50)] == [f"/{n}" for n in range(50)]
    assert talk.ended()


def test_a_body_that_ends_too_early_is_refused(talk: Talk) -> None:
    talk.say(POST[:-1])
    talk.wire.shutdown(socket.SHUT_WR)
    assert talk.hear().error() == (400, "80")
    assert talk.ended()


def test_chunks(talk: Talk) -> None:
    talk.say(
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"3\r\nab", b"c\r\n", b"3\r\ndef\r\n0\r\n\r\n" + GET,
    )  # fmt: skip
    assert asked(talk)["body"] == "abcdef"
    assert asked(talk)["method"] == "GET"


def test_a_large_body_comes_through_whole(talk: Talk) -> None:
    sent = b"0123456789abcdef" * 2**16
    talk.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(sent) + sent)
    assert asked(talk)["body"].encode() == sent
    chunks = b"".join(b"10\r\n0123456789abcdef\r\n" for _ in range(5000))
    talk.say(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", chunks)
    talk.say(b"0\r\n\r\n" + GET)
    assert asked(talk)["body"].encode() == sent[: 5000 * 16]
    assert asked(talk)["method"] == "GET"


def test_a_client_that_waits_is_told_to_go_on(talk: Talk) -> None:
    head, _, body = POST.partition(b"\r\n\r\n")
    talk.say(head + b"\r\nExpect: 100-continue\r\n\r\n")
    assert talk.hear().status == 100
    talk.say(body)
    assert asked(talk)["body"] == "abc"
    talk.say(head + b"\r\nExpect: 100-continue\r\n\r\n" + body)
    assert asked(talk)["body"] == "abc"


def test_a_body_that_looks_like_a_request_is_a_body(talk: Talk) -> None:
    """Of a request that offers another protocol, in the same packet or in the next."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    head += b"HTTP2-Settings: AAEAAEAAAAIAAAAA\r\nContent-Length: %d\r\n\r\n" % len(GET)
    talk.say(head + GET)
    assert asked(talk)["body"].encode() == GET
    talk.say(head)
    assert talk.quiet(0.05)
    talk.say(GET)
    assert asked(talk)["body"].encode() == GET
    talk.say(GET)
    assert asked(talk)["method"] == "GET"


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        (b"GET /\r\n", (400, "80")),
        (b"GET /\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n", (400, "80")),
        (b"GET / HTTP/1.1\r\n\r\n", (400, "36")),
        (b"GET / HTTP/2.0\r\n\r\n", (505, "84")),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (400, "80")),
        (b"GET /" + b"a" * 2**20, (414, "82")),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 2**20, (431, "83")),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 50_000 + b"\r\n", (431, "83")),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", (501, "91")),
        (POST.replace(b"3", b"3\r\nContent-Length: 3"), (400, "80")),
        (POST.replace(b"3", b"3\r\nTransfer-Encoding: chunked"), (400, "80")),
    ],
)
def test_what_cannot_be_read_on_is_refused_and_ends(
    raw: bytes, refusal: tuple[int, str], talk: Talk
) -> None:
    talk.say(GET + raw)
    assert asked(talk)["method"] == "GET"
    answer = talk.hear()
    assert answer.error() == refusal
    assert answer.headers["connection"] == "close"
    assert talk.ended()


def test_a_refusal_of_head_has_no_body(talk: Talk) -> None:
    talk.say(b"HEAD / HTTP/1.1\r\n\r\n")
    assert talk.hear(bodiless=True).status == 400
    assert talk.ended()


def test_nothing_behind_a_broken_body_is_a_request(talk: Talk) -> None:
    talk.say(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + GET)
    assert talk.hear().error() == (400, "80")
    assert talk.ended()


async def refusing(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers before it knows the body."""
    await send(
        {"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]}
    )
    await send({"type": "http.response.body"})


def posting(size: int, *more: bytes) -> bytes:
    fields = b"".join(field + b"\r\n" for field in more)
    return b"POST / HTTP/1.1\r\nHost: x\r\n%bContent-Length: %d\r\n\r\n" % (fields, size)


def test_a_body_that_nobody_wants_is_read_over() -> None:
    with hosted(refusing, lifespan="off") as url, talking(url) as talk:
        talk.say(posting(DROPPED_BYTES))
        answer = talk.hear()
        assert (answer.status, "connection" in answer.headers) == (404, False)
        talk.say(b"a" * DROPPED_BYTES + GET)
        assert talk.hear().status == 404


@pytest.mark.parametrize(
    "head",
    [
        posting(8 * 2**20),
        posting(3, b"Expect: 100-continue"),
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_a_body_that_is_in_the_way_ends_the_connection(head: bytes) -> None:
    with hosted(refusing, lifespan="off") as url, talking(url) as talk:
        talk.say(head)
        answer = talk.hear()
        assert (answer.status, answer.headers["connection"]) == (404, "close")
        assert talk.ended()
        talk.say(b"a" * 2**20, GET)  # what is still sent is taken, not answered with a reset


async def sending(scope: Any, receive: Any, send: Any) -> None:
    """An application that sends what its path says, in pieces, without a length."""
    if scope["path"] == "/fault":
        raise ZeroDivisionError
    headers = {"/broken": [(b"x", b"a\r\nb: c")], "/short": [(b"content-length", b"9")]}
    start = {"status": 200, "headers": headers.get(scope["path"], [])}
    await send({"type": "http.response.start", **start})
    for piece in (b"ab", b"", b"cd"):
        await asyncio.sleep(0.01)
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


def test_answers_in_pieces() -> None:
    with hosted(sending, lifespan="off") as url, talking(url) as talk:
        talk.say(GET)
        answer = talk.hear()
        assert (answer.headers["transfer-encoding"], answer.body) == ("chunked", b"abcd")
        talk.say(b"HEAD" + GET[3:])
        assert talk.hear(bodiless=True).status == 200
        talk.say(GET[:-4].replace(b"1.1", b"1.0") + b"\r\n\r\n")
        answer = talk.hear()
        assert (answer.headers["connection"], answer.body) == ("close", b"abcd")


@pytest.mark.parametrize("path", [b"/fault", b"/broken"])
def test_an_application_that_fails_is_a_500(path: bytes) -> None:
    with hosted(sending, lifespan="off") as url, talking(url) as talk:
        talk.say(GET.replace(b"/", path, 1))
        assert talk.hear().error() == (500, "90")
        assert talk.ended()


def test_an_answer_that_is_short_is_cut_off() -> None:
    with hosted(sending, lifespan="off") as url, talking(url) as talk:
        talk.say(GET.replace(b"/", b"/short", 1))
        assert talk.rest().endswith(b"\r\n\r\nabcd")


def send_all(talk: Talk, size: int) -> int:
    """Send so many bytes; how many were sent before the server took no more for a while."""
    sent = 0
    with suppress(TimeoutError):
        while sent < size:
            sent += talk.wire.send(b"a" * min(WAITING_BYTES, size - sent))
    return sent


def test_an_application_that_reads_slowly_holds_its_client_back() -> None:
    goes = asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        loops.append(asyncio.get_running_loop())
        await goes.wait()
        await echo(scope, receive, send)

    size = 24 * 2**20
    with hosted(slow, lifespan="off") as url, talking(url) as talk:
        talk.wire.settimeout(0.5)
        talk.say(posting(size))
        sent = send_all(talk, size)
        assert 0 < sent < size
        loops[0].call_soon_threadsafe(goes.set)
        talk.wire.settimeout(20)
        assert send_all(talk, size - sent) == size - sent
        assert len(orjson.loads(talk.hear().body)["body"]) == size
