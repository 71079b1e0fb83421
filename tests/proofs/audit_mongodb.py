"""The proof of the audit on MongoDB."""

from typing import Any

from tests.proofs import audit


def prove() -> dict[str, Any]:
    """What became of the changes, and of the tamperings."""
    return audit.prove("mongodb")
