"""Every role by API, version, resource, operation and owner, on both stores: how many answers there
were, each as the policy says.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from typing import Any

from tests.proofs.suites import PATIENCE, ROOT

MATRIX = "tests/handlers/permission/test_matrix.py"


def prove() -> dict[str, Any]:
    """How many answers were judged, by store and by whose token was shown."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rP", MATRIX],
        cwd=ROOT, env=os.environ | {"TMF_TEST_MATRIX": "1"}, timeout=PATIENCE,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = re.findall(r"^(\w+)( of another tenant)? on (\w+): (\d+) answers$", done.stdout, re.M)
    by_store, by_role = Counter[str](), Counter[str]()
    for role, stranger, store, count in told:
        by_store[store] += int(count)
        by_role[f"{role}{stranger} on {store}"] += int(count)
    shown = ", ".join(f"{count} on {store}" for store, count in sorted(by_store.items()))
    return {
        "holds": done.returncode == 0 and set(by_store) == {"sqlite", "mongodb"},
        "summary": f"{by_store.total()} answers as the policy says: {shown}",
        "answers": dict(by_role),
        "which failed": re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.M)[:50],
    }
