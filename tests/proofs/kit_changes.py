"""The kit catches the flawed servers that change entities wrongly, or lose changes."""

from typing import Any

from tests.proofs import kit


def prove() -> dict[str, Any]:
    """What the kit said of each."""
    return kit.part("kit_changes")
