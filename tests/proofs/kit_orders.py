"""The kit catches the flawed servers that take orders they should refuse, or lose parts of them."""

from typing import Any

from tests.proofs import kit


def prove() -> dict[str, Any]:
    """What the kit said of each."""
    return kit.part("kit_orders")
