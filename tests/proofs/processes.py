"""Processes that end: a worker while the store is locked, a parent that is killed, SIGTERM.

The service never ends by a worker, nothing outlives its parent, and what stalls does not keep a
server that is told to stop.
"""

import os
import signal
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx

from tests.proofs.serving import PATIENCE, Served

#: Seconds that the store stays locked: longer than a worker waits for it before it gives up.
LOCKED = 15.0
#: Seconds a server has to stop, and its workers to follow a parent that was killed.
MOST = 2.0
#: Clients of each kind that stall while the server is told to stop.
STALLING = 50
FLAGS = ("--workers", "2", "--no-sample-data")
CUSTOMERS = "/tmf-api/customerManagement/v4/customer"


def prove() -> dict[str, Any]:
    """What became of the workers, and how long each end took."""
    with TemporaryDirectory() as folder:
        slowest, back = _worker_while_locked(Path(folder))
        orphaned = _parent_killed(Path(folder))
        stopped, code = _told_to_stop(Path(folder))
    return {
        "holds": back and slowest < MOST and orphaned < MOST and stopped < MOST and code == 0,
        "summary": "a worker killed while the store was locked"
        f" {'came' if back else 'did not come'} back, reads took {slowest:.2f} s at most meanwhile;"
        f" workers were gone {orphaned:.2f} s"
        f" after their parent was killed; told to stop, it took {stopped:.2f} s with"
        f" {3 * STALLING} clients that stalled, and exit code {code}",
        "slowest_read": round(slowest, 3),
        "orphans_gone": round(orphaned, 3),
        "stopped": round(stopped, 3),
    }


def _worker_while_locked(folder: Path) -> tuple[float, bool]:
    """The slowest read while a worker cannot begin, and whether it comes back and writes work."""
    with _serving(folder) as served:
        before = workers(served)
        lock = sqlite3.connect(served.store, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        slowest, until = 0.0, monotonic() + LOCKED
        while monotonic() < until:
            began = monotonic()
            httpx.get(served.origin + CUSTOMERS, trust_env=False).raise_for_status()
            slowest = max(slowest, monotonic() - began)
            sleep(0.05)
        lock.execute("ROLLBACK")
        lock.close()
        back = within(PATIENCE, lambda: len(workers(served) - {victim}) == 2)
        served.wait()
        return slowest, back and served.process.poll() is None


def _parent_killed(folder: Path) -> float:
    """Seconds until the port of a server is free after its parent was killed."""
    with _serving(folder) as served:
        served.process.kill()
        began = monotonic()
        within(PATIENCE, lambda: _is_free(served.port))
        return monotonic() - began


def _told_to_stop(folder: Path) -> tuple[float, int]:
    """Seconds until a server is gone that clients of several kinds hold, and its exit code."""
    stalling = (
        b"GET /events/stream HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n{" % CUSTOMERS.encode(),
        b"GET / HTTP/1.1\r\nHost: ",
    )
    with _serving(folder) as served, ExitStack() as stack:
        for request in stalling * STALLING:
            wire = socket.create_connection(("127.0.0.1", served.port))
            stack.enter_context(wire).sendall(request)
        sleep(1)
        began = monotonic()
        served.process.terminate()
        code = served.process.wait(PATIENCE)
        return monotonic() - began, code


@contextmanager
def _serving(folder: Path) -> Iterator[Served]:
    served = Served(folder, *FLAGS)
    try:
        served.wait()
        within(PATIENCE, lambda: len(workers(served)) == 2)
        yield served
    finally:
        served.stop()


def workers(served: Served) -> set[int]:
    """The processes below a server that serve: their store is open, to read and to write."""
    parent = served.process.pid
    below = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return {int(pid) for pid in below if _serves(int(pid), served.store)}


def _serves(pid: int, store: Path) -> bool:
    try:
        found = [os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return False
    return found.count(str(store)) > 1


def _is_free(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return True
    return False


def within(seconds: float, what: Callable[[], bool]) -> bool:
    """Whether something becomes so in time."""
    until = monotonic() + seconds
    while not (found := what()) and monotonic() < until:
        sleep(0.02)
    return found
