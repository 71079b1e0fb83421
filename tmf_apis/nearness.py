"""Which known names a name may have been meant to be."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches

#: How alike names must be to be near: of ten letters seven.
_ALIKE = 0.7


def nearest(
    name: str, known: Iterable[str], most: int = 1, plain: Callable[[str], str] = str.lower
) -> list[str]:
    """The known names most like a name, the nearest first; none where nothing is near.

    Names are compared as `plain` makes them.
    """
    names = {plain(one): one for one in sorted(known)}
    return [names[one] for one in get_close_matches(plain(name), names, most, _ALIKE)]
