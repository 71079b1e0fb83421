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
        broken = (self.rule, *self.also)
        again = {same for one in broken for same in SAID_AGAIN.get(one, ())}
        return any(fnmatchcase(rule, pattern) for pattern in (*broken, *again, *ALWAYS))


#: Rules that say the same of more or of fewer cases: they cannot hold where the first does not.
SAID_AGAIN = {
    "R-605": ("R-639-05",), "R-703": ("R-720",), "R-710": ("R-817",), "R-711": ("R-642-03",),
    "R-810": ("R-642-02", "R-641-07", "R-641-08", "R-638-03"), "R-813": ("R-201",),
    "R-1001": ("R-140",), "R-1012": ("R-1030", "R-140"), "R-1017": ("L-004",),
    "R-1201": ("R-1108",), "S-001": ("R-1108",),
}  # fmt: skip
#: What a flaw of GET breaks by the way: HEAD is no longer as GET is.
ALWAYS = ("R-108",)
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
