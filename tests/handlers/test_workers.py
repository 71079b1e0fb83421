"""Workers are kept at their number, and go when told to or when their parent is gone."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from handlers.listening import listening
from handlers.workers import Workers

PATIENCE = 20.0
ROOT = Path(__file__).parents[2]


def answering(sockets: Sequence[socket.socket]) -> None:
    """Work of a test: who connects hears who it is. It fails as long as a file is there."""
    if Path("locked").exists():
        sys.exit(3)
    while True:
        wire, _ = sockets[0].accept()
        wire.sendall(str(os.getpid()).encode())
        wire.close()


@pytest.fixture
def port(tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Two such workers below a process of their own."""
    with subprocess.Popen(
        [sys.executable, "-c", f"from {__name__} import main; main()"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as parent:
        assert parent.stdout is not None
        try:
            yield int(parent.stdout.readline()), parent
        finally:
            parent.kill()


def main() -> None:
    with listening("127.0.0.1", 0) as sockets:
        print(sockets[0].getsockname()[1], flush=True)
        Workers(2, sockets, answering).run()


def workers(port: int) -> set[int]:
    """Some of those who work."""
    found = set()
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as wire:
            found.add(int(wire.recv(100)))
    return found


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return True
    return False


def test_told_to_stop_it_ends_without_fault(port: tuple[int, subprocess.Popen[bytes]]) -> None:
    number, parent = port
    assert len(workers(number)) in (1, 2)
    parent.terminate()
    assert parent.wait(PATIENCE) == 0
    assert refuses(number)


def test_a_worker_that_dies_comes_back_once_it_can(
    port: tuple[int, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    number, parent = port
    until(lambda: len(workers(number)) == 2)
    before = workers(number)
    (tmp_path / "locked").touch()
    for worker in before:
        os.kill(worker, signal.SIGKILL)
    assert parent.stderr is not None
    told = [parent.stderr.readline().decode() for _ in range(4)]
    assert sum("SIGKILL" in line for line in told) == 2
    assert sum("exit code 3" in line for line in told) == 2
    (tmp_path / "locked").unlink()
    until(lambda: len(workers(number) - before) == 2)
    assert parent.poll() is None


def test_workers_go_with_a_parent_that_is_killed(
    port: tuple[int, subprocess.Popen[bytes]],
) -> None:
    number, parent = port
    until(lambda: len(workers(number)) == 2)
    parent.kill()
    until(lambda: refuses(number))
