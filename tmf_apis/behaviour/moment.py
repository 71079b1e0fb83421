"""When a change is made and by whom, and what there is to tell about it."""

from dataclasses import dataclass, field

from tmf_apis.lifecycles.machine import By


@dataclass(slots=True)
class Moment:
    """The circumstances of one change. `now` is an RFC 3339 text, as resources hold it.

    `hints` are what the answer says in `Tmf-Hint`; `warnings` are hints that are logged as well.
    """

    now: str
    by: By = By.CLIENT
    hints: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
