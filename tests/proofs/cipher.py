"""The contract of the stores is kept by an encrypted file."""

from typing import Any

from tests.proofs.suites import count


def prove() -> dict[str, Any]:
    """The number of tests of the contract on it."""
    found = count(
        "cipher", ["tests/persistence/test_sqlite.py", "tests/persistence/test_cipher.py"]
    )
    told = f"{found.get('passed', 0)} passed, {found.get('failed', 0)} failed"
    return {"holds": found["holds"], "summary": told, "stores": [found]}
