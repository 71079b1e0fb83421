"""What rows, guards and demands may ask of the compiler, which makes plans of plans."""

from collections.abc import Mapping
from typing import Protocol

from tmf_apis.faces.choice import Choice
from tmf_apis.faces.classes import Classes, Schema
from tmf_apis.faces.fitting import Fitting
from tmf_apis.faces.pairs import Pair
from tmf_apis.faces.table import ClassEntry, RowEntry, Table

Declared = Mapping[str, Schema]


class Compiler(Protocol):
    """What the rows of a plan need of the compiler."""

    table: Table
    classes: tuple[Classes, Classes]
    fitting: tuple[Fitting, Fitting]
    base_paths: tuple[str, str]

    def choice(
        self,
        to: int,
        older: str,
        position: str,
        part: RowEntry | None = None,
        *,
        plain: bool = ...,
        loose: bool = ...,
    ) -> Choice:
        """How what stands in a position crosses to a side."""

    def single(self, to: int, pair: Pair) -> Choice:
        """The same where there is but one class."""

    def entry(self, pair: Pair) -> ClassEntry:
        """What the table says of a pair."""

    def attributes(self, side: int, pair: Pair) -> Declared:
        """What a side declares."""
