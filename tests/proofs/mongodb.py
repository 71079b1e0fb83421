"""The contract of the stores is kept by SQLite and by MongoDB."""

from typing import Any

from tests.proofs.suites import both


def prove() -> dict[str, Any]:
    """The number of tests of the contract on each store."""
    return both(["tests/persistence/test_sqlite.py"], ["tests/persistence/test_mongo.py"])
