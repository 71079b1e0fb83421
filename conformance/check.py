"""What a check is, and how one is registered.

A check is a small function that takes a `Trial` and returns when the server did right::

    @check("R-607", title="X-Total-Count counts all matches", needs=("list",))
    async def total_counts_all_matches(trial: Trial) -> None:
        ...
        demand(total == len(cohort.records), "X-Total-Count: 5", total)

It raises `Failed` (best through `demand`), `Skipped` or `NotApplicable` (`conformance.outcomes`).
The first rule it names decides its level and in which versions it is tried. It runs once for
each resource that offers all it needs, or once for the API with `scope="api"`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from conformance.requirements import requirements
from conformance.results import Level
from conformance.trial import Trial

Run = Callable[[Trial], Awaitable[None]]

#: Versions of a check whose rule binds v5 and which v4 may follow.
BOTH = ("v4", "v5")

#: The profile of what two versions of one API have to do with each other.
TWO_VERSIONS = "two-versions"
#: The profiles a run may ask for; `full` holds every check that needs one version alone.
PROFILES = ("mandatory", "full", "read-only", "events", TWO_VERSIONS)


@dataclass(frozen=True, slots=True)
class Check:
    """One registered check; `name` is `topic.function`."""

    name: str
    title: str
    rules: tuple[str, ...]
    profiles: frozenset[str]
    #: Operations that the resource must offer: list, retrieve, create, patch, delete.
    needs: tuple[str, ...]
    scope: str
    run: Run
    #: The versions it is tried in; none for those of its first rule.
    versions: tuple[str, ...] = ()
    #: Whether it is tried when all others have ended, for it judges what they have exchanged.
    last: bool = False
    #: Whether a nested resource is tried in a parent of its own: what others do to its siblings
    #: changes the parent, and with that what embeds them.
    alone: bool = False

    @property
    def level(self) -> Level:
        """How binding its first rule is."""
        return requirements()[self.rules[0]].level

    def holds_in(self, major: str) -> bool:
        """Whether it is tried in that version."""
        versions = self.versions or requirements()[self.rules[0]].versions
        return major in versions or major not in ("v4", "v5")


#: Every check by name, in the order of registration.
REGISTRY: dict[str, Check] = {}


def check(
    *rules: str,
    title: str,
    needs: tuple[str, ...] = (),
    profiles: tuple[str, ...] = (),
    scope: str = "resource",
    versions: tuple[str, ...] = (),
    last: bool = False,
    alone: bool = False,
) -> Callable[[Run], Run]:
    """Register a check of some rules; it is part of `full` and of the profiles named.

    One of `two-versions` needs the other version as well, and is part of that profile alone.
    The last ones are tried when all others have ended.
    """

    def register(run: Run) -> Run:
        topic = run.__module__.rpartition(".")[2]
        name = f"{topic}.{getattr(run, '__name__', '')}"
        assert name not in REGISTRY, f"two checks are called {name}"
        within = frozenset(profiles if TWO_VERSIONS in profiles else ("full", *profiles))
        REGISTRY[name] = Check(name, title, rules, within, needs, scope, run, versions, last, alone)
        return run

    return register
