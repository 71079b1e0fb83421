"""The application of a server with tenants: each request goes to that of its tenant, or nowhere.

Tenants come, change and go when the server is told to look at its files again. One that comes is
made ready in another thread: nobody waits for it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from handlers.hangup import on_hangup
from handlers.http import Receive, Response, Scope, Send
from handlers.identity.refusals import missing
from handlers.problems import respond
from handlers.roots import HEALTH, READY, alive, ready
from handlers.tenancy.choosing import Choosing
from handlers.tenancy.hosted import Hosted
from handlers.tenancy.telling import about, name_tenants
from tmf_apis.tenants import Tenant, TenantsError
from tmf_apis.tmf630.errors import MISDIRECTED, TmfError

logger = logging.getLogger(__name__)

#: Who there is now. Raises `TenantsError`.
Read = Callable[[], Mapping[str, Tenant]]
#: The application of a tenant, which is not yet started.
Make = Callable[[Tenant], Hosted]
#: Makes what a new tenant is served from ready. Blocks.
Prepare = Callable[[Tenant], object]


class House:
    """An ASGI application; `asking` says whether who asks is asked who they are."""

    def __init__(
        self, read: Read, make: Make, prepare: Prepare, *, claim: str, asking: bool
    ) -> None:
        self._read, self._make, self._prepare = read, make, prepare
        self._claim, self._asking = claim, asking
        self._tenants: dict[str, Tenant] = {}
        self._hosted: dict[str, Hosted] = {}
        self._choosing = Choosing({}, claim)
        self._again = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on to the application of its tenant."""
        if scope["type"] != "http":
            await self._live(receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        name = self._choosing.chosen(host, headers.get(b"authorization", b""))
        if name is not None:
            with about(name):
                await self._hosted[name].app(scope, receive, send)
            return
        try:
            response = await self._own(scope["path"])
        except Exception as error:
            response = respond(error)
        await response.send(send, with_body=scope["method"] != "HEAD")

    async def _own(self, path: str) -> Response:
        """What is answered for no tenant: the probes. Raises `TmfError` for all else."""
        if path == HEALTH:
            return alive()
        if path == READY:
            return await ready(one.store for one in self._hosted.values())
        if self._asking:
            raise missing(on_page=False)
        raise TmfError(MISDIRECTED, "Host: no tenant goes by this name; ask TENANT.NAME-OF-SERVER.")

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and end with the server (ASGI lifespan)."""
        await receive()
        name_tenants()
        try:
            await self._move(new=False)
        except Exception as error:
            await self._end()
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        forget = on_hangup(self._again.set)
        following = asyncio.create_task(self._follow())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        forget()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await self._end()
        await send({"type": "lifespan.shutdown.complete"})

    async def _follow(self) -> None:
        """Look who is there whenever told to."""
        while await self._again.wait():
            self._again.clear()
            try:
                await self._move(new=True)
            except TenantsError as error:
                logger.error("the tenants stay as they were: %s", error)
            except Exception:
                logger.exception("the tenants")

    async def _move(self, *, new: bool) -> None:
        """Have those who are there now, and nobody else; `new` ones are made ready first.

        One that cannot be served is in nobody's way, once the server has started.
        """
        wanted = dict(self._read())
        for name in [name for name in self._tenants if name not in wanted]:
            del self._tenants[name]
            gone = self._hosted.pop(name)
            self._choosing = Choosing(self._tenants, self._claim)
            await gone.stop()
        for name, tenant in wanted.items():
            if self._tenants.get(name) == tenant:
                continue
            try:
                await self._settle(tenant, new=new)
            except Exception:
                if not new:
                    raise
                logger.exception("the tenant %s stays as it was", name)

    async def _settle(self, tenant: Tenant, *, new: bool) -> None:
        if new:
            await asyncio.to_thread(self._prepare, tenant)
        before = self._hosted.get(tenant.name)
        with about(tenant.name):
            hosted = await asyncio.to_thread(self._make, tenant)
            await hosted.start()
        self._tenants[tenant.name], self._hosted[tenant.name] = tenant, hosted
        self._choosing = Choosing(self._tenants, self._claim)
        if before is not None:
            await before.stop()

    async def _end(self) -> None:
        await asyncio.gather(*(one.stop() for one in self._hosted.values()))
