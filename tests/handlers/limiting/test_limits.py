"""Who asks too often, or for too much at once, waits; nobody else does."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from handlers.identity.keys import make_first
from handlers.protocol.connection import Connection
from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import case
from tests.handlers.permission.callers import caller
from tests.handlers.protocol.talking import GET, Talk, talking
from tests.handlers.serving import Server
from tests.hosting import hosted

CUSTOMER = case("TMF629-v4/customer")
#: Slow enough that a test never gets its tokens back.
RATES = ("read=0.05", "list=0.05", "write=0.05")


@contextmanager
def of(server: Server, address: str) -> Iterator[httpx.Client]:
    """A client behind a proxy of this machine, at an address of its own."""
    headers = {"X-Forwarded-For": address, "Accept-Encoding": "identity"}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        yield client


def told(answer: httpx.Response) -> tuple[str, str]:
    return answer.headers["ratelimit-policy"], answer.headers["ratelimit"]


@pytest.fixture(scope="module")
def limited(start: Start) -> Server:
    return start(rates=RATES)


def test_each_kind_of_request_has_a_limit_of_its_own(limited: Server) -> None:
    with of(limited, "198.51.100.1") as client:
        made = client.post(CUSTOMER.path, json=CUSTOMER.create_body())
        assert told(made) == ('"write";q=1;w=20', '"write";r=0;t=20')
        listed = client.get(CUSTOMER.path)
        assert told(listed) == ('"list";q=1;w=20', '"list";r=0;t=20')
        path = CUSTOMER.item(shown(made, 201)["id"])
        assert told(client.get(path)) == ('"read";q=1;w=20', '"read";r=0;t=20')
        for method, where in (("POST", CUSTOMER.path), ("DELETE", path), ("PATCH", path)):
            refused(client.request(method, where, json={}), 429, "85", "writes")
        refused(client.get(CUSTOMER.path), 429, "85", "lists")
        answer = client.get(path)
        refused(answer, 429, "85", "You send more than 0.05 reads a second")
        assert re.fullmatch("1[0-9]|20", answer.headers["retry-after"])
        assert told(answer)[0] == '"read";q=1;w=20'
        assert client.head(path).status_code == 429


def test_one_client_at_its_limit_is_in_nobodys_way(limited: Server) -> None:
    with of(limited, "198.51.100.2") as one, of(limited, "198.51.100.3") as other:
        assert one.get(CUSTOMER.path).status_code == 200
        assert one.get(CUSTOMER.path).status_code == 429
        assert other.get(CUSTOMER.path).status_code == 200


def test_probes_are_always_answered(limited: Server) -> None:
    with of(limited, "198.51.100.4") as client:
        for _ in range(3):
            answer = client.get("/health")
            assert answer.status_code == 200
            assert "ratelimit" not in answer.headers


def test_a_client_is_who_its_token_says(start: Start, tmp_path: Path) -> None:
    make_first(tmp_path)
    server = start(authentication=True, keys=tmp_path, rates=("list=0.05",))
    with (
        caller(server, "admin", sub="ann", client_id="desk") as ann,
        caller(server, "admin", sub="bob", client_id="desk") as bob,
        caller(server, "admin", sub="bob", client_id="phone") as phone,
        caller(server, "admin", sub="carl") as carl,
    ):
        assert ann.client.get(CUSTOMER.path).status_code == 200
        assert bob.client.get(CUSTOMER.path).status_code == 429
        assert phone.client.get(CUSTOMER.path).status_code == 200
        assert carl.client.get(CUSTOMER.path).status_code == 200
        assert carl.client.get(CUSTOMER.path).status_code == 429
    with of(server, "198.51.100.5") as stranger:
        statuses = [stranger.get(CUSTOMER.path).status_code for _ in range(3)]
        assert statuses == [401, 429, 429]


def test_so_many_are_under_way_at_once(start: Start) -> None:
    server = start(at_once=("write=1",))
    body = b'{"name":"Jo"}'
    head = f"POST {CUSTOMER.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    address = httpx.URL(server.url)
    with socket.create_connection((address.host, address.port or 80), 30) as wire:
        slow = Talk(wire)
        slow.say(head.encode(), body[:3])
        assert server.client.get(CUSTOMER.path).status_code == 200
        answer = server.client.post(CUSTOMER.path, json=CUSTOMER.create_body())
        refused(answer, 429, "85", "1 writes of yours are under way")
        assert answer.headers["retry-after"] == "1"
        assert "ratelimit" not in answer.headers
        slow.say(body[3:])
        assert slow.hear().status in (201, 400)
    shown(server.client.post(CUSTOMER.path, json=CUSTOMER.create_body()), 201)


def test_without_limits_nothing_is_told(server: Server) -> None:
    answer = server.client.get(CUSTOMER.path)
    assert not {"ratelimit", "ratelimit-policy"} & set(answer.headers)


async def hello(scope: object, receive: object, send: object) -> None:
    """Answers everything alike."""
    assert callable(send)
    length = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": b""})


def test_more_than_so_many_connections_are_turned_away() -> None:
    few = partial(Connection, most=2)
    with hosted(hello, http=few, lifespan="off") as url, talking(url) as one, talking(url) as two:
        for talk in (one, two):
            talk.say(GET)
            assert talk.hear().status == 200
        with talking(url) as three:
            assert three.hear().error() == (503, "92")
        one.say(GET)
        assert one.hear().status == 200


def test_more_than_so_many_streams_are_refused(start: Start) -> None:
    server = start(development=True, max_streams=1)
    with server.client.stream("GET", "/events/stream") as first:
        assert first.status_code == 200
        answer = server.client.get("/events/stream")
        refused(answer, 503, "92", "1 streams are sent already")
        assert answer.headers["retry-after"] == "10"
    with server.client.stream("GET", "/events/state") as other:
        assert other.status_code == 200
