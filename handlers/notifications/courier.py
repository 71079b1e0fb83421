"""A courier serves one subscription while it holds its lease.

It reads the log on, picks what the subscription asks for, and posts it: the events of one
resource one after the other, those of several at once. What it did is written down several
times a second, so that whoever comes after a sudden end begins a little before it: an event may
come twice, and none is lost. When there is nothing to do for a while it gives the lease back, and
the subscription costs nothing until an event concerns it again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from time import monotonic
from urllib.parse import urlsplit

from handlers.aside import behind
from handlers.notifications import dead
from handlers.notifications.dead import Letter
from handlers.notifications.feed import Feed
from handlers.notifications.notice import Notice
from handlers.notifications.pace import Failures, Pace
from handlers.notifications.posting import Post, Undelivered
from handlers.notifications.presence import Presence
from handlers.notifications.subscription import (
    Delivery,
    Subscription,
    microseconds,
    reread,
    save,
)
from persistence.errors import Missing, Stale
from persistence.store import Store
from tmf_apis.settings import Settings
from tmf_apis.tmf630.instants import instant, now_text
from tmf_apis.tmf630.query import ALWAYS
from tmf_apis.tmf630.subscriptions import interest

logger = logging.getLogger(__name__)

#: Seconds without anything to do after which the lease is given back.
LINGER = 3.0
#: Seconds between two notes of how far the delivery is.
NOTE = 0.2
#: Events that are read but not yet delivered, at most, and bytes of them.
MOST_PENDING, MOST_BYTES = 256, 4 * 1024 * 1024
#: Seconds between two looks whether anything is due.
LOOK = 1.0
#: Attempts that must have failed in a row before an event is given up, however old it is.
LEAST_ATTEMPTS = 3
#: Seconds between two words in the log about a listener that takes nothing.
QUIET = 600.0
#: Seconds that posts under way have to end when the lease is to be given back.
GRACE = 2.0


class Lost(Exception):
    """The lease is somebody else's now, or the subscription is gone."""


@dataclass(slots=True)
class _Parcel:
    """An event to deliver; `letter` when it is a dead letter that gets another chance."""

    notice: Notice
    letter: Letter | None = None


