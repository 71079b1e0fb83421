"""The log of events as the couriers of one process read it: each page once for all of them."""

from collections import OrderedDict
from time import monotonic

from handlers.notifications.notice import Notice
from handlers.turnstile import Turnstile
from persistence.store import Store

#: Events read at once.
PAGE = 100
#: Pages that are remembered; subscriptions that keep up read the same ones.
_PAGES = 8
#: Bytes of the pages that are remembered beside the last one; decoded they take several times that.
_BYTES = 4 * 1024 * 1024
#: Seconds for which it is believed that nothing follows.
FRESH = 0.05


class Feed:
    """Reads the log on from a sequence number."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pages: OrderedDict[int, tuple[float, list[Notice]]] = OrderedDict()
        self._settled = 0.0
        #: Who does something with what was read comes through here.
        self.turnstile = Turnstile()
        #: The greatest number that was read.
        self._head = 0

    async def after(self, position: int) -> list[Notice]:
        """Events that follow a number, in order; an empty list when there is none yet."""
        found = self._pages.get(position)
        if found is not None and (found[1] or self._is_end(position, found[0])):
            return found[1]
        # What is in the log is delivered first, however much waits to be moved there.
        notices = await self._read(position)
        if not notices and await self.settle():
            notices = await self._read(position)
        self._pages[position] = (monotonic(), notices)
        self._head = max(self._head, notices[-1].sequence if notices else 0)
        self._pages.move_to_end(position)
        self._forget()
        return notices

    def _forget(self) -> None:
        """Let go of the oldest pages, where they are many or large."""
        sizes = [sum(notice.size for notice in page) for _, page in self._pages.values()]
        left = sum(sizes)
        for count, size in zip(range(len(sizes), 1, -1), sizes, strict=False):
            if count <= _PAGES and left <= _BYTES:
                return
            self._pages.popitem(last=False)
            left -= size

    def _is_end(self, position: int, looked: float) -> bool:
        """Whether nothing follows a number behind which nothing was found a moment ago."""
        return position >= self._head and monotonic() - looked < FRESH

    async def settle(self) -> bool:
        """Have events that wait beside their resources moved into the log; whether any were.

        Nothing is done when it was just done.
        """
        now = monotonic()
        if now - self._settled < FRESH:
            return False
        self._settled = now
        return await self._store.settle() > 0

    async def _read(self, position: int) -> list[Notice]:
        return [Notice(logged) for logged in await self._store.events(position, PAGE)]
