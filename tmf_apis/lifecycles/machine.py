"""A state machine as plain values: its states, its moves, and who may make them (lifecycles.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """What becomes of a move that the machine does not know (D19)."""

    ENFORCED = "enforced"
    WARNED = "warned"
    OFF = "off"


class By(StrEnum):
    """Who makes a move, or may make it."""

    CLIENT = "client"
    SERVER = "server"
    EITHER = "either"

    def allows(self, who: "By") -> bool:
        """Whether a move for these may be made by one of them."""
        return self is By.EITHER or self is who


class When(StrEnum):
    """What a state brings: its time, whether or not one that is there already is kept, or true."""

    FIRST = "first"
    ALWAYS = "always"
    TRUE = "true"


@dataclass(frozen=True, slots=True)
class Machine:
    """The states of one attribute of one resource, in one version of an API.

    `path` leads to the attribute; a first step that is a list of items means each of them, and
    those nested in them. `begins` has the states of a new resource, none for any; `moves` the
    legal moves from each state, in the order of the table; `stamps` the attributes that take the
    time of a move into a state, or become true by it. With `open`, values beside the states are
    legal and free; with `folded`, case and blanks do not count.
    """

    rule: str
    api: str
    version: str
    resource: str
    path: tuple[str, ...]
    mode: Mode
    begins: Mapping[str, By]
    moves: Mapping[str, Mapping[str, By]]
    stamps: Mapping[str, Mapping[str, When]] = field(default_factory=dict)
    open: bool = False
    folded: bool = False
    #: The attribute as a table writes it: `state`, `productOrderItem.state`.
    name: str = field(init=False, compare=False)
    #: The states that no move leads out of.
    final: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Find once what every write asks for."""
        final = frozenset(state for state, targets in self.moves.items() if not targets)
        object.__setattr__(self, "name", ".".join(self.path))
        object.__setattr__(self, "final", final)

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order of the table."""
        return tuple(self.moves)
