"""What the states of an order's items add up to, and what a state of the order is for its items.

Pure, on state names alone (L-622-R2 to R7, L-641).
"""

from collections.abc import Collection

ACKNOWLEDGED, IN_PROGRESS, HELD, PENDING = "acknowledged", "inProgress", "held", "pending"
ASSESSING, CANCELLING = "assessingCancellation", "pendingCancellation"
COMPLETED, FAILED, CANCELLED, REJECTED = "completed", "failed", "cancelled", "rejected"
PARTIAL = "partial"

#: The states that an item leaves no more.
FINAL = frozenset({COMPLETED, FAILED, CANCELLED, REJECTED, PARTIAL})
#: While an item has one of these, so has the order; the first that any has (L-622-R2, R6).
_UNDER_WAY = (IN_PROGRESS, HELD, PENDING, ASSESSING, CANCELLING)


def rolled_up(states: Collection[str]) -> str:
    """The state of an order whose items, one at least, have these states (L-622-R2 to R6).

    Of finished items some completed and some not: `partial`. None completed and some failed:
    `failed`.
    """
    found = set(states)
    if len(found) == 1:
        return found.pop()
    for state in _UNDER_WAY:
        if state in found:
            return state
    if found - FINAL:
        # Some are over and others not begun: the order is.
        return IN_PROGRESS
    if found & {COMPLETED, PARTIAL}:
        return PARTIAL
    return FAILED if FAILED in found else CANCELLED


def taken_along(wish: str) -> str:
    """The state of the items that are not final when their order goes into one (L-622-R7).

    Whoever calls an order partial says that what is not completed will not be.
    """
    return FAILED if wish == PARTIAL else wish
