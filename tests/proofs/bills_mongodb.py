"""The proof of bill runs that end suddenly, on MongoDB."""

from typing import Any

from tests.proofs import bills


def prove() -> dict[str, Any]:
    """What became of the rates."""
    return bills.prove("mongodb")
