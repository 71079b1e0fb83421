"""Random queries: MongoDB finds what SQLite and a naive evaluator find."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
#: As many as the server of the tests manages in ten minutes.
EXAMPLES = int(os.environ.get("TMF_PROOF_EXAMPLES", "600"))
TESTS = "tests/persistence/test_query_equivalence.py"


def prove() -> dict[str, Any]:
    """How many examples each property ran, and whether all held."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--hypothesis-show-statistics", "-k", "mongodb",
         TESTS],
        cwd=ROOT,
        env=os.environ | {"TMF_MONGO_EXAMPLES": str(EXAMPLES)},
        capture_output=True,
        text=True,
        timeout=590,
        check=False,
    )  # fmt: skip
    passing = [int(count) for count in re.findall(r"(\d+) passing examples", done.stdout)]
    holds = done.returncode == 0 and sum(passing) >= EXAMPLES
    return {
        "holds": holds,
        "summary": f"{sum(passing)} random examples, no difference"
        if holds
        else done.stdout[-2000:],
        "examples": passing,
    }
