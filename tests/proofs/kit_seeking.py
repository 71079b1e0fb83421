"""The kit catches what a third pair of eyes thought of: searches, pages and selections."""

from typing import Any

from tests.proofs import kit


def prove() -> dict[str, Any]:
    """What the kit said of each."""
    return kit.part("kit_seeking")
