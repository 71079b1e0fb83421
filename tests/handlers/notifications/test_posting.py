"""Names are resolved and judged at delivery, and tokens fetched (D18)."""

import asyncio
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest

from handlers.notifications import posting
from handlers.notifications.access import (
    Access,
    AccessError,
    Credentials,
    access_for,
    read_access,
)
from handlers.notifications.posting import Post, Undelivered
from tests.handlers.notifications.listening import Listener
from tmf_apis.tmf630.callbacks import CallbackRules


def deliver(callback: str, **rules: Any) -> str:
    """What becomes of a delivery: the error, or nothing."""

    async def posted() -> str:
        post = Post(callback, CallbackRules(**rules), timeout=2)
        try:
            await post.deliver(b"{}", "an-id", 1)
        except Undelivered as error:
            return str(error)
        finally:
            post.close()
        return ""

    return asyncio.run(posted())


@pytest.fixture
def resolves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses every name stands for."""
    addresses: list[str] = []

    async def addresses_of(host: str) -> list[Any]:
        return [ip_address(address) for address in addresses]

    monkeypatch.setattr(posting, "addresses_of", addresses_of)
    return addresses


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "::ffff:127.0.0.1", "fd00::1"],
)
def test_names_of_forbidden_addresses_are_refused(address: str, resolves: list[str]) -> None:
    resolves.extend(["93.184.215.14", address])
    told = deliver("http://rebound.example/")
    assert told == "rebound.example has an address that this server does not post to"


def test_the_connection_goes_to_the_address_that_was_judged(
    resolves: list[str], listener: Listener
) -> None:
    resolves.append("127.0.0.1")
    callback = listener.callback()
    path, port = callback.removeprefix(listener.url), httpx.URL(callback).port
    named = f"http://partner.example:{port}{path}"
    assert deliver(named, networks=("127.0.0.0/8",)) == ""
    [one] = listener.at(callback)
    assert one.headers["host"] == f"partner.example:{port}"


def test_what_cannot_be_reached_says_so(resolves: list[str]) -> None:
    assert "has no address" in deliver("http://nowhere.example/")
    assert deliver("http://127.0.0.1:1/", development=True)
    assert deliver("https://127.0.0.1:1/", development=True)


def test_a_callback_is_posted_to_exactly_as_given(listener: Listener) -> None:
    callback = f"{listener.callback()}/a%2Fb?x=%20y&z"
    assert deliver(callback, development=True) == ""
    [one] = listener.at(callback)
    assert one.headers["content-type"] == "application/json"


def test_entries_hold_below_their_url() -> None:
    entry = Credentials("https://partner.example/in", bearer="x")
    assert entry.holds_for("https://partner.example/in/box?x")
    assert entry.holds_for("https://partner.example/in")
    assert not entry.holds_for("https://partner.example/inside")
    assert not entry.holds_for("http://partner.example/in")
    assert not entry.holds_for("https://partner.example.evil.example/in")
    assert access_for("https://other.example/", [entry]) is None


def test_client_credentials_fetch_a_token_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"access_token": f"t{len(asked)}", "expires_in": 3600})

    class Client(httpx.AsyncClient):
        def __init__(self, **options: Any) -> None:
            super().__init__(transport=httpx.MockTransport(answer), **options)

    monkeypatch.setattr("handlers.notifications.access.httpx.AsyncClient", Client)
    credentials = Credentials(
        "https://partner.example/", "", "https://id.example/token", "me", "secret", "events"
    )

    async def tokens() -> list[str]:
        access = Access(credentials)
        found = [await access.token(), await access.token()]
        access.forget()
        return [*found, await access.token()]

    assert asyncio.run(tokens()) == ["t1", "t1", "t2"]
    assert asked[0].content == b"grant_type=client_credentials&scope=events"
    assert asked[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "text",
    ["x: 1", "- callback: nothing\n  bearer: x", "- callback: https://x.example/", ": : :",
     "- {callback: 'https://x.example/', bearer: x, oauth2: {token_url: 'https://x.example/',"
     " client_id: a, client_secret: b}}"],
)  # fmt: skip
def test_a_file_that_is_wrong_says_so(text: str, tmp_path: Path) -> None:
    file = tmp_path / "access.yaml"
    file.write_text(text)
    with pytest.raises(AccessError, match=r"access\.yaml"):
        read_access(file)


def test_a_file_is_read(tmp_path: Path) -> None:
    assert read_access(None) == ()
    file = tmp_path / "access.yaml"
    file.write_text(
        "- callback: https://a.example/\n  bearer: x\n"
        "- callback: https://b.example/\n  oauth2:\n    token_url: https://id.example/t\n"
        "    client_id: me\n    client_secret: s\n"
    )
    one, two = read_access(file)
    assert (one.bearer, two.client_id, two.scope) == ("x", "me", "")
