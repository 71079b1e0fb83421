"""A rate under wrk: within two per cent of what was set, over a minute, by one worker.

wrk asks as fast as it can for a minute, for one kind of request after the other; what is answered
is counted. Meanwhile another client asks now and then, and is never turned away.
"""

import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import httpx

from bench.wrk import HOW_TO_INSTALL
from tests.proofs.serving import Served, serving

SECONDS, WITHIN = 60, 0.02
RATE = 100
PATH = "/tmf-api/customerManagement/v4/customer"
#: Requests a second of the client that keeps to its limit.
OTHERS = 5
#: Counts in the one thread of wrk, and tells at the end.
SCRIPT = """
good, told = 0, 0
function setup(thread) the_thread = thread end
function request() return wrk.format("GET", PATHS) end
function response(status, headers)
  if status < 300 then good = good + 1 elseif status ~= 429 then good = good - 1000000 end
  if headers["ratelimit"] then told = told + 1 end
end
function done(summary)
  print(string.format("good %d told %d of %d in %f s", the_thread:get("good"),
    the_thread:get("told"), summary.requests, summary.duration / 1000000))
end
"""


def prove() -> dict[str, Any]:
    """The rates that were had, by kind of request."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        flags = ("--rates", f"read={RATE},list={RATE},write={RATE}")
        with serving(folder, *flags) as served:
            rates = {kind: _rate(served, folder, path) for kind, path in _paths(served).items()}
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


def _paths(served: Served) -> dict[str, str]:
    with httpx.Client(base_url=served.origin, trust_env=False) as client:
        [first] = client.get(PATH, params={"limit": 1}).json()
    return {"read": f"{PATH}/{first['id']}", "list": f"{PATH}?limit=1"}


def _rate(served: Served, folder: Path, path: str) -> dict[str, Any]:
    """What wrk got of one kind of request, and whether the other client was turned away."""
    script = folder / "count.lua"
    script.write_text(SCRIPT.replace("PATHS", f'"{path}"'))
    over, refused = Event(), list[int]()
    other = Thread(target=_other, args=(served, path, over, refused))
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


def _other(served: Served, path: str, over: Event, refused: list[int]) -> None:
    """A client at another address that keeps to its limit."""
    headers = {"X-Forwarded-For": "198.51.100.7"}
    with httpx.Client(base_url=served.origin, headers=headers, trust_env=False) as client:
        while not over.wait(1 / OTHERS):
            if not client.get(path).is_success:
                refused.append(1)
