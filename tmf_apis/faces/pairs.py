"""Two classes, one of each version, that are each other's counterpart."""

from dataclasses import dataclass

from tmf_apis.faces.table import RowEntry


@dataclass(frozen=True, slots=True)
class Pair:
    """Two classes that are each other's counterpart.

    `position` is the class that the newer file names where `newer` stands, `key` the `@type` that
    selects it. `part` is the row that nests a part of one class on one side, and None for whole
    classes; `base` is the class of the older file that `older` stands for. What stands there is
    `loose` where its own file does not bind it: it may hold anything.
    """

    older: str
    newer: str
    position: str
    key: str
    base: str
    part: RowEntry | None = None
    root: bool = False
    loose: bool = False

    def side(self, side: int) -> str:
        """The class on a side."""
        return (self.older, self.newer)[side]
