"""The kit catches the flawed servers that create wrongly, or take or give wrong values."""

from typing import Any

from tests.proofs import kit


def prove() -> dict[str, Any]:
    """What the kit said of each."""
    return kit.part("kit_bodies")
