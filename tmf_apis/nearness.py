"""Which known names a name may have been meant to be, and which of those sent a known one."""

from collections.abc import Callable, Container, Iterable
from difflib import get_close_matches
from itertools import islice

#: How alike names must be to be near: of ten letters seven.
_ALIKE = 0.7
#: Of the members of an object so many are looked at, however many there are.
_LOOKED_AT = 100


def nearest(
    name: str, known: Iterable[str], most: int = 1, plain: Callable[[str], str] = str.lower
) -> list[str]:
    """The known names most like a name, the nearest first; none where nothing is near.

    Names are compared as `plain` makes them.
    """
    names = {plain(one): one for one in sorted(known)}
    return [names[one] for one in get_close_matches(plain(name), names, most, _ALIKE)]


def meant(name: str, known: Iterable[str], plain: Callable[[str], str] = str.lower) -> str:
    """What the refusal of an unknown name adds: the nearest that is known, if one is near."""
    return "".join(f"; the nearest is {one}" for one in nearest(name, known, plain=plain))


def sent_for(name: str, members: Iterable[str], known: Container[str]) -> list[str]:
    """Which of the `members` of an object, none of those that are `known`, may have been meant to
    be one that it lacks.
    """
    return nearest(name, islice((one for one in members if one not in known), _LOOKED_AT))


def misspelt(name: str, members: Iterable[str], known: Container[str]) -> str:
    """What the refusal of an object that lacks a member adds, so that its sender finds the slip."""
    return "".join(f', perhaps misspelt as "{one}"' for one in sent_for(name, members, known))
