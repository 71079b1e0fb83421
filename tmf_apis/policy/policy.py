"""A policy: roles, what each is granted where, and which grant decides (decision 0018)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from tmf_apis.tmf630.query import ALWAYS, Predicate


class Act(StrEnum):
    """What can be done with a resource; `HUB` with the listeners of an API, `TASK` is every write
    of a task, `ADMIN` is what operators look at, `AUDIT` who did what.
    """

    LIST = "list"
    RETRIEVE = "retrieve"
    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"
    HUB = "hub"
    TASK = "task"
    ADMIN = "admin"
    AUDIT = "audit"


#: What acts on the rows of everybody, or tells of them.
UNCONFINED = frozenset({Act.HUB, Act.TASK, Act.ADMIN, Act.AUDIT})
#: Acts that are about no API.
OF_NO_API = frozenset({Act.ADMIN, Act.AUDIT})


class Place(NamedTuple):
    """A resource of one version of an API; without a name, the API as a whole."""

    number: str
    major: str
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission for an act: for which rows, and what of these is neither seen nor written.

    `rows` may hold `${name}` in the place of a value, for each of the `names`. `hidden` and `fixed`
    are attributes of the first level; what is hidden is fixed.
    """

    rows: Predicate = ALWAYS
    names: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether it shows everything."""
        return self.rows is ALWAYS and not self.hidden


@dataclass(frozen=True, slots=True)
class Role:
    """A role and its grants; `general` are those of its acts that are about no API."""

    name: str
    grants: Mapping[tuple[Place, Act], Grant] = field(default_factory=dict)
    general: frozenset[Act] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """Roles from the strongest to the weakest, and where in a token the values are that they ask
    for: `claims` has the way to each, the roles of the caller among them.
    """

    roles: tuple[Role, ...]
    claims: Mapping[str, tuple[str, ...]]

    def deciding(self, names: Collection[str], place: Place, act: Act) -> Role | None:
        """The role of a caller that decides: the first that is granted the act, alone."""
        for role in self.roles:
            if role.name in names and (place, act) in role.grants:
                return role
        return None

    def grants(self, names: Collection[str], act: Act) -> bool:
        """Whether a caller with these roles may do something that is about no API."""
        return any(act in role.general and role.name in names for role in self.roles)
