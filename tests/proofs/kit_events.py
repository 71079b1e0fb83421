"""The kit catches the flawed servers that tell subscribers the wrong thing, or nothing."""

from typing import Any

from tests.proofs import kit


def prove() -> dict[str, Any]:
    """What the kit said of each."""
    return kit.part("kit_events")
