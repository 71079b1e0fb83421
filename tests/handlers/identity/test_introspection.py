"""A token that says nothing is asked about: it holds as its provider says, and no longer."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import time
from typing import Any
from urllib.parse import parse_qs

import httpx
import orjson
import pytest

from handlers.identity.introspection import HOLDS, Introspection
from handlers.identity.provider import Away
from handlers.identity.refusals import BadToken
from handlers.identity.tokens import LARGEST
from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.identity.issuing import Issuing
from tests.handlers.identity.test_tokens import PATH
from tests.handlers.serving import Server
from tests.hosting import hosted
from tmf_apis.settings import SettingsError, read_settings
from tmf_apis.tmf630.errors import TmfError

SECRET = "the secret of the client"
TOKEN = "opaque-0815"


@dataclass
class Telling:
    """A provider that says what tokens are, by the tokens, and what it was asked."""

    told: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        form = parse_qs((await receive())["body"].decode())
        [token], [hint] = form["token"], form["token_type_hint"]
        assert hint == "access_token"
        self.asked.append((token, dict(scope["headers"])[b"authorization"].decode()))
        body = orjson.dumps(self.told.get(token, {"active": False}))
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@contextmanager
def telling() -> Iterator[tuple[Telling, str]]:
    provider = Telling()
    with hosted(provider, lifespan="off") as url:
        yield provider, f"{url}/introspect"


def get(server: Server, token: str) -> httpx.Response:
    return server.client.get(PATH, headers={"Authorization": f"Bearer {token}"})


def test_a_token_is_what_its_provider_says(start: Start, provider: Issuing) -> None:
    with telling() as (teller, url):
        server = start(
            authentication=True, introspection=url, introspection_client="tmf",
            introspection_secret=SECRET, issuers=(provider.url,),
        )  # fmt: skip
        teller.told = {
            TOKEN: {"active": True, "sub": "ann", "roles": ["admin"], "exp": time() + 60},
            "weak": {"active": True, "client_id": "shop", "roles": ["nothing"]},
        }
        assert get(server, TOKEN).status_code == 200
        assert get(server, TOKEN).status_code == 200
        [(token, authorization)] = teller.asked
        assert token == TOKEN
        assert authorization == httpx.BasicAuth("tmf", SECRET)._auth_header
        refused(get(server, "weak"), 403, "41")
        refused(get(server, "unknown"), 401, "40")
        # What is a JWT speaks for itself.
        before = len(teller.asked)
        assert get(server, provider.token()).status_code == 200
        assert len(teller.asked) == before
        teller.status = 500
        answer = get(server, "another")
        refused(answer, 503, "92")
        assert "retry-after" in answer.headers
        assert get(server, TOKEN).status_code == 200


def claims(told: Any, token: str = TOKEN) -> Any:
    async def ask(url: str, form: Any, who: Any) -> Any:
        assert (url, form["token"], who) == ("https://a.example/i", token, ("tmf", SECRET))
        if isinstance(told, Exception):
            raise told
        return told

    asked = Introspection("https://a.example/i", "tmf", SECRET, "tmf-apis", ask)
    return asyncio.run(asked.claims(token, 1000.0))


@pytest.mark.parametrize(
    "told",
    [
        {"active": True, "sub": "ann"},
        {"active": True, "client_id": "shop"},
        {"active": True, "sub": "ann", "aud": "tmf-apis", "exp": 1001, "nbf": 999},
        {"active": True, "sub": "ann", "aud": ["other", "tmf-apis"]},
        {"active": True, "sub": "ann", "exp": 971, "nbf": 1030.0},
    ],
)
def test_what_holds_is_taken(told: Any) -> None:
    assert claims(told) == told


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, "not active"),
        ({"active": "true", "sub": "ann"}, "not active"),
        ({"active": 1, "sub": "ann"}, "not active"),
        ({"active": True}, "of nobody"),
        ({"active": True, "sub": 7}, "of nobody"),
        ({"active": True, "sub": "ann", "aud": "other"}, "another audience"),
        ({"active": True, "sub": "ann", "aud": []}, "another audience"),
        ({"active": True, "sub": "ann", "exp": 970}, "exp does not hold"),
        ({"active": True, "sub": "ann", "exp": "soon"}, "exp is no time"),
        ({"active": True, "sub": "ann", "exp": True}, "exp is no time"),
        ({"active": True, "sub": "ann", "nbf": 1031}, "nbf does not hold"),
    ],
)
def test_what_does_not_hold_is_not(told: Any, why: str) -> None:
    with pytest.raises(BadToken, match=why):
        claims(told)


def test_a_long_token_is_not_even_asked_about() -> None:
    with pytest.raises(BadToken, match="more than"):
        claims(AssertionError(), "x" * (LARGEST + 1))


def test_a_provider_that_is_away_makes_tokens_wait() -> None:
    with pytest.raises(TmfError) as refusal:
        claims(Away("it is away"))
    assert refusal.value.cause.status == 503


def test_of_many_with_one_token_one_asks() -> None:
    asked = 0

    async def ask(url: str, form: Any, who: Any) -> Any:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.01)
        return {"active": True, "sub": "ann"}

    async def many() -> None:
        introspection = Introspection("https://a.example/i", "tmf", SECRET, "tmf-apis", ask)
        first = asyncio.create_task(introspection.claims(TOKEN, 0.0))
        others = [asyncio.create_task(introspection.claims(TOKEN, 0.0)) for _ in range(9)]
        await asyncio.sleep(0)
        first.cancel()  # Who went away does not end it for the others.
        told = await asyncio.gather(*others)
        assert all(each["sub"] == "ann" for each in told)

    asyncio.run(many())
    assert asked == 1
    assert HOLDS <= 60


def test_it_is_asked_for_where_tokens_are() -> None:
    with pytest.raises(SettingsError, match="TMF_INTROSPECTION asks for TMF_AUTHENTICATION=1"):
        read_settings({"TMF_INTROSPECTION": "https://a.example/i"})
