"""Start to `/ready` with all sixteen APIs and the seven beside them: at most 4.4 s warm, and 225 MB
per worker; 3 s and 150 MB were the bounds for the sixteen.
"""

import re
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from tests.proofs.serving import Served, serving

ROUNDS = 5
MOST_SECONDS = 4.4
MOST_MEGABYTES = 225.0


def prove() -> dict[str, Any]:
    """Seconds until the server is ready, and the memory of its process, over some rounds."""
    seconds, megabytes = [], []
    with TemporaryDirectory() as folder:
        with serving(Path(folder)):
            pass  # makes the store and warms the caches
        for _ in range(ROUNDS):
            started = monotonic()
            served = Served(Path(folder))
            served.wait()
            seconds.append(monotonic() - started)
            megabytes.append(_resident(served.process.pid))
            served.stop()
    return {
        "holds": median(seconds) <= MOST_SECONDS and max(megabytes) <= MOST_MEGABYTES,
        "summary": f"ready after {median(seconds):.2f} s, {max(megabytes):.0f} MB resident",
        "seconds_to_ready": [round(value, 2) for value in seconds],
        "megabytes": [round(value, 1) for value in megabytes],
    }


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("inf")
