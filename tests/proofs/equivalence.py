"""Thousands of random queries: SQLite finds what a naive evaluator finds."""

from typing import Any

from tests.proofs.agreement import agreement

EXAMPLES = 5000


def prove() -> dict[str, Any]:
    """How many queries were put to both, and whether they ever differed."""
    return agreement("sqlite", EXAMPLES, TMF_EXAMPLES=str(EXAMPLES))
