"""A real server for proofs and measurements: its processes, its store, what it uses."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx

#: Seconds a server may take to start or to stop.
PATIENCE = 30.0


@dataclass
class Server:
    """A running `tmf-apis serve`, in a process group of its own."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_ready(self) -> None:
        """Return when every process answers."""
        wait_for(self.url + "/ready", self.process)

    def kill(self) -> None:
        """End all its processes at once and without warning, as `kill -9` does."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it in the orderly way."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()

    def workers(self) -> list[int]:
        """The processes that serve: the children, or the one process itself."""
        return serving(self.process.pid)


def start(store: Path, *flags: str, port: int | None = None) -> Server:
    """Begin a server on a store file and a free port; it is not ready yet."""
    port = port or free_port()
    command = [
        sys.executable, "-c", "from tmf_apis.cli import main; main()", "serve",
        "--port", f"{port}", "--store", f"sqlite:///{store}", *flags,
    ]  # fmt: skip
    return Server(spawn(command), port)


def spawn(command: list[str], **environment: str) -> subprocess.Popen[bytes]:
    """A process in a group of its own, with nothing of our settings but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TMF_")}
    return subprocess.Popen(
        command, env=kept | environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when a URL answers 200; raise when its process ends first or is too slow."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with suppress(httpx.TransportError):
            if httpx.get(url, timeout=PATIENCE).status_code == 200:
                return
        sleep(0.01)
    raise TimeoutError(f"{url} does not answer")


def serving(pid: int) -> list[int]:
    """The worker processes below a process, without helpers of `multiprocessing`."""
    found = [child for child in children(pid) if b"resource_tracker" not in command_of(child)]
    return found or [pid]


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def memory(pid: int) -> dict[str, int]:
    """Resident and proportional memory of a process, in KiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return {"rss": sizes["Rss"], "pss": sizes["Pss"]}


def cpu_seconds(pid: int) -> float:
    """What a process and its workers have used of the processor so far."""
    ticks = 0
    for each in {pid, *children(pid)}:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
