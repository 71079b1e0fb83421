"""The tests of the web pass where everybody is asked who they are, and is an administrator."""

import os
from typing import Any

from tests.proofs.suites import ROOT, count


def prove() -> dict[str, Any]:
    """How many tests were answered as they are where nobody is asked."""
    os.environ["TMF_TEST_ADMIN"] = "1"
    files = sorted(str(file) for file in (ROOT / "tests" / "handlers").rglob("test_*.py"))
    found = count("sqlite", [file for file in files if not file.endswith("test_on_mongodb.py")])
    told = f"{found.get('passed', 0)} passed, {found.get('failed', 0)} failed"
    return {"holds": found["holds"], "summary": told, "stores": [found]}
