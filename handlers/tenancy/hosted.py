"""One application within another, from its start to its end (ASGI lifespan)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from handlers.http import Receive, Scope, Send
from persistence.store import Store

Message = dict[str, Any]
#: An ASGI application.
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Hosted:
    """An application and the store it serves from."""

    def __init__(self, app: Application, store: Store) -> None:
        self.app, self.store = app, store
        self._told: asyncio.Queue[Message] = asyncio.Queue()
        self._said: asyncio.Queue[Message] = asyncio.Queue()
        self._life: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return when it is ready. Raises what kept it from being so."""
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        self._life = asyncio.create_task(self._run(scope))
        if (said := await self._answer("lifespan.startup")) is not None:
            raise RuntimeError(said)

    async def stop(self) -> None:
        """Return when it has ended; one that did not start has."""
        if self._life is not None and not self._life.done():
            await self._answer("lifespan.shutdown")
            with suppress(asyncio.CancelledError):
                await self._life

    async def _run(self, scope: Message) -> None:
        async def say(message: Any) -> None:
            self._said.put_nowait(dict(message))

        try:
            await self.app(scope, self._told.get, say)
        except Exception as error:
            self._said.put_nowait({"type": "failed", "message": str(error)})

    async def _answer(self, event: str) -> str | None:
        """What went wrong when it was told of an event."""
        self._told.put_nowait({"type": event})
        said = await self._said.get()
        if str(said["type"]).endswith("failed"):
            return str(said.get("message", "")) or "the application does not start"
        return None
