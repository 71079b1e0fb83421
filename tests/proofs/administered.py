"""The tests of the web pass where everybody is asked who they are, and is an administrator."""

import os
from collections import Counter
from typing import Any

from tests.proofs.suites import PARTS, ROOT, count


def prove() -> dict[str, Any]:
    """How many tests were answered as they are where nobody is asked."""
    os.environ["TMF_TEST_ADMIN"] = "1"
    files = sorted(str(file) for file in (ROOT / "tests" / "handlers").rglob("test_*.py"))
    asked = [file for file in files if not file.endswith("test_on_mongodb.py")]
    parts = [count("sqlite", asked[number::PARTS]) for number in range(PARTS)]
    words = ("passed", "failed", "error")
    found = Counter({word: sum(part.get(word, 0) for part in parts) for word in words})
    told = f"{found['passed']} passed, {found['failed'] + found['error']} failed"
    return {"holds": all(part["holds"] for part in parts), "summary": told, "parts": parts}
