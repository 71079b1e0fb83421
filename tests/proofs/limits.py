"""A rate under wrk: within two per cent of what was set, over a minute, by each worker.

wrk asks as fast as it can for a minute, for one kind of request after the other; what is answered
is counted, and what headers say is looked at. Meanwhile another client asks now and then, and is
never turned away. In the end there are two workers, each of which counts by itself.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, NamedTuple

import httpx
from orjson import dumps

from bench.wrk import HOW_TO_INSTALL
from tests.handlers.facts import case
from tests.proofs.serving import Served, serving

SECONDS, WITHIN = 60, 0.02
RATE = 100
CUSTOMER = case("TMF629-v4/customer")
PATH = CUSTOMER.path
#: Requests a second of the client that keeps to its limit.
OTHERS = 5
#: Counts in the one thread of wrk, and tells at the end. An answer is told right that says what the
#: limit is, and how long to wait where it is one of too many.
SCRIPT = """
good, told = 0, 0
function setup(thread) the_thread = thread end
local headers = {["Content-Type"] = "application/json"}
function request() return wrk.format(METHOD, PATHS, headers, BODY) end
function response(status, headers)
  if status < 300 then good = good + 1 elseif status ~= 429 then good = good - 1000000 end
  local wait = tonumber(headers["retry-after"])
  local right = headers["ratelimit-policy"] == POLICY and headers["ratelimit"] ~= nil
  if right and (status == 429) == (wait ~= nil and wait >= 1) then told = told + 1 end
end
function done(summary)
  print(string.format("good %d told %d of %d in %f s", the_thread:get("good"),
    the_thread:get("told"), summary.requests, summary.duration / 1000000))
end
"""


class Kind(NamedTuple):
    """A kind of request, and one of it."""

    name: str
    method: str
    path: str
    body: str = ""


def prove() -> dict[str, Any]:
    """The rates that were had of a worker, by kind of request."""
    with TemporaryDirectory() as name:
        rates = dict(_rates(Path(name), workers=1)) | dict(_rates(Path(name), workers=2))
    problems = [
        f"{kind}: {had['rate']:.1f} a second"
        for kind, had in rates.items()
        if abs(had["rate"] / RATE - 1) > WITHIN or had["told"] < had["requests"] or had["refused"]
    ]
    shown = ", ".join(f"{kind} {had['rate']:.1f}" for kind, had in rates.items())
    return {
        "holds": not problems,
        "summary": f"set {RATE} a second, had in {SECONDS} s: {shown}; {len(problems)} problems",
        "rates": rates,
        "problems": problems,
    }


def _rates(folder: Path, workers: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """What was had of each worker, by kind; of several workers the first kind is enough."""
    flags = ("--rates", f"read={RATE},list={RATE},write={RATE}", "--workers", str(workers))
    with serving(folder, *flags) as served:
        for kind in _kinds(served)[: None if workers == 1 else 1]:
            had = _rate(served, folder, kind)
            name = kind.name if workers == 1 else f"{kind.name} of each of {workers} workers"
            yield name, had | {"rate": had["rate"] / workers}


def _kinds(served: Served) -> list[Kind]:
    with httpx.Client(base_url=served.origin, trust_env=False) as client:
        [first] = client.get(PATH, params={"limit": 1}).json()
    body = dumps(CUSTOMER.create_body()).decode()
    return [
        Kind("read", "GET", f"{PATH}/{first['id']}"),
        Kind("list", "GET", f"{PATH}?limit=1"),
        Kind("write", "POST", PATH, body),
    ]


def _script(kind: Kind) -> str:
    values = {
        "METHOD": kind.method, "PATHS": kind.path, "BODY": kind.body,
        "POLICY": f'"{kind.name}";q={RATE};w=1',
    }  # fmt: skip
    return "".join(f"{name} = {dumps(value).decode()}\n" for name, value in values.items()) + SCRIPT


def _rate(served: Served, folder: Path, kind: Kind) -> dict[str, Any]:
    """What wrk got of one kind of request, and whether the other client was turned away."""
    script = folder / "count.lua"
    script.write_text(_script(kind))
    over, refused = Event(), list[int]()
    other = Thread(target=_other, args=(served, kind, over, refused))
    other.start()
    try:
        done = subprocess.run(
            ["wrk", "-t1", "-c16", f"-d{SECONDS}s", "-s", str(script), served.origin],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise RuntimeError(HOW_TO_INSTALL) from error
    finally:
        over.set()
        other.join()
    found = re.search(r"good (-?\d+) told (\d+) of (\d+) in ([\d.]+) s", done.stdout)
    assert found is not None, done.stdout
    good, told, requests, seconds = (float(number) for number in found.groups())
    return {
        "rate": good / seconds, "requests": requests, "told": told, "refused": len(refused),
    }  # fmt: skip


def _other(served: Served, kind: Kind, over: Event, refused: list[int]) -> None:
    """A client at another address that keeps to its limit."""
    headers = {"X-Forwarded-For": "198.51.100.7", "Content-Type": "application/json"}
    with httpx.Client(base_url=served.origin, headers=headers, trust_env=False) as client:
        while not over.wait(1 / OTHERS):
            answer = client.request(kind.method, kind.path, content=kind.body or None)
            if not answer.is_success:
                refused.append(1)
