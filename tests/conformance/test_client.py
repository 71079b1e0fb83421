"""How the kit reaches a server: by token, certificate and proxy, at a pace, with secrets masked."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest

from conformance.client import Answer, Client, NoAnswer, Session
from conformance.options import OAuth2, Options
from tests.certificates import certificate
from tests.conformance.gated import Asked, gated


def answers(url: str, count: int = 1, **options: Any) -> tuple[list[Answer], Session]:
    """What a server says to some requests, one after the other, and what was exchanged."""

    async def all_of_them() -> tuple[list[Answer], Session]:
        client = Client(url, Options(url=url, timeout=5, **options))
        session = Session(client)
        try:
            return [await session.send("GET", "/customer") for _ in range(count)], session
        finally:
            await client.close()

    return asyncio.run(all_of_them())


def welcoming(asked: Asked) -> tuple[int, bytes]:
    return 200, b"[]"


def guarded(lifetimes: list[int]) -> Callable[[Asked], tuple[int, bytes]]:
    """A server with a token endpoint, whose tokens last so many seconds, one after the other."""
    given: list[str] = []
    basic = b64encode(b"kit:s3cret").decode()

    def manner(asked: Asked) -> tuple[int, bytes]:
        if asked.target == "/token":
            form = parse_qs(asked.body.decode())
            right = asked.headers.get("authorization") == f"Basic {basic}"
            if not right or form != {"grant_type": ["client_credentials"], "scope": ["tmf"]}:
                return 401, b'{"error":"invalid_client"}'
            given.append(f"token-{len(given)}")
            token = {"access_token": given[-1], "token_type": "Bearer"}
            return 200, orjson.dumps(token | {"expires_in": lifetimes[len(given) - 1]})
        right = bool(given) and asked.headers.get("authorization") == f"Bearer {given[-1]}"
        return (200, b"[]") if right else (401, b"{}")

    return manner


def test_a_token_is_had_once_and_again_when_it_runs_out() -> None:
    with gated(guarded([3600, 3600])) as server:
        access = OAuth2(f"{server.url}/token", "kit", "s3cret", "tmf")
        said, session = answers(server.url, 3, oauth2=access)
    assert [answer.status for answer in said] == [200, 200, 200]
    assert [asked.target for asked in server.asked].count("/token") == 1
    assert "token-0" not in str(session.exchanges) and "s3cret" not in str(session.exchanges)
    # A token that lasts for less than the leeway is as good as none.
    with gated(guarded([5, 5, 5])) as server:
        access = OAuth2(f"{server.url}/token", "kit", "s3cret", "tmf")
        said, _ = answers(server.url, 3, oauth2=access)
    assert [answer.status for answer in said] == [200, 200, 200]
    assert [asked.target for asked in server.asked].count("/token") == 3


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ((401, b'{"error":"invalid_client"}'), "401"),
        ((200, b"no json"), "token"),
        ((200, b"{}"), "token"),
        ((200, b"[1]"), "token"),
    ],
)
def test_no_token_is_no_answer(token: tuple[int, bytes], said: str) -> None:
    with gated(lambda asked: token if asked.target == "/token" else (200, b"[]")) as server:
        access = OAuth2(f"{server.url}/token", "kit", "wrong")
        with pytest.raises(NoAnswer, match=said):
            answers(server.url, oauth2=access)
    assert [asked.target for asked in server.asked] == ["/token"]


def test_a_certificate_is_trusted_when_it_is_named(tmp_path: Path) -> None:
    pem, key = certificate(tmp_path, "server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    with gated(welcoming, context) as server:
        with pytest.raises(NoAnswer, match="certificate"):
            answers(server.url)
        assert answers(server.url, ca=pem)[0][0].status == 200
        assert answers(server.url, insecure=True)[0][0].status == 200


@pytest.mark.parametrize("trust", ["ca", "insecure"])
def test_a_server_that_asks_for_a_certificate_gets_that_of_the_client(
    tmp_path: Path, trust: str
) -> None:
    (pem, key), (mine, my_key) = (certificate(tmp_path, name) for name in ("server", "client"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    context.load_verify_locations(mine)
    context.verify_mode = ssl.CERT_REQUIRED
    options: dict[str, Any] = {"ca": pem} if trust == "ca" else {"insecure": True}
    with gated(welcoming, context) as server:
        with pytest.raises(NoAnswer):
            answers(server.url, **options)
        given = answers(server.url, client_cert=mine, client_key=my_key, **options)
    assert given[0][0].status == 200


def test_a_proxy_is_asked_instead_of_the_server() -> None:
    with gated(welcoming) as proxy:
        said, _ = answers("http://tmf.example/base", proxy=proxy.url)
    assert said[0].status == 200
    assert [asked.target for asked in proxy.asked] == ["http://tmf.example/base/customer"]


def test_a_proxy_that_is_not_there_is_no_answer() -> None:
    with gated(welcoming) as server, pytest.raises(NoAnswer):
        answers(server.url, proxy="http://127.0.0.1:9")
    assert server.asked == []


def test_headers_are_sent_each_time_and_secrets_are_masked() -> None:
    mine = (("X-Tenant", "blue"), ("X-Api-Key", "s3cret"))
    with gated(welcoming) as server:
        _, session = answers(server.url, 2, headers=mine)
    for asked in server.asked:
        assert (asked.headers["x-tenant"], asked.headers["x-api-key"]) == ("blue", "s3cret")
    assert "blue" in str(session.exchanges) and "s3cret" not in str(session.exchanges)


@pytest.mark.parametrize(("pace", "least"), [({"rate": 20.0}, 0.15), ({"delay": 0.05}, 0.2)])
def test_requests_keep_the_pace(pace: dict[str, float], least: float) -> None:
    with gated(welcoming) as server:
        begun = monotonic()
        answers(server.url, 4, **pace)
        assert monotonic() - begun >= least


@pytest.mark.parametrize(
    ("status", "after"),
    [(429, "0"), (429, None), (503, "0"), (429, "Thu, 01 Jan 1970 00:00:00 GMT")],
)
def test_a_server_that_wants_to_be_asked_later_is(status: int, after: str | None) -> None:
    refusals = iter([status, status])
    headers = {"Retry-After": after} if after else {}
    with gated(lambda asked: (next(refusals, 200), b"[]"), headers=headers) as server:
        said, session = answers(server.url)
    assert said[0].status == 200
    assert len(server.asked) == 3
    assert len(session.exchanges) == 1


def test_a_server_that_never_allows_more_gives_no_answer() -> None:
    refusing = gated(lambda asked: (429, b"{}"), headers={"Retry-After": "0"})
    with refusing as server, pytest.raises(NoAnswer, match="--rate"):
        answers(server.url)
    assert len(server.asked) == 4


def test_an_outage_without_an_end_is_an_answer() -> None:
    for headers in ({}, {"Retry-After": "0"}):
        with gated(lambda asked: (503, b"{}"), headers=headers) as server:
            assert answers(server.url)[0][0].status == 503
