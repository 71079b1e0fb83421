"""The part of a process that does the server's own work (docs/decisions/0009).

It looks for resources that wait, takes those that nobody holds, and has each carried out by its
performer. All processes do so over the same store.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from math import inf
from time import monotonic, time
from uuid import uuid4

import orjson

from handlers.bell import Bell
from handlers.notifications.pace import Failures
from handlers.tasks.holding import RENEW, Holding, Lost, Watch
from handlers.tasks.kinds import WorkKind
from handlers.tasks.task import Failed, Later, Stopped, Task
from persistence.errors import Missing, StoreError
from persistence.room import ROOM
from persistence.store import Record, Scope, Store
from tmf_apis.tmf630.instants import instant, now_text
from tmf_apis.tmf630.query import Cursor, Query

logger = logging.getLogger(__name__)

#: Seconds between two looks for new work, and for work that somebody left.
LOOK, LOOK_BACK = 0.5, 5.0
#: Resources that are read at once, and worked on at once in one process.
BATCH, AT_ONCE = 100, 8
#: Resources that are taken up in one process before it looks for more.
MOST = 1000
#: How often work is tried that fails by a fault of ours.
ATTEMPTS = 8
#: Seconds between two attempts, at most.
LONGEST_PAUSE = 30.0


class Worker:
    """Does the work of some kinds until it is cancelled."""

    def __init__(self, store: Store, kinds: Sequence[WorkKind], bell: Bell) -> None:
        self._store = store
        self._kinds = kinds
        self._watch = Watch()
        self._id = str(uuid4())
        self._bell = bell
        for kind in kinds:
            bell.listen_to(kind.service.collection.name, kind.states)
        #: How far each kind was looked through: the cursor of the newest one seen.
        self._seen: dict[int, str] = {}
        #: When everything was looked through from the start, and when all kinds are next.
        self._looked_back, self._next = monotonic(), 0.0
        self._running: dict[str, asyncio.Task[None]] = {}
        #: When to look again at work that is not due, by monotonic time.
        self._later: dict[str, float] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Look for work and have it done; give back what is held when cancelled."""
        rung: frozenset[str] = frozenset()
        try:
            while True:
                try:
                    await self._look(rung)
                except StoreError as error:
                    logger.warning("tasks: %s", error)
                except Exception:
                    logger.exception("tasks")
                rung = await self._bell.rung(LOOK)
        finally:
            await self._stop()

    async def _look(self, rung: frozenset[str]) -> None:
        """Begin what waits in the collections that were rung for; in all of them after a pause."""
        now = monotonic()
        due = self._bell.again() or any(at <= now for at in self._later.values())
        if due or now - self._looked_back >= LOOK_BACK:
            self._seen.clear()
            self._looked_back = now
            self._later = {name: at for name, at in self._later.items() if now < at < inf}
        for number, kind in enumerate(self._kinds):
            if kind.service.collection.name in rung or now >= self._next:
                await self._look_for(number, kind)
        if now >= self._next:
            self._next = now + LOOK

    async def _look_for(self, number: int, kind: WorkKind) -> None:
        """Begin what waits of one kind, behind what was seen before."""
        while len(self._running) < MOST:
            token = self._seen.get(number)
            cursor = None if token is None else Cursor(token)
            query = Query(kind.where, limit=BATCH, cursor=cursor, room=ROOM)
            found = await self._store.find(kind.service.collection, query, Scope())
            for record in found.records:
                self._begin(kind, record)
            if found.last is not None:
                self._seen[number] = found.last
            if not found.more:
                return

    def _begin(self, kind: WorkKind, record: Record) -> None:
        name = kind.name(record.id)
        now = monotonic()
        if name in self._running or self._later.get(name, 0.0) > now:
            return
        age = time() - record.modified / 1_000_000
        wait = kind.work.due(kind.service, orjson.loads(record.body), age)
        if wait > 0:
            self._later[name] = now + wait
            return
        self._later.pop(name, None)
        task = asyncio.create_task(self._carry_out(kind, record.id, name))
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name, None))

    async def _carry_out(self, kind: WorkKind, id: str, name: str) -> None:
        async with self._slots:
            try:
                holding = await self._watch.take(self._store, name, self._id)
                if holding is not None:
                    await self._held(kind, id, holding)
            except Lost:
                logger.info("%s is another worker's", name)
            except StoreError as error:
                logger.warning("%s: %s", name, error)

    async def _held(self, kind: WorkKind, id: str, holding: Holding) -> None:
        """Carry out work that is held, renewing the lease beside it."""
        working = asyncio.current_task()
        assert working is not None
        lost = False

        async def renew() -> None:
            nonlocal lost
            while True:
                await asyncio.sleep(RENEW)
                try:
                    await holding.renew()
                except Lost:
                    lost = True
                    working.cancel()
                    return
                except StoreError as error:
                    logger.warning("%s: %s", holding.record.id, error)

        renewing = asyncio.create_task(renew())
        try:
            await self._patiently(kind, id, holding)
        except asyncio.CancelledError:
            if not lost:
                with suppress(Lost, StoreError):
                    await holding.hand_over()
                raise
            working.uncancel()
            raise Lost(holding.record.id) from None
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
        await holding.release()

    async def _patiently(self, kind: WorkKind, id: str, holding: Holding) -> None:
        """Carry it out; try again where the store was away, or something of ours failed."""
        failures = Failures(LONGEST_PAUSE)
        while True:
            try:
                record = await self._store.get(kind.service.collection, id, Scope())
                task = Task(kind.service, orjson.loads(record.body), holding)
                if (found := task.state) in kind.states:
                    await kind.work.perform(task)
                    if task.state in kind.states - {found}:
                        self._look_again(kind, task)
                return
            except (Missing, Stopped):
                return
            except Later as later:
                self._later[holding.record.id] = monotonic() + later.seconds
                return
            except Failed as failed:
                return await self._give_up(kind, task, str(failed))
            except Lost:
                raise
            except StoreError as error:
                failures.add(str(error))
                logger.warning("%s: %s", holding.record.id, error)
                await asyncio.sleep(failures.pause())
            except Exception as error:
                failures.add(str(error))
                logger.exception("%s", holding.record.id)
                pause = failures.pause()
                again = now_text(instant(int((time() + pause) * 1_000_000)))
                if await holding.failed(f"{type(error).__name__}: {error}", again) >= ATTEMPTS:
                    return await self._give_up(kind, task, "the server failed to carry it out")
                await asyncio.sleep(pause)

    def _look_again(self, kind: WorkKind, task: Task) -> None:
        """Note when work is due again that has come on and is not over."""
        wait = kind.work.due(kind.service, task.document, 0.0)
        self._later[task.name] = monotonic() + wait

    async def _give_up(self, kind: WorkKind, task: Task, reason: str) -> None:
        if kind.broken is not None:
            await task.move(kind.broken, **{task.service.rules.reason: reason})

    async def _stop(self) -> None:
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
