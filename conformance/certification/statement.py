"""A conformance statement: of which product in which environment it speaks, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from conformance.certification.cells import Cell
from conformance.results import Outcome, Target


class Forecast(StrEnum):
    """What TM Forum's own kit would say."""

    PASSES = "would pass"
    FAILS = "would not pass"
    OPEN = "cannot be told"


#: The exit code of the command for each.
EXIT = {Forecast.PASSES: 0, Forecast.FAILS: 1, Forecast.OPEN: 2}


@dataclass(frozen=True, slots=True)
class Product:
    """What is certified, in the words of who makes it; empty where it was not said."""

    company: str = ""
    name: str = ""
    version: str = ""
    url: str = ""
    #: Where it ran: its platform, store, release of the environment.
    environment: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What was found of each demand. Times are ISO 8601 in UTC."""

    product: Product
    target: Target
    kit_version: str
    started: str
    finished: str
    cells: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def forecast(self) -> Forecast:
        """One failure decides; else everything that is demanded must have been tried."""
        outcomes = {cell.outcome for cell in self.cells}
        if Outcome.FAILED in outcomes:
            return Forecast.FAILS
        if Outcome.SKIPPED in outcomes or Outcome.PASSED not in outcomes:
            return Forecast.OPEN
        return Forecast.PASSES

    @property
    def sentence(self) -> str:
        """The verdict with what decides it, in one sentence."""
        who = f"{self.target.api} {self.target.version} ({self.target.spec_version})"
        said = f"TM Forum's own kit {self.forecast.value} {who} at {self.target.url}"
        if self.forecast is Forecast.OPEN:
            said = (
                f"Whether TM Forum's own kit would pass {who} at {self.target.url} {self.forecast}"
            )
        failed = [cell for cell in self.cells if cell.outcome is Outcome.FAILED]
        if failed:
            return f"{said}: {len(failed)} of {len(tried(self.cells))} demands fail"
        left = [cell for cell in self.cells if cell.outcome is Outcome.SKIPPED]
        if left or not self.cells:
            why = self.notes[0] if self.notes and not self.cells else f"{len(left)} were not tried"
            return f"{said}: {why}"
        return f"{said}: all {len(tried(self.cells))} demands hold"

    def of(self, resource: str) -> list[Cell]:
        """The cells of one resource."""
        return [cell for cell in self.cells if cell.resource == resource]

    @property
    def resources(self) -> list[str]:
        """The resources of which anything is mandatory, in order; the hub of the API is last."""
        return list(dict.fromkeys(cell.resource for cell in self.cells))


def tried(cells: Sequence[Cell]) -> list[Cell]:
    """The cells of what was judged."""
    return [cell for cell in cells if cell.outcome in (Outcome.PASSED, Outcome.FAILED)]


def table(cells: Sequence[Cell]) -> tuple[list[str], dict[str, dict[str, Cell]]]:
    """Operations, and for each attribute (empty for an operation as a whole) its cells by these."""
    operations = list(dict.fromkeys(cell.operation for cell in cells))
    attributes = dict.fromkeys(["", *(cell.attribute for cell in cells)])
    return operations, {
        attribute: {c.operation: c for c in cells if c.attribute == attribute}
        for attribute in attributes
    }
