"""The worker of tasks waits where it cannot work: it never takes the server from its clients."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from handlers.bell import Bell
from handlers.tasks.worker import Worker
from persistence.errors import Unavailable


class Away:
    """A store that answers nothing, at once: as SQLite does whose file is gone."""

    def __init__(self) -> None:
        self.asked = 0

    async def get(self, *about: Any) -> Any:
        self.asked += 1
        await asyncio.sleep(0)
        raise Unavailable("the file is gone")


def test_a_store_that_is_away_is_asked_with_pauses() -> None:
    store = Away()
    worker = Worker(store, [], Bell())  # type: ignore[arg-type]
    kind = SimpleNamespace(service=SimpleNamespace(collection=None), states=frozenset())
    holding = SimpleNamespace(record=SimpleNamespace(id="task"))

    async def half_a_second() -> None:
        async with asyncio.timeout(0.5):
            await worker._patiently(kind, "1", holding)  # type: ignore[arg-type]

    with pytest.raises(TimeoutError):
        asyncio.run(half_a_second())
    assert 1 <= store.asked <= 5
