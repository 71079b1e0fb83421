"""A server in a process of its own, as users start it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx

ROOT = Path(__file__).parents[2]
#: The command of the environment that runs this; a proof may bring another.
PROGRAM = Path(sys.executable).with_name("tmf-apis")
#: Seconds a server may take until it is ready, on a machine that does other things as well.
PATIENCE = 180.0


class Served:
    """A running `tmf-apis serve`, with all its workers in one process group.

    It keeps its records in a file of the folder, unless the URL of a store is given, and has a free
    port, unless one is given.
    """

    def __init__(
        self, folder: Path, *flags: str, program: Path = PROGRAM, url: str = "", port: int = 0
    ) -> None:
        self.store = folder / "tmf.db"
        self.port = port or free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [program, "serve", "--port", str(self.port), *flags],
            env=os.environ | {"TMF_STORE": url or f"sqlite:///{self.store}"},
            cwd=ROOT,
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )

    def wait(self) -> None:
        """Return when it is ready; raises `TimeoutError`."""
        until = monotonic() + PATIENCE
        while (left := until - monotonic()) > 0:
            try:
                # It listens before it can answer.
                answer = httpx.get(f"{self.origin}/ready", trust_env=False, timeout=left)
                if answer.status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                sleep(0.02)
        raise TimeoutError("the server did not become ready")

    def kill(self) -> None:
        """End it and its workers at once, as kill -9 does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(PATIENCE)


@contextmanager
def serving(folder: Path, *flags: str, program: Path = PROGRAM) -> Iterator[Served]:
    """A server that is ready, for as long as the block lasts."""
    served = Served(folder, *flags, program=program)
    try:
        served.wait()
        yield served
    finally:
        served.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
