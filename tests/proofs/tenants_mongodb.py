"""The proof of tenants on MongoDB."""

from typing import Any

from tests.proofs import tenants


def prove() -> dict[str, Any]:
    """How many operations there were, and what of the two is not as it is alone."""
    return tenants.prove("mongodb")
