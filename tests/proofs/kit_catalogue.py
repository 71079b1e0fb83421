"""The kit catches the flawed servers that are wrong about what a single API is about."""

from typing import Any

from tests.proofs import kit


def prove() -> dict[str, Any]:
    """What the kit said of each."""
    return kit.part("kit_catalogue")
