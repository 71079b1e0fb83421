"""Whoever is asked over HTTP, the authorities that are trusted are read once: it takes a while."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Any

import pytest

from handlers.flow.activation import Activation, NotActivated
from handlers.identity.provider import Away, fetched
from handlers.notifications.access import Credentials, access_for
from handlers.trust import trusted
from tests.handlers.flow.refusing import Network, network

Ask = Callable[[str], Coroutine[Any, Any, Any]]


@pytest.fixture(scope="module")
def asked() -> Iterator[Network]:
    with network() as found:
        yield found


async def activated(url: str) -> None:
    await Activation(url).ask({"id": "1"}, {"id": "1", "kind": "activate", "about": {}})


async def given_access(url: str) -> None:
    access = access_for(url, [Credentials(url, token_url=url, client_id="a", client_secret="b")])
    assert access is not None
    await access.token()


@pytest.mark.parametrize("ask", [activated, given_access, lambda url: fetched(url, {"a": "b"})])
def test_they_are_read_once(asked: Network, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    made = ssl.create_default_context

    def reading(*args: Any, **given: Any) -> ssl.SSLContext:
        read.append(args)
        return made(*args, **given)

    trusted.cache_clear()
    monkeypatch.setattr(ssl, "create_default_context", reading)
    before = len(asked.keys)
    for _ in range(3):
        with suppress(Away, NotActivated, ValueError):
            asyncio.run(ask(asked.url))
    assert (len(asked.keys) - before, len(read)) == (3, 1)
