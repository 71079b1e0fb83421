"""What was found of one operation and attribute of a resource, and where it is noted."""

from collections.abc import Awaitable
from dataclasses import dataclass, field

from conformance.client import NoAnswer
from conformance.outcomes import NotApplicable, Skipped
from conformance.results import Exchange, Outcome
from conformance.trial import Trial


@dataclass(frozen=True, slots=True)
class Cell:
    """One demand: an operation of a resource, as a whole (`attribute` empty) or of an attribute.

    `outcome` is passed, failed, skipped (it could not be tried, `got` says why) or not applicable.
    """

    resource: str
    operation: str
    attribute: str
    outcome: Outcome
    expected: str = ""
    got: str = ""
    #: The request that decided, of one that failed.
    exchange: Exchange | None = None


@dataclass(slots=True)
class Sheet:
    """The cells of one resource, as they are found; of the trial's unless it is another one."""

    trial: Trial
    resource: str = ""
    cells: list[Cell] = field(default_factory=list)

    def note(
        self, operation: str, attribute: str, holds: object, expected: str, got: object
    ) -> bool:
        """Note whether something that is demanded holds; so it is returned."""
        last = self.trial.session.exchanges[-1] if self.trial.session.exchanges else None
        self.cells.append(
            Cell(
                self._name,
                operation,
                attribute,
                Outcome.PASSED if holds else Outcome.FAILED,
                "" if holds else expected,
                "" if holds else str(got),
                None if holds else last,
            )
        )
        return bool(holds)

    def leave(self, operation: str, attribute: str, why: str, *, aside: bool = False) -> None:
        """Note that something could not be tried, or that there is nothing to try."""
        outcome = Outcome.NOT_APPLICABLE if aside else Outcome.SKIPPED
        self.cells.append(Cell(self._name, operation, attribute, outcome, "", why))

    @property
    def _name(self) -> str:
        return self.resource or self.trial.spec.name

    async def tried(self, operation: str, step: Awaitable[None]) -> None:
        """Take one step; what keeps it from being taken is noted."""
        try:
            await step
        except NotApplicable as reason:
            self.leave(operation, "", str(reason), aside=True)
        except Skipped as reason:
            self.leave(operation, "", str(reason))
        except NoAnswer as silence:
            self.leave(operation, "", f"no answer: {silence.exchange.error}")
