"""A crowd with lists that nobody asked for before: others are answered in between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from handlers.app import create_app
from handlers.operations import Operations
from persistence.opening import open_store
from tmf_apis.catalog import choose
from tmf_apis.settings import Settings

Message = dict[str, Any]
PATH = "/tmf-api/productOrderingManagement/v5/productOrder"
CROWD = 60


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Operations]:
    """An application on an empty store that has begun, and ends with the block."""
    settings = Settings(store=f"sqlite:///{folder}/tmf.db", sample_data=False, tasks=False)
    app = create_app(settings, choose(), open_store(settings.store))
    told, ready = asyncio.Queue[Message](), asyncio.Event()

    async def send(message: Message) -> None:
        assert not message["type"].endswith("failed"), message
        ready.set()

    living = asyncio.create_task(app({"type": "lifespan", "state": {}}, told.get, send))
    for what in ("startup", "shutdown"):
        ready.clear()
        told.put_nowait({"type": f"lifespan.{what}"})
        await ready.wait()
        if what == "startup":
            yield app
    await living


async def status(app: Operations, path: str, query: str = "") -> int:
    """The status of the answer to a GET."""
    found: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            found.append(message["status"])

    scope = {
        "type": "http", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await app(scope, receive, send)
    return found[0]


async def order_of_answers(app: Operations, queries: list[str]) -> list[str]:
    """In which order lists are answered, and the read of one order that is asked for last."""
    order: list[str] = []

    async def lists(query: str) -> None:
        assert await status(app, PATH, query) == 200
        order.append(query)

    async def reads() -> None:
        assert await status(app, f"{PATH}/none") == 404
        order.append("read")

    await asyncio.gather(*(lists(query) for query in queries), reads())
    return order


def test_who_reads_one_record_waits_for_few_of_them(tmp_path: Path) -> None:
    async def scenario() -> list[str]:
        async with started(tmp_path) as app:
            return await order_of_answers(app, [f"description=d{n}" for n in range(CROWD)])

    order = asyncio.run(scenario())
    assert len(order) == CROWD + 1
    assert order.index("read") < 10


def test_lists_that_were_asked_for_before_do_not_wait(tmp_path: Path) -> None:
    async def scenario() -> list[str]:
        queries = [f"description=d{n}" for n in range(CROWD)]
        async with started(tmp_path) as app:
            await order_of_answers(app, queries)
            return await order_of_answers(app, queries)

    assert asyncio.run(scenario()).index("read") > CROWD / 2
