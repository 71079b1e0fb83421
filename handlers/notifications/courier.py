"""A courier serves one subscription while it holds its lease.

It reads the log on, picks what the subscription asks for, and posts it: the events of one
resource one after the other, those of several at once. What it did is written down several
times a second, so that whoever comes after a sudden end begins a little before it: an event may
come twice, and none is lost.
"""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic

from handlers.notifications import dead
from handlers.notifications.dead import Letter
from handlers.notifications.feed import Feed
from handlers.notifications.notice import Notice
from handlers.notifications.pace import Pace, pause
from handlers.notifications.posting import Post, Undelivered
from handlers.notifications.subscription import Subscription, microseconds, save
from persistence.errors import Stale
from persistence.store import Store
from tmf_apis.settings import Settings
from tmf_apis.tmf630.instants import instant, now_text
from tmf_apis.tmf630.subscriptions import interest

#: Seconds a lease lasts, and after which it is renewed.
LEASE = 6.0
RENEW = 2.0
#: Seconds between two notes of how far the delivery is.
NOTE = 0.2
#: Events that are read but not yet delivered, at most.
MOST_PENDING = 256
#: Seconds to wait for new events: at first, and after a quiet time.
SHORTEST_WAIT, LONGEST_WAIT = 0.03, 0.25


class Lost(Exception):
    """The lease is somebody else's now, or the subscription is gone."""


@dataclass(slots=True)
class _Parcel:
    """An event to deliver; `letter` when it is a dead letter that gets another chance."""

    notice: Notice
    letter: Letter | None = None


class Courier:
    """Serves a subscription whose lease was taken in the name of `worker`."""

    def __init__(
        self,
        store: Store,
        feed: Feed,
        settings: Settings,
        subscription: Subscription,
        post: Post,
    ) -> None:
        self._store = store
        self._feed = feed
        self._settings = settings
        self._subscription = subscription
        self._post = post
        self._interest = interest(subscription.query, subscription.event)
        self._pace = Pace(settings.delivery_at_once)
        self._read = subscription.delivery.position
        self._lanes: dict[tuple[str, str], deque[_Parcel]] = {}
        #: The events that are read and not done, by number, in order.
        self._pending: dict[int, _Parcel] = {}
        #: The dead letters that are out again.
        self._again: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failing = subscription.delivery.failing
        self._error = subscription.delivery.error
        self._leased = monotonic() + LEASE
        self._noted = monotonic()
        self._broken: BaseException | None = None

    async def run(self) -> None:
        """Serve until cancelled, or until the subscription is paused, or `Lost`."""
        wait = SHORTEST_WAIT
        try:
            while not self._is_hopeless():
                found = await self._take_up()
                await self._note_down()
                wait = SHORTEST_WAIT if found else min(wait * 1.5, LONGEST_WAIT)
                is_idle = not found or len(self._pending) >= MOST_PENDING
                await asyncio.sleep(wait if is_idle else 0)
                if self._broken is not None:
                    raise self._broken
            await self._save(paused=microseconds(), holder="", until=0)
        finally:
            await self._stop()

    async def hand_over(self) -> None:
        """Write down how far it came and give the lease back, so that another can go on."""
        with suppress(Lost):
            await self._save(holder="", until=0)

    def again(self, letter: Letter) -> None:
        """Give a dead letter another chance."""
        if letter.record.id not in self._again:
            self._again.add(letter.record.id)
            self._put(_Parcel(letter.notice(), letter))

    async def _take_up(self) -> bool:
        """Read the log on, as far as there is room; whether there was anything."""
        if len(self._pending) >= MOST_PENDING:
            return True
        notices = await self._feed.after(self._read)
        for notice in notices:
            if notice.concerns(self._subscription.base_path, self._interest):
                parcel = _Parcel(notice)
                self._pending[notice.sequence] = parcel
                self._put(parcel)
            self._read = notice.sequence
        return bool(notices)

    def _put(self, parcel: _Parcel) -> None:
        resource = parcel.notice.resource
        if (lane := self._lanes.get(resource)) is not None:
            lane.append(parcel)
            return
        self._lanes[resource] = deque([parcel])
        task = asyncio.create_task(self._serve(resource))
        self._tasks.add(task)
        task.add_done_callback(self._served)

    def _served(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._broken = task.exception()

    async def _serve(self, resource: tuple[str, str]) -> None:
        """Deliver the events of one resource, in order."""
        lane = self._lanes[resource]
        while lane:
            parcel = lane[0]
            await self._deliver(parcel)
            lane.popleft()
            self._pending.pop(parcel.notice.sequence, None)
        del self._lanes[resource]

    async def _deliver(self, parcel: _Parcel) -> None:
        """Post an event until the listener takes it, or bury it."""
        body = parcel.notice.sent(self._interest)
        for failures in range(self._settings.delivery_attempts):
            if failures:
                await asyncio.sleep(pause(failures))
            try:
                await self._attempt(body)
            except Undelivered as error:
                fault = str(error)
                continue
            if parcel.letter is not None:
                await dead.remove(self._store, parcel.letter)
                self._again.discard(parcel.letter.record.id)
            return
        await self._bury(parcel, fault)

    async def _attempt(self, body: bytes) -> None:
        async with self._pace.turn():
            if monotonic() > self._leased:
                raise Lost(self._subscription.id)
            try:
                await self._post.deliver(body)
            except Undelivered as error:
                self._failing = self._failing or microseconds()
                self._error = str(error)
                raise
            self._failing = 0

    async def _bury(self, parcel: _Parcel, error: str) -> None:
        attempts, now = self._settings.delivery_attempts, now_text(instant(microseconds()))
        if parcel.letter is None:
            await dead.bury(self._store, self._subscription, parcel.notice, attempts, error, now)
            return
        attempts += parcel.letter.about["attempts"]
        changes = {"attempts": attempts, "error": error, "at": now, "replay": False}
        await dead.change(self._store, parcel.letter, **changes)
        self._again.discard(parcel.letter.record.id)

    def _is_hopeless(self) -> bool:
        """Whether there was nothing but failure for so long that the subscription is paused."""
        span = self._settings.pause_after * 1_000_000
        return bool(self._failing) and microseconds() - self._failing > span

    @property
    def _position(self) -> int:
        """All events up to this number are done."""
        return next(iter(self._pending), self._read + 1) - 1

    async def _note_down(self) -> None:
        """Write down how far it is and renew the lease, when either is due."""
        now, seen = monotonic(), self._subscription.delivery
        moved = (self._position, bool(self._failing)) != (seen.position, bool(seen.failing))
        if (moved and now - self._noted >= NOTE) or self._leased - now < LEASE - RENEW:
            await self._save(until=microseconds() + int(LEASE * 1_000_000))
            self._leased = now + LEASE

    async def _save(self, **changes: object) -> None:
        self._noted = monotonic()
        delivery = replace(
            self._subscription.delivery,
            position=self._position,
            failing=self._failing,
            error=self._error,
            **changes,  # type: ignore[arg-type]
        )
        try:
            self._subscription = await save(self._store, self._subscription, delivery)
        except Stale as error:
            raise Lost(self._subscription.id) from error

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._post.close()


async def take(store: Store, subscription: Subscription, worker: str) -> Subscription | None:
    """The subscription with its lease taken, or None when somebody else was quicker."""
    until = microseconds() + int(LEASE * 1_000_000)
    leased = replace(subscription.delivery, holder=worker, until=until)
    try:
        return await save(store, subscription, leased)
    except Stale:
        return None
