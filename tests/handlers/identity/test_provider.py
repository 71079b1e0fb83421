"""A provider's keys: had when they are needed, kept while it is away, forgotten when it says so."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from handlers.identity import provider as module
from handlers.identity.provider import PAUSE, RENEWAL, Provider
from handlers.identity.refusals import PROVIDER_IS_BACK
from tests.handlers.asking import refused
from tests.handlers.clock import Clock
from tests.handlers.conftest import Start
from tests.handlers.identity.issuing import CONFIGURATION, Issuing, issuing, new_key
from tests.handlers.identity.test_tokens import PATH
from tests.handlers.serving import Server
from tmf_apis.tmf630.errors import TmfError


@pytest.fixture
def own() -> Iterator[Issuing]:
    with issuing() as provider:
        yield provider


def get(server: Server, token: str) -> httpx.Response:
    return server.client.get(PATH, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("kind", ["RSA", "EC", "OKP"])
def test_tokens_of_each_kind_of_key_are_taken(kind: str, start: Start, own: Issuing) -> None:
    own.keys = [new_key("a"), new_key("b", kind)]
    server = start(authentication=True, issuers=(own.url,))
    assert get(server, own.token(own.keys[1])).status_code == 200
    assert get(server, own.token(own.keys[0])).status_code == 200
    assert own.asked == [CONFIGURATION, "/keys"]


def test_a_token_may_leave_out_which_key_it_is_where_there_is_one(
    start: Start, own: Issuing
) -> None:
    server = start(authentication=True, issuers=(own.url,))
    assert get(server, own.token(head={"kid": None})).status_code == 200


def test_types_and_audience_are_the_operators(start: Start, own: Issuing) -> None:
    server = start(
        authentication=True, issuers=(own.url,), token_types=("jwt",), audience="https://x"
    )
    assert get(server, own.token(head={"typ": "JWT"}, aud=["a", "https://x"])).status_code == 200
    refused(get(server, own.token(aud="https://x")), 401, "40")


FAULTS: dict[str, Any] = {
    "slow": 0.6,
    "failing": (500, []),
    "huge": b'{"keys": [' + b" " * (module.LARGEST + 1) + b"]}",
    "redirecting": (302, [(b"location", b"/elsewhere")]),
    "no JSON": b"<html>",
    "no object": b"[]",
    "of another": b'{"issuer": "https://other.example", "jwks_uri": "https://other.example/k"}',
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_provider_that_gives_no_keys_makes_tokens_wait(
    fault: str, start: Start, own: Issuing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    server = start(authentication=True, issuers=(own.url,))
    own.fault = FAULTS[fault]
    answer = get(server, own.token())
    refused(answer, 503, "92", "provider")
    assert answer.headers["retry-after"] == str(PROVIDER_IS_BACK)
    asked = len(own.asked)
    assert get(server, own.token()).status_code == 503
    assert (len(own.asked), "/elsewhere" in own.asked) == (asked, False)


def test_a_provider_that_is_not_there_makes_tokens_wait(start: Start) -> None:
    with issuing() as gone:
        pass
    refused(get(start(authentication=True, issuers=(gone.url,)), gone.token()), 503, "92")


class Fetching:
    """Gives the key sets that a test lays out, and counts."""

    def __init__(self, *keys: Any) -> None:
        self.keys: Any = list(keys)
        self.away = False
        self.count = 0

    async def __call__(self, url: str) -> dict[str, Any]:
        if url.endswith(CONFIGURATION):
            self.count += 1
            if self.away:
                raise module.Away("gone")
            return {"issuer": "https://login.example", "jwks_uri": "https://login.example/keys"}
        keys = [k if isinstance(k, dict) else k.as_dict(private=False) for k in self.keys]
        return {"keys": keys}


def provided(fetch: Fetching, clock: Clock, changes: list[int] | None = None) -> Provider:
    heard: list[int] = [] if changes is None else changes
    return Provider("https://login.example", lambda: heard.append(1), fetch, clock)


def test_an_unknown_key_has_them_fetched_once_a_minute_at_most() -> None:
    async def tried() -> None:
        fetch, clock = Fetching(new_key("one")), Clock()
        provider = provided(fetch, clock)
        assert await provider.key("one") is not None
        for _ in range(3):
            assert await provider.key("two") is None
        assert fetch.count == 1
        fetch.keys.append(new_key("two"))
        clock.now += PAUSE
        found = await asyncio.gather(*(provider.key("two") for _ in range(5)))
        assert None not in found
        assert fetch.count == 2

    asyncio.run(tried())


def test_while_it_is_away_known_keys_serve_new_ones_wait_and_it_recovers_by_itself() -> None:
    async def tried() -> None:
        fetch, clock = Fetching(new_key("one")), Clock()
        provider = provided(fetch, clock)
        assert await provider.key("one") is not None
        fetch.away = True
        fetch.keys.append(new_key("two"))
        for _ in range(60):
            clock.now += 10
            await provider.look_again()
            assert await provider.key("one") is not None
            try:
                assert await provider.key("two") is None
            except TmfError as error:
                assert error.cause.status == 503
        with pytest.raises(TmfError):
            await provider.key("two")
        fetch.away = False
        clock.now += PROVIDER_IS_BACK
        assert await provider.key("two") is not None

    asyncio.run(tried())


def test_a_key_that_is_revoked_is_forgotten_and_that_is_told() -> None:
    async def tried() -> None:
        fetch, clock, changes = Fetching(new_key("one"), new_key("two")), Clock(), list[int]()
        provider = provided(fetch, clock, changes)
        assert await provider.key("one") is not None
        del fetch.keys[0]
        await provider.look_again()
        assert await provider.key("one") is not None
        clock.now += RENEWAL
        await provider.look_again()
        assert (await provider.key("one"), changes) == (None, [1])
        assert await provider.key("two") is not None

    asyncio.run(tried())


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "kid": "x", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "x", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "kid": "x"},
        {"kty": "new", "kid": "x"},
        {**new_key("x").as_dict(private=False), "use": "enc"},
        {**new_key("x").as_dict(private=False), "kid": 7},
        {"kid": "x"},
    ],
)
def test_keys_that_verify_nothing_are_passed_over(key: dict[str, Any]) -> None:
    async def tried() -> None:
        provider = provided(Fetching(key, new_key("one")), Clock())
        assert await provider.key("one") is not None
        assert await provider.key("x") is None

    asyncio.run(tried())


def test_a_set_of_very_many_keys_is_none() -> None:
    async def tried() -> None:
        keys = [{"kty": "new"}] * (module.MOST + 1)
        with pytest.raises(TmfError):
            await provided(Fetching(*keys), Clock()).key("one")

    asyncio.run(tried())
