"""The kit catches the flawed servers whose answers are wrong whatever they were asked for."""

from typing import Any

from tests.proofs import kit


def prove() -> dict[str, Any]:
    """What the kit said of each."""
    return kit.part("kit_habits")
