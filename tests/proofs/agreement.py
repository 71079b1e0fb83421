"""Random queries put to a store and to the naive evaluator, and how many there were."""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
TESTS = "tests/persistence/test_query_equivalence.py"
_QUERIES = re.compile(r'<property name="queries" value="(\d+)"')


def agreement(store: str, least: int, **environment: str) -> dict[str, Any]:
    """How many queries a store answered as the naive evaluator does; `least` of them prove it."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-k", store, f"--junitxml={report}", TESTS],
            cwd=ROOT,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=590,
            check=False,
        )
        found = _QUERIES.search(report.read_text()) if report.is_file() else None
    queries = int(found[1]) if found else 0
    return {
        "holds": done.returncode == 0 and queries >= least,
        "summary": f"{queries} random queries, no difference"
        if done.returncode == 0
        else done.stdout[-2000:],
        "queries": queries,
    }
