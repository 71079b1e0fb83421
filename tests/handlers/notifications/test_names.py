"""Looking up names: what is found, what is not, and that a slow one holds up nothing."""

import asyncio
from ipaddress import ip_address
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
import uvloop

from handlers.notifications import names
from handlers.notifications.names import addresses_of


def test_a_name_stands_for_its_addresses() -> None:
    assert asyncio.run(addresses_of("127.0.0.1")) == [ip_address("127.0.0.1")]


@pytest.mark.parametrize("name", ["a..b", "x" * 64])
def test_what_is_no_name_has_none(name: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        asyncio.run(addresses_of(name))


def test_names_without_an_answer_hold_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = Event()

    def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        hangs.wait(10)
        return []

    stub = SimpleNamespace(getaddrinfo=getaddrinfo, SOCK_STREAM=None)
    monkeypatch.setattr(names, "socket", stub)

    async def opened_meanwhile() -> None:
        waiting = [asyncio.ensure_future(addresses_of(f"{n}.example")) for n in range(20)]
        async with asyncio.timeout(5):
            server = await asyncio.start_server(lambda *_: None, "localhost", 0)
        server.close()
        assert not any(each.done() for each in waiting)
        hangs.set()
        assert await asyncio.gather(*waiting) == [[]] * 20

    uvloop.run(opened_meanwhile())
