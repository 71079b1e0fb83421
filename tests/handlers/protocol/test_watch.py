"""Who takes too long is ended, who holds too much gives way; nobody else notices."""

import asyncio
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from handlers.protocol import connection, pace, watch
from tests.handlers.protocol.talking import GET, POST, Talk, echo, talking
from tests.hosting import hosted

#: Seconds that stand for the ten that clients have.
SHORT = 0.4


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch, "LOOK", 0.05)
        patch.setattr(watch, "UNFINISHED_BYTES", 2**20)
        patch.setattr(connection, "HEAD_SECONDS", SHORT)
        for module in (connection, pace):
            patch.setattr(module, "SILENCE_SECONDS", SHORT)
        unhurried = partial(connection.Connection, slowest=100)
        with hosted(echo, lifespan="off", timeout_keep_alive=2, http=unhurried) as found:
            yield found


@pytest.fixture
def talk(url: str) -> Iterator[Talk]:
    with talking(url) as found:
        yield found


class Steadily:
    """Sends a piece again and again, as long as the server takes it."""

    def __init__(self, talk: Talk, piece: bytes, pause: float) -> None:
        self._talk, self._piece, self._pause = talk, piece, pause
        self._goes = True
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._goes = False
        self._thread.join()

    def _run(self) -> None:
        while self._goes:
            try:
                self._talk.say(self._piece)
            except OSError:
                return
            time.sleep(self._pause)


def test_a_connection_without_a_request_ends(talk: Talk) -> None:
    assert talk.ended()


def test_a_head_that_comes_slowly_is_given_up(talk: Talk) -> None:
    talk.say(b"GET / HTTP/1.1\r\nHost: x\r\nA: ")
    began = time.monotonic()
    with Steadily(talk, b"b", SHORT / 10):
        assert talk.hear().error() == (408, "81")
        assert time.monotonic() - began < 4 * SHORT


def test_an_idle_connection_is_kept_longer(talk: Talk) -> None:
    talk.say(GET)
    talk.hear()
    assert talk.quiet(2 * SHORT)
    talk.say(GET)
    assert talk.hear().status == 200


@pytest.mark.parametrize("length", [b"Content-Length: 1000000", b"Transfer-Encoding: chunked"])
def test_a_body_that_stalls_is_given_up(length: bytes, talk: Talk) -> None:
    talk.say(b"POST / HTTP/1.1\r\nHost: x\r\n" + length + b"\r\n\r\n1\r\na\r\n")
    answer = talk.hear()
    assert answer.error() == (408, "81")
    assert answer.headers["connection"] == "close"
    assert talk.ended()


def test_a_body_that_trickles_is_given_up(talk: Talk) -> None:
    talk.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
    with Steadily(talk, b"a", SHORT / 10):
        assert talk.hear().error() == (408, "81")


def test_a_body_that_comes_steadily_is_taken(talk: Talk) -> None:
    size = 400
    talk.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size)
    for _ in range(size // 20):  # twice as fast as it must be, three times as long as silence
        talk.say(b"a" * 20)
        time.sleep(SHORT / 4)
    assert talk.hear().status == 200


def test_who_waits_to_be_told_to_go_on_is_not_silent() -> None:
    async def thinking(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(3 * SHORT)
        await echo(scope, receive, send)

    with hosted(thinking, lifespan="off") as url, talking(url) as talk:
        talk.say(POST[:-7] + b"\r\nExpect: 100-continue\r\n\r\n")
        assert talk.hear().status == 100
        talk.say(b"abc")
        assert talk.hear().status == 200


def test_a_client_that_takes_nothing_is_given_up() -> None:
    gone = threading.Event()

    async def talkative(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        piece = {"type": "http.response.body", "body": b"a" * 2**20, "more_body": True}
        watching = asyncio.ensure_future(receive())
        assert (await watching)["type"] == "http.request"
        watching = asyncio.ensure_future(receive())
        while not watching.done():
            await send(piece)
            await asyncio.sleep(0)
        gone.set()

    with hosted(talkative, lifespan="off") as url, talking(url) as talk:
        talk.say(GET)
        assert gone.wait(10)


def test_the_oldest_of_too_many_unfinished_bodies_gives_way(url: str, talk: Talk) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 700000\r\n\r\n"
    with talking(url) as other:
        talk.say(head + b"a" * 600_000)
        assert talk.quiet(0.1)
        other.say(head, b"b" * 600_000)
        answer = talk.hear()
        assert answer.error() == (503, "92")
        assert answer.headers["retry-after"]
        assert talk.ended()
        other.say(b"b" * 100_000)
        assert other.hear().status == 200


def test_one_body_may_be_larger_than_all_should_be(talk: Talk) -> None:
    talk.say(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n", b"a" * 3_000_000)
    assert talk.hear().status == 200


def test_the_oldest_of_too_many_answers_that_nobody_takes_gives_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size = 24 * 2**20
    monkeypatch.setattr(watch, "UNTAKEN_BYTES", size + size // 2)

    async def large(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-length", b"%d" % size)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"a" * size})

    with hosted(large, lifespan="off") as url, talking(url) as first, talking(url) as second:
        first.say(GET)
        assert not first.quiet(5)
        second.say(GET)
        assert len(second.hear().body) == size
        assert len(first.rest()) < size


def test_a_standstill_of_the_server_is_nobodys_silence() -> None:
    async def standing(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/stand":
            time.sleep(3 * SHORT)
        await echo(scope, receive, send)

    with hosted(standing, lifespan="off") as url, talking(url) as talk, talking(url) as other:
        talk.say(POST[:-1])
        other.say(GET.replace(b"/", b"/stand", 1))
        time.sleep(SHORT)
        talk.say(POST[-1:])
        assert talk.hear().status == 200
