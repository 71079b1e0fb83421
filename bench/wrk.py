"""Load from wrk, and what it says."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.servers import Running

HOW_TO_INSTALL = "wrk is missing: apt-get install wrk"
CONNECTIONS = 8
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """One kind of request: what follows the collection's URL, and the script that makes it."""

    name: str
    suffix: str = ""
    script: str | None = None


LOADS = (
    Load("GET by id", "/order-4711"),
    Load("list 20 of 10,000", "?state=completed&sort=-creationDate&limit=20"),
    Load("POST 3 KB", script="post.lua"),
    Load("merge PATCH", script="patch.lua"),
)


@dataclass(frozen=True)
class Sample:
    """What one run of wrk measured."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


def measure(server: Running, load: Load, seconds: int) -> Sample:
    """Put a load on a server; raises `RuntimeError` when any answer was not a success."""
    if shutil.which("wrk") is None:
        raise RuntimeError(HOW_TO_INSTALL)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    if load.script:
        command += ["-s", str(Path(__file__).parent / load.script)]
    before = server.cpu_seconds()
    done = subprocess.run(
        [*command, server.url + load.suffix],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parent,
    )  # fmt: skip
    cpu = server.cpu_seconds() - before
    if "Non-2xx" in done.stdout:
        raise RuntimeError(f"{server.name}, {load.name}: {done.stdout}")
    requests = int(_found(r"(\d+) requests in", done.stdout)[0])
    return Sample(
        float(_found(r"Requests/sec:\s+([\d.]+)", done.stdout)[0]),
        _latency("50%", done.stdout),
        _latency("99%", done.stdout),
        cpu / requests * 1000,
    )


def _latency(share: str, text: str) -> float:
    value, unit = _found(rf"{share}\s+([\d.]+)(us|ms|s)", text)
    return float(value) * _MILLISECONDS[unit]


def _found(pattern: str, text: str) -> tuple[str, ...]:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"wrk said something else: {text}")
    return match.groups()
