"""How much slower an encrypted file is than a plain one: both take the same loads in turns.

The ratio is told of requests a second, and of the time that a processor spends on one, which what
else the machine does changes less.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from orjson import dumps

from bench.data import posted
from bench.servers import PATH, Running
from bench.wrk import Load, Sample, measure
from tests.proofs.serving import Served

ROUNDS, SECONDS, FILLING = 8, 2, 10
KINDS = ("plain", "encrypted")
#: Reads go over so many orders, so that pages are read again and not the same one.
READ = 2_000
WRITE = """
wrk.method, wrk.body = "POST", %s
wrk.headers["Content-Type"] = "application/json"
"""
GET = """
local ids = {%s}
function request() return wrk.format("GET", wrk.path .. "/" .. ids[math.random(#ids)]) end
"""


def prove() -> dict[str, Any]:
    """The ratios of each load, in the middle of the rounds."""
    with TemporaryDirectory() as name, ExitStack() as held:
        folder = Path(name)
        servers = [held.enter_context(_running(folder, kind)) for kind in KINDS]
        loads = {server.name: _loads(folder, server) for server in servers}
        found: dict[str, list[tuple[Sample, Sample]]] = {}
        for number in range(ROUNDS):
            for place, load in enumerate(loads[KINDS[0]]):
                turns = servers if number % 2 else servers[::-1]
                one = {each.name: measure(each, loads[each.name][place], SECONDS) for each in turns}
                found.setdefault(load.name, []).append((one[KINDS[0]], one[KINDS[1]]))
    ratios = {name: _ratios(pairs) for name, pairs in found.items()}
    told = ", ".join(f"{name} {ratio['processor']:.2f}" for name, ratio in ratios.items())
    return {
        "holds": True,
        "summary": f"times as much of a processor as a plain file: {told}",
        "ratios": ratios,
        "of each": {
            name: [[round(s.per_second, 1) for s in pair] for pair in pairs]
            for name, pairs in found.items()
        },
    }


def _ratios(pairs: Sequence[tuple[Sample, Sample]]) -> dict[str, float]:
    return {
        "processor": round(median(b.cpu_ms / a.cpu_ms for a, b in pairs), 3),
        "a second": round(median(b.per_second / a.per_second for a, b in pairs), 3),
    }


@contextmanager
def _running(folder: Path, kind: str) -> Iterator[Running]:
    url = f"sqlite:///{folder}/plain.db"
    if kind == KINDS[1]:
        key = folder / "store.key"
        key.write_text(token_hex(32))
        key.chmod(0o600)
        url = f"sqlite+cipher:///{folder}/encrypted.db?key={key}"
    served = Served(folder, "--no-sample-data", url=url)
    try:
        served.wait()
        yield Running(kind, served.origin + PATH, served.process)
    finally:
        served.stop()


def _loads(folder: Path, server: Running) -> list[Load]:
    """A read, a list and a write, of a store that is filled for some seconds."""
    write = folder / "write.lua"
    write.write_text(WRITE % dumps(dumps(posted()).decode()).decode())
    filling = Load("write", script=str(write))
    measure(server, filling, FILLING)
    ids = ",".join(f'"{id}"' for id in _ids(server))
    read = folder / f"{server.name}.lua"
    read.write_text(GET % ids)
    listing = Load("list", "?state=acknowledged&sort=-creationDate&limit=20")
    return [Load("read", script=str(read)), listing, filling]


def _ids(server: Running) -> Iterator[str]:
    with httpx.Client(trust_env=False, timeout=60) as client:
        for offset in range(0, READ, 1000):
            asked = {"fields": "id", "limit": 1000, "offset": offset}
            yield from (each["id"] for each in client.get(server.url, params=asked).json())
