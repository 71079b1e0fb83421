"""What a flaw is, and the table of all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.conformance.flawed_servers.exchange import Behaviour


@dataclass(frozen=True)
class Flaw:
    """A server that is wrong in one way.

    `rule` is the rule it must be caught by, `also` those that cannot hold either once the first
    is broken in this way. `given` are layers with behaviour that the flaw needs and that our
    server does not have yet; without the flaw, a server with them keeps the rule.
    """

    name: str
    about: str
    rule: str
    also: frozenset[str]
    #: What it is tried on, for instance `TMF629 v5 customer`, or `TMF629 v4+v5 customer`.
    on: str
    behaviour: Behaviour
    given: tuple[Behaviour, ...] = ()
    profile: str = "full"

    @property
    def topic(self) -> str:
        """The file it is in."""
        return self.behaviour.__module__.rpartition(".")[2]

    def implies(self, rule: str) -> bool:
        """Whether a rule cannot hold either; `also` may say R-10* for all of a kind."""
        return any(fnmatchcase(rule, pattern) for pattern in (self.rule, *self.also))


#: Every flaw by name.
FLAWS: dict[str, Flaw] = {}


def flaw(
    rule: str, *also: str, on: str, given: tuple[Behaviour, ...] = (), profile: str = "full"
) -> Callable[[Behaviour], Behaviour]:
    """Put a behaviour into the table; its docstring says what is wrong."""

    def register(behaviour: Behaviour) -> Behaviour:
        name = behaviour.__name__  # type: ignore[attr-defined]
        about = (behaviour.__doc__ or "").strip()
        assert about and name not in FLAWS, name
        FLAWS[name] = Flaw(name, about, rule, frozenset(also), on, behaviour, given, profile)
        return behaviour

    return register
