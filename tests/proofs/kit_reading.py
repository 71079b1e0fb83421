"""The kit catches what a second pair of eyes thought of: searches and pages."""

from typing import Any

from tests.proofs import kit


def prove() -> dict[str, Any]:
    """What the kit said of each."""
    return kit.part("kit_reading")
