"""When a change is made and by whom, and what there is to tell about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tmf_apis.lifecycles.machine import By


@dataclass(slots=True)
class Moment:
    """The circumstances of one change.

    `clock` gives its time as an RFC 3339 text, as resources hold it, and is asked once, if at all:
    most changes need no time. `hints` are what the answer says in `Tmf-Hint`; `warnings` are hints
    that are logged as well. `words` are states as the client spells them, where that is not as the
    machine does.
    """

    clock: Callable[[], str]
    by: By = By.CLIENT
    hints: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    words: Mapping[str, str] | None = None
    _now: str = field(default="", init=False, repr=False, compare=False)

    @property
    def now(self) -> str:
        """The time of the change, the same for all that it brings about."""
        if not self._now:
            self._now = self.clock()
        return self._now
