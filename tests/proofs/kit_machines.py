"""The kit catches the flawed servers whose states, orders or tasks do not do what they say."""

from typing import Any

from tests.proofs import kit


def prove() -> dict[str, Any]:
    """What the kit said of each."""
    return kit.part("kit_machines")
