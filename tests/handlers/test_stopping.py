"""A server that is told to stop answers what runs and ends all else, at once; no sooner."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import orjson
import pytest

from tests.handlers.facts import case
from tests.handlers.protocol.talking import Talk, talking
from tests.handlers.serving import PATIENCE
from tests.proofs.serving import Served

CUSTOMER = case("TMF629-v4/customer")
#: Seconds until nothing is left, and so many more on a machine that does other things as well.
SOON, SLACK = 2.0, 2.0
TOKEN = "the-token-of-an-administrator"


@pytest.fixture(params=[1, 2])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    server = Served(
        tmp_path, "--no-sample-data", "--workers", str(request.param), "--admin-token", TOKEN
    )
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def asking(method: bytes, target: str, *fields: bytes) -> bytes:
    return b"\r\n".join(
        (b"%b %b HTTP/1.1" % (method, target.encode()), b"Host: x", *fields, b"", b"")
    )


def test_what_stalls_does_not_keep_a_server_that_stops(served: Served) -> None:
    with ExitStack() as stack:

        def connected() -> Talk:
            return stack.enter_context(talking(served.origin))

        stream, idle, head, body, slow = (connected() for _ in range(5))
        stream.say(asking(b"GET", "/events/stream", b"Authorization: Bearer " + TOKEN.encode()))
        idle.say(asking(b"GET", "/health"))
        assert idle.hear().status == 200
        head.say(b"GET / HTTP")
        body.say(asking(b"POST", CUSTOMER.path, b"Content-Length: 100") + b"{")
        sent = orjson.dumps(CUSTOMER.create_body())
        slow.say(asking(b"POST", CUSTOMER.path, b"Content-Length: %d" % len(sent)), sent[:10])
        time.sleep(0.3)
        began = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        time.sleep(0.15)
        slow.say(sent[10:])
        answer = slow.hear()
        assert (answer.status, answer.headers["connection"]) == (201, "close")
        assert served.process.wait(PATIENCE) == 0
        assert time.monotonic() - began < SOON + SLACK
        assert stream.rest().endswith(b"0\r\n\r\n")
        assert idle.ended()
        assert head.ended()
        assert body.hear().error() == (503, "92")


def test_a_connection_lives_longer_than_a_client_keeps_it(tmp_path: Path) -> None:
    """httpx keeps one for five seconds: ended by both at once, a request would be lost."""
    server = Served(tmp_path, "--no-sample-data")
    try:
        server.wait()
        with talking(server.origin) as talk:
            for pause in (0, 6):
                time.sleep(pause)
                talk.say(asking(b"GET", "/health"))
                assert talk.hear().status == 200
    finally:
        server.stop()


def test_a_server_whose_workers_begin_ends_at_once(tmp_path: Path) -> None:
    server = Served(tmp_path, "--no-sample-data", "--workers", "4")
    try:
        server.wait()  # For the first of them.
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0
        assert time.monotonic() - began < SOON + SLACK
    finally:
        server.stop()
