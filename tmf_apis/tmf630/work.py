"""How much a patch may do, and how much may be looked through in memory: steps are counted as they
are taken, whatever a clock says.

A few kilobytes can ask for minutes of work: each of many operations or conditions looks through a
long list, or copies it.
"""

from collections.abc import Callable

from tmf_apis.tmf630.errors import INVALID_FILTER, INVALID_PATCH, TmfError

#: Steps of one patch: values that are looked at, moved or copied. They take a second or so.
MOST_STEPS = 500_000
#: What it takes to change one place, in steps.
PLACE = 10
#: Values that conditions may look at for one answer, or for one event. They take two seconds or so.
MOST_LOOKS = 1_000_000
#: Seconds that one look takes at worst.
LOOK = 2e-6

#: Told how many values are looked at; raises `TmfError` (400) when there were too many.
Look = Callable[[int], None]


class Work:
    """The steps that are left to a patch."""

    __slots__ = ("_left",)

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._left = steps

    def spend(self, steps: int, number: int) -> None:
        """Take steps for an operation, by its number; raises `TmfError` (400) when too few are
        left.
        """
        self._left -= steps
        if self._left < 0:
            raise TmfError(
                INVALID_PATCH,
                f"/{number}: up to here the patch looks at or copies more than {MOST_STEPS} values;"
                " send fewer operations at once, or name places by their index.",
            )


def looking(looks: int = MOST_LOOKS) -> Look:
    """Counts what is looked at, up to so many values."""
    left = looks

    def look(values: int) -> None:
        nonlocal left
        left -= values
        if left < 0:
            raise TmfError(
                INVALID_FILTER,
                f"The conditions look at more than {looks} values; give fewer or simpler ones.",
            )

    return look
