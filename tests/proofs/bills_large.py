"""A bill run over 100,000 rates of one account stays within 200 MB."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from tests.bills import disagreements, read_bills
from tests.handlers.serving import store_in
from tests.proofs.bills import VERSION, arrange, run

RATES, MOST = 100_000, 200


def prove() -> dict[str, Any]:
    """How much memory the run took at most, and whether its bills are right."""
    with TemporaryDirectory() as folder:
        url = store_in(Path(folder), "sqlite")
        arrange(url, RATES, 1)
        started = monotonic()
        running, kilobytes = run(url), 0
        while running.poll() is None:
            kilobytes = max(kilobytes, peak(running.pid))
            sleep(0.1)
        seconds = monotonic() - started
        problems = disagreements(*read_bills(url, VERSION))
    megabytes = kilobytes / 1024
    return {
        "holds": running.returncode == 0 and not problems and megabytes <= MOST,
        "summary": f"{RATES} rates of one account in {seconds:.0f} s and {megabytes:.0f} MB;"
        f" {len(problems)} problems",
        "megabytes": round(megabytes),
        "problems": problems[:20],
    }


def peak(pid: int) -> int:
    """The most memory a process ever had, in KB; what `wait4` tells begins with its parent's."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except ProcessLookupError:
        return 0
    return int(found[1]) if found else 0
