"""The kit catches the flawed servers that are right about what anybody would try first."""

from typing import Any

from tests.proofs import kit


def prove() -> dict[str, Any]:
    """What the kit said of each."""
    return kit.part("kit_finer")
