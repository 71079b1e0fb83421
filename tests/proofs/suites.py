"""Runs tests on a store and counts them."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
#: The tests of the web, in parts that are taken up again one by one; seconds that a part may take
#: on a store, beside whatever else the machine does.
PARTS, PATIENCE = 4, 1800


def count(store: str, tests: Sequence[str]) -> dict[str, Any]:
    """How many tests passed, failed and were skipped on a store (`sqlite` or `mongodb`)."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", *tests],
        cwd=ROOT,
        env=os.environ | {"TMF_TEST_STORE": store},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    last = done.stdout.strip().rpartition("\n")[2]
    numbers = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error|skipped)", last)}
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return {"store": store, "holds": done.returncode == 0, **numbers, "which failed": failed[:50]}


def both(sqlite: Sequence[str], mongodb: Sequence[str]) -> dict[str, Any]:
    """The result of a proof that tests pass on both stores."""
    counted = [count("sqlite", sqlite), count("mongodb", mongodb)]
    return {
        "holds": all(each["holds"] for each in counted),
        "summary": "; ".join(
            f"{each['store']}: {each.get('passed', 0)} passed, {each.get('failed', 0)} failed"
            for each in counted
        ),
        "stores": counted,
    }


def part(number: int) -> dict[str, Any]:
    """The result of a part of the tests of the web on both stores."""
    files = sorted(str(file) for file in (ROOT / "tests" / "handlers").rglob("test_*.py"))
    chosen = [file for file in files if not file.endswith("test_on_mongodb.py")][number::PARTS]
    return both(chosen, chosen)