class Courier:
    """Serves a subscription whose lease was taken by this worker, with so many posts at once."""

    def __init__(
        self,
        store: Store,
        feed: Feed,
        settings: Settings,
        presence: Presence,
        subscription: Subscription,
        post: Post,
        at_once: int,
        note_every: Callable[[], float] = lambda: NOTE,
    ) -> None:
        self._store = store
        self._feed = feed
        self._settings = settings
        self._presence = presence
        self._subscription = subscription
        self._lease = subscription.delivery.lease
        self._post = post
        self._note_every = note_every
        self._interest = interest(subscription.query, subscription.event)
        self._pace = Pace(at_once)
        self._read = subscription.delivery.position
        self._lanes: dict[tuple[str, str], deque[_Parcel]] = {}
        #: The events that are read and not done, by number, in order, and their size.
        self._pending: dict[int, _Parcel] = {}
        self._size = 0
        #: The dead letters that are out again, and up to which request all were.
        self._again: set[str] = set()
        self._replayed = subscription.delivery.replayed
        self._tasks: set[asyncio.Task[None]] = set()
        #: Those of the tasks that are in the middle of a post.
        self._posting: set[asyncio.Task[None] | None] = set()
        self._failing = subscription.delivery.failing
        self._error = subscription.delivery.error
        self._noted = self._busy = monotonic()
        #: When the log was told last; of a row of failures that goes on it was told before.
        self._told = monotonic() if self._failing else -inf
        self._woken = asyncio.Event()
        self._closing = False
        self._broken: BaseException | None = None

    async def run(self) -> None:
        """Serve until nothing is left to do, until asked to let go, or until `Lost`."""
        try:
            while not self._is_over():
                self._woken.clear()
                more = await self._take_up()
                await self._take_letters()
                await self._note_down()
                if not more:
                    await self._wait(self._note_every() if self._has_news() else LOOK)
                if self._broken is not None:
                    raise self._broken
            await self._wind_up()
            await self._save(
                lease="", **({"paused": microseconds()} if self._is_hopeless() else {})
            )
        finally:
            await self._stop()

    async def _wait(self, seconds: float) -> None:
        """Return when there may be something to do, or after some seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    def let_go(self) -> None:
        """Begin no post any more, and give the lease back as soon as those under way ended."""
        self._closing = True
        self._woken.set()

    async def _take_up(self) -> bool:
        """Read the log on by a page, as far as there is room; whether there may be more."""
        await self._feed.turnstile.through()
        notices = await self._feed.after(self._read) if self._has_room() else []
        wanted = await self._wanted(notices)
        for notice in notices:
            if notice.sequence in wanted:
                parcel = _Parcel(notice)
                self._pending[notice.sequence] = parcel
                self._size += notice.size
                self._put(parcel)
            self._read = notice.sequence
            if not self._has_room():
                break
        return bool(notices)

    async def _wanted(self, notices: Sequence[Notice]) -> frozenset[int]:
        """The numbers of the events that the subscription asks for."""
        base_path, asked = self._subscription.base_path, self._interest

        def wanted() -> frozenset[int]:
            return frozenset(n.sequence for n in notices if n.concerns(base_path, asked))

        own = (notice for notice in notices if notice.is_of(base_path))
        effort = 0 if asked.where == ALWAYS else sum(notice.effort(asked) for notice in own)
        return await behind(effort, wanted)

    def _has_room(self) -> bool:
        few, small = len(self._pending) < MOST_PENDING, self._size < MOST_BYTES
        return few and small and not self._closing

    async def _take_letters(self) -> None:
        """Take up dead letters that somebody wants delivered again, some at a time."""
        wanted = self._subscription.delivery.replays
        if wanted == self._replayed or self._again or self._closing:
            return
        chosen = (dead.to(self._subscription.id), dead.marked(True))
        letters = await dead.letters(self._store, *chosen)
        for letter in letters:
            self._again.add(letter.record.id)
            self._put(_Parcel(letter.notice(), letter))
        if not letters:
            self._replayed = wanted

    def _put(self, parcel: _Parcel) -> None:
        self._busy = monotonic()
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
        self._woken.set()
        if not task.cancelled() and task.exception() is not None:
            self._broken = task.exception()

    async def _serve(self, resource: tuple[str, str]) -> None:
        """Deliver the events of one resource, in order."""
        lane = self._lanes[resource]
        while lane and not self._closing:
            await self._deliver(lane[0])
            done = lane.popleft()
            if done.letter is None:
                del self._pending[done.notice.sequence]
                self._size -= done.notice.size
            else:
                self._again.discard(done.letter.record.id)
            self._busy = monotonic()
            self._woken.set()
        if not lane:
            del self._lanes[resource]

    async def _deliver(self, parcel: _Parcel) -> None:
        """Post an event until the listener takes it, or until it is given up."""
        own = Failures()
        while not self._is_given_up(parcel, own):
            await asyncio.sleep(0 if self._pace.is_down else own.pause())
            async with self._pace.turn():
                # While it waited for its turn, others may have shown that nothing gets through.
                if self._is_given_up(parcel, own):
                    break
                await self._pace.rest()
                await self._feed.turnstile.through()
                if await self._attempt(parcel, own):
                    return
        await self._bury(parcel, own)

    def _is_given_up(self, parcel: _Parcel, own: Failures) -> bool:
        """Whether an event was tried for long enough: it, or all others where nothing gets
        through.
        """
        listener = self._pace.failures.count if self._pace.is_down else 0
        since = max(parcel.notice.logged.raised, self._subscription.delivery.since)
        is_old = microseconds() - since >= self._settings.retry_for * 1_000_000
        return is_old and max(own.count, listener) >= LEAST_ATTEMPTS

    async def _attempt(self, parcel: _Parcel, own: Failures) -> bool:
        """Whether the listener took an event."""
        if self._closing:
            raise asyncio.CancelledError
        if not self._presence.holds:
            raise Lost(self._subscription.id)
        task = asyncio.current_task()
        self._posting.add(task)
        try:
            notice = parcel.notice
            asked = self._interest
            body = await behind(notice.effort(asked), partial(notice.sent, asked))
            await self._post.deliver(body, notice.id, notice.hops + 1)
            self._pace.failures.clear()
            self._failing = 0
            if parcel.letter is not None:
                await dead.remove(self._store, parcel.letter)
        except Undelivered as error:
            self._failing = self._failing or microseconds()
            self._error = str(error)
            own.add(self._error)
            self._pace.failures.add(self._error)
            self._say_so()
            return False
        finally:
            self._posting.discard(task)
            self._woken.set()
        return True

    def _say_so(self) -> None:
        """Tell whoever runs the server, now and then, that the listener takes nothing; its host
        alone, for what comes after it may be a secret.
        """
        if monotonic() - self._told >= QUIET:
            self._told = monotonic()
            host = urlsplit(self._subscription.callback).hostname
            logger.warning(
                "%s takes no events: %s (hub %s)", host, self._error, self._subscription.id
            )

    async def _bury(self, parcel: _Parcel, own: Failures) -> None:
        error, now = own.error or self._error, now_text(instant(microseconds()))
        if parcel.letter is None:
            about = (self._subscription, parcel.notice, own.count, error, now)
            await dead.bury(self._store, *about, self._settings.max_dead_letters)
            return
        attempts = own.count + parcel.letter.about["attempts"]
        changes = {"attempts": attempts, "error": error, "at": now, "replay": False}
        await dead.change(self._store, parcel.letter, **changes)

    def _is_over(self) -> bool:
        """Whether the lease is to be given back."""
        now = monotonic()
        wanted = self._subscription.delivery.replays != self._replayed
        if self._pending or self._again or wanted:
            self._busy = now
        return self._closing or self._is_hopeless() or now - self._busy >= LINGER

    def _is_hopeless(self) -> bool:
        """Whether there was nothing but failure for so long that the subscription is paused."""
        span = self._settings.pause_after * 1_000_000
        return bool(self._failing) and microseconds() - self._failing > span

    @property
    def _position(self) -> int:
        """All events up to this number are done."""
        return next(iter(self._pending), self._read + 1) - 1

    async def _note_down(self) -> None:
        """Write down how far it is, when that is due."""
        if self._has_news() and monotonic() - self._noted >= self._note_every():
            await self._save()

    def _has_news(self) -> bool:
        """Whether the record of the subscription says something else."""
        kept = self._subscription.delivery
        said = (kept.position, kept.replayed, bool(kept.failing))
        return said != (self._position, self._replayed, bool(self._failing))

    async def _save(self, **changes: object) -> None:
        """Write down how far it is, on top of what others wrote meanwhile."""
        self._noted = monotonic()
        while True:
            try:
                delivery = replace(self._as_noted(), **changes)  # type: ignore[arg-type]
                self._subscription = await save(self._store, self._subscription, delivery)
                return
            except Stale:
                await self._reread()

    def _as_noted(self) -> Delivery:
        return replace(
            self._subscription.delivery,
            position=self._position,
            replayed=self._replayed,
            failing=self._failing,
            error=self._error,
        )

    async def _reread(self) -> None:
        """What others wrote: that it is paused, say. Raises `Lost` when they took the lease."""
        try:
            self._subscription = await reread(self._store, self._subscription)
        except Missing as error:
            raise Lost(self._subscription.id) from error
        if self._subscription.delivery.lease != self._lease:
            raise Lost(self._subscription.id)
        if self._subscription.delivery.paused:
            self._closing = True

    async def _wind_up(self) -> None:
        """Let posts under way come to their end, for a while."""
        self._closing = True
        for task in self._tasks - self._posting:
            task.cancel()
        until = monotonic() + GRACE
        while self._posting and (left := until - monotonic()) > 0:
            self._woken.clear()
            await self._wait(left)
        await self._stop()

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._post.close()
