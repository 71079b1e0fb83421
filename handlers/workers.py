"""Several processes that serve the same sockets, kept at their number."""

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Thread
from time import monotonic, sleep
from typing import Any

logger = logging.getLogger(__name__)

Work = Callable[[Sequence[socket.socket]], None]

#: Seconds until a worker that ended is replaced: at first, and at most when it keeps ending.
FIRST, LONGEST = 0.5, 10.0
#: Seconds after which a worker that was told to stop is ended; more than it gives its requests.
PATIENCE = 15.0
#: Seconds of work after which an end is no longer one of a row.
STEADY = 60.0
_TOLD = (signal.SIGTERM, signal.SIGINT)


@dataclass
class _Place:
    """The place of one worker: who works there, or when somebody is to."""

    process: BaseProcess | None = None
    began: float = 0.0
    due: float = 0.0
    pause: float = FIRST


class Workers:
    """Workers at some places, each replaced when it ends, as long as nobody says stop.

    A worker that cannot begin, say because the store is locked, is tried again and again: the
    others serve meanwhile, and what is in its way may go away. With `passing` each is told by
    SIGHUP when this process is, after what is to be done once for all of them.
    """

    def __init__(
        self,
        count: int,
        sockets: Sequence[socket.socket],
        work: Work,
        *,
        passing: Callable[[], None] | None = None,
    ) -> None:
        self._passing = passing
        self._asked = False
        self._places = [_Place() for _ in range(count)]
        self._sockets = sockets
        self._work = work
        self._context = get_context("spawn")
        self._stopped = False

    def run(self) -> None:
        """Return when told to stop, by SIGTERM or SIGINT, and all workers are gone."""
        with self._told() as bell:
            while not self._stopped:
                self._fill()
                if bell in wait([bell, *self._sentinels()], self._until_due()):
                    bell.recv(4096)
                if self._asked:
                    self._pass_on()
                self._look()
            self._end()

    def _fill(self) -> None:
        now = monotonic()
        for place in self._places:
            if place.process is None and place.due <= now:
                # Daemonic: whatever ends this process, none is left behind.
                place.process = self._context.Process(
                    target=_begin, args=(self._work, self._sockets), daemon=True
                )
                place.process.start()
                place.began = now

    def _pass_on(self) -> None:
        assert self._passing is not None
        self._asked = False
        self._passing()
        for place in self._places:
            process = place.process
            if process is not None and process.pid is not None and process.exitcode is None:
                os.kill(process.pid, signal.SIGHUP)

    def _sentinels(self) -> list[int]:
        return [place.process.sentinel for place in self._places if place.process is not None]

    def _until_due(self) -> float | None:
        dues = [place.due for place in self._places if place.process is None]
        return max(0.0, min(dues) - monotonic()) if dues else None

    def _look(self) -> None:
        """Notice who ended, and when somebody else is to begin."""
        for place in self._places:
            process = place.process
            if self._stopped or process is None or process.exitcode is None:
                continue
            now = monotonic()
            place.pause = FIRST if now - place.began > STEADY else place.pause
            place.process, place.due = None, now + place.pause
            logger.error(
                "worker %s ended by %s; another one begins in %g seconds",
                process.pid, _how(process.exitcode), place.pause,
            )  # fmt: skip
            place.pause = min(2 * place.pause, LONGEST)

    def _end(self) -> None:
        for one in self._sockets:
            one.close()
        processes = [place.process for place in self._places if place.process is not None]
        for process in processes:
            process.terminate()
        until = monotonic() + PATIENCE
        while any(process.exitcode is None for process in processes) and monotonic() < until:
            wait([p.sentinel for p in processes if p.exitcode is None], until - monotonic())
        for process in processes:
            if process.exitcode is None:
                logger.error("worker %s does not stop and is killed", process.pid)
                process.kill()
            process.join()

    @contextmanager
    def _told(self) -> Iterator[socket.socket]:
        """A socket that has something to read when there was a signal."""
        bell, rope = socket.socketpair()
        rope.setblocking(False)

        def stop(number: int, frame: Any) -> None:
            self._stopped = True

        def ask(number: int, frame: Any) -> None:
            self._asked = True

        before = [(number, signal.signal(number, stop)) for number in _TOLD]
        if self._passing is not None:
            before.append((signal.SIGHUP, signal.signal(signal.SIGHUP, ask)))
        rung = signal.set_wakeup_fd(rope.fileno())
        try:
            with bell, rope:
                yield bell
        finally:
            signal.set_wakeup_fd(rung)
            for number, handler in before:
                signal.signal(number, handler)


def _begin(work: Work, sockets: Sequence[socket.socket]) -> None:
    """What each process does."""
    Thread(target=_follow, name="follow", daemon=True).start()
    work(sockets)


def _follow() -> None:
    """Stop when the parent is gone, as if told to; end if that does not help."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(PATIENCE)
    os._exit(1)


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
