"""Two records of one id that were kept apart, as the two faces of one (V-713). Pure."""

from collections.abc import Collection
from typing import NamedTuple

from tmf_apis.faces.converter import Faces
from tmf_apis.faces.plan import Json, Memory
from tmf_apis.faces.table import NEWER, OLDER


class Joined(NamedTuple):
    """Two faces of one record, by side, and what is to be remembered with them."""

    faces: tuple[Json, Json]
    memory: Memory


class Comparison(NamedTuple):
    """What becomes of two records when one or the other is believed, and where they differ.

    `differing` are the attributes of each side that say something else than those of the other.
    """

    believing: tuple[Joined, Joined]
    differing: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def agree(self) -> bool:
        """Whether the two are faces of one record as they stand."""
        return not any(self.differing)


def compared(
    faces: Faces, older: Json, newer: Json, at: str, stamps: Collection[str] = ()
) -> Comparison:
    """The two records, each as if it were written over what the other one is on its side.

    So whatever only one side can say stays, and the rows in which they differ are those of the one
    that is believed. A difference in one of the `stamps`, which a server sets by itself, is none.
    """
    sides = (older, newer)
    believing, differing = [], []
    for side in (OLDER, NEWER):
        other = sides[1 - side]
        shown, memory = faces.made(1 - side, other, at)
        carried, memory = faces.changed(side, sides[side], shown, other, memory, at)
        both = (sides[side], carried) if side == OLDER else (carried, sides[side])
        believing.append(Joined(both, memory))
        differing.append(_different(other, carried, stamps))
    return Comparison(
        (believing[OLDER], believing[NEWER]),
        # What believing one side changes is what the other side says otherwise.
        (differing[NEWER], differing[OLDER]),
    )


def _different(one: Json, other: Json, stamps: Collection[str]) -> tuple[str, ...]:
    names = dict.fromkeys([*one, *other])
    return tuple(name for name in names if name not in stamps and one.get(name) != other.get(name))
