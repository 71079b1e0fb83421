"""How a check ends other than by passing: what it demands, takes for granted, or leaves aside."""

from typing import Any


class Failed(Exception):
    """The server broke rules: what should have come, what came, and which rules those are.

    With `broken` empty it is every rule that the check verifies in this API.
    """

    def __init__(self, expected: str, got: object, *broken: str) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = str(got)
        self.broken = broken


class Skipped(Exception):
    """The check could not be tried: something that other checks judge is missing."""


class NotApplicable(Exception):
    """There is nothing to judge: no such operation here, or an optional feature is not offered."""


def demand(holds: Any, expected: str, got: object, *broken: str) -> None:
    """Fail unless something holds."""
    if not holds:
        raise Failed(expected, got, *broken)


def require(condition: Any, reason: str) -> None:
    """Skip the check unless something holds that another check judges."""
    if not condition:
        raise Skipped(reason)


def applies(condition: Any, reason: str) -> None:
    """Leave the check aside unless what it looks at exists here."""
    if not condition:
        raise NotApplicable(reason)
