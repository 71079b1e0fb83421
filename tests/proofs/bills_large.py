"""A bill run over 100,000 rates of one account stays within 200 MB."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
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
        _, status, usage = os.wait4(run(url).pid, 0)
        seconds = monotonic() - started
        problems = disagreements(*read_bills(url, VERSION))
    megabytes = usage.ru_maxrss / 1024
    return {
        "holds": status == 0 and not problems and megabytes <= MOST,
        "summary": f"{RATES} rates of one account in {seconds:.0f} s and {megabytes:.0f} MB;"
        f" {len(problems)} problems",
        "megabytes": round(megabytes),
        "problems": problems[:20],
    }
