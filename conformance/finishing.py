"""Work that is not left half done by whoever gives up waiting for it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Value = TypeVar("Value")


async def to_the_end(work: Coroutine[Any, Any, Value]) -> Value:
    """What some work gives; who is cancelled meanwhile is so once it has ended."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        task.cancelled() or task.exception()
        raise
