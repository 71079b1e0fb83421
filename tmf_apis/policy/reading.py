"""Read a policy from its file, against the APIs that are served: whatever it names is there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tmf_apis.catalog import specs_folder
from tmf_apis.nearness import meant
from tmf_apis.policy.lined import Lined, lined
from tmf_apis.policy.policy import OF_NO_API, UNCONFINED, Act, Grant, Place, Policy, Role
from tmf_apis.policy.values import names_in, written
from tmf_apis.spec.model import ApiSpec, ResourceSpec
from tmf_apis.tmf630.declared import undeclared
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.identity import located
from tmf_apis.tmf630.listing import kept
from tmf_apis.tmf630.query import ALWAYS, Predicate
from tmf_apis.tmf630.query_string import split
from tmf_apis.tmf630.weight import refuse_heavy

#: What is shown of everything, whatever a policy says.
ALWAYS_SHOWN = frozenset({"id", "href", "version", "@type", "@baseType", "@schemaLocation"})
_GRANT = ("apis", "versions", "resources", "allow", "rows", "hidden", "fixed")
_FILE = ("claims", "roles")
#: The value that says which roles a caller has, and where it is unless the file says otherwise.
ROLES = "roles"
#: The value that says whom a caller acts for.
PARTY = "party"

Resources = Mapping[Place, ResourceSpec]


def shipped_policy() -> Path:
    """The policy in force where the operator gives none."""
    return specs_folder() / "access" / "policy.yaml"


def read_policy(file: Path, apis: Sequence[ApiSpec], *, complete: bool = True) -> Policy:
    """The policy of a file; one that is not for these APIs alone may name others, unless it is to
    be `complete`. Raises `PolicyError`.
    """
    resources = {
        Place(api.number, api.major, resource.name): resource
        for api in apis
        for resource in api.resources
    }
    whole = lined(file)
    found = dict(_members(whole, _FILE))
    claims: dict[str, tuple[str, ...]] = {ROLES: (ROLES,)}
    if "claims" in found:
        claims |= {
            name: tuple(step.text() for step in way.elements())
            for name, _, way in found["claims"].members()
        }
    if "roles" not in found:
        whole.fail("there are no roles")
    roles = [
        _role(name, grants, resources, claims, complete=complete)
        for name, _, grants in found["roles"].members()
    ]
    return Policy(tuple(roles), claims)


def _role(
    name: str,
    grants: Lined,
    resources: Resources,
    claims: Mapping[str, tuple[str, ...]],
    *,
    complete: bool,
) -> Role:
    given: dict[tuple[Place, Act], Grant] = {}
    general: frozenset[Act] = frozenset()
    unconfined: list[tuple[Lined, Place]] = []
    for entry in grants.elements():
        read = _Entry(entry, resources, claims, complete=complete)
        general |= OF_NO_API.intersection(read.acts)
        for at, act, grant in read.grants():
            given.setdefault((at, act), grant)
            if act in UNCONFINED:
                unconfined.append((entry, at))
    for entry, at in unconfined:
        _check_sees_all(name, entry, at, given, resources)
    return Role(name, _hidden_alike(given), general)


class _Entry:
    """One entry of a role."""

    def __init__(
        self,
        entry: Lined,
        resources: Resources,
        claims: Mapping[str, tuple[str, ...]],
        *,
        complete: bool,
    ) -> None:
        self._complete = complete
        self._claims = claims
        self._given = dict(_members(entry, _GRANT))
        if "allow" not in self._given:
            entry.fail(f"allow is missing: some of {', '.join(Act)}")
        self.acts = [Act(text) for text in self._chosen("allow", list(Act))]
        self._resources = self._those(resources)
        limits = [name for name in ("rows", "hidden", "fixed") if name in self._given]
        if limits and (wide := [act for act in self.acts if act in UNCONFINED]):
            self._given[limits[0]].fail(
                f"{wide[0]} is about the rows of everybody: grant it apart, without {limits[0]}"
            )

    def grants(self) -> Iterator[tuple[Place, Act, Grant]]:
        """What it grants, where."""
        for at, resource in self._resources.items():
            grant = self._grant(resource)
            for act in self.acts:
                if act is Act.HUB:
                    yield Place(at.number, at.major), act, grant
                elif act not in OF_NO_API:
                    yield at, act, grant

    def _those(self, resources: Resources) -> Resources:
        """The resources that are meant."""
        numbers = self._chosen("apis", [at.number for at in resources])
        majors = self._chosen("versions", [at.major for at in resources if at.number in numbers])
        inside = {a: r for a, r in resources.items() if a.number in numbers and a.major in majors}
        names = self._chosen("resources", [at.resource for at in inside])
        return {at: resource for at, resource in inside.items() if at.resource in names}

    def _chosen(self, name: str, known: Sequence[str]) -> list[str]:
        """The texts below a name, each of which is known; all where it is left out."""
        if name not in self._given:
            return list(known)
        chosen = self._given[name].elements()
        for each in chosen:
            if each.text() not in known and self._complete:
                each.fail(f"{name}: there is no {each.text()} here{meant(each.text(), known)}")
        return [each.text() for each in chosen]

    def _grant(self, resource: ResourceSpec) -> Grant:
        rows, names = self._rows(resource)
        hidden = self._attributes("hidden", resource)
        return Grant(rows, names, hidden, hidden | self._attributes("fixed", resource))

    def _attributes(self, name: str, resource: ResourceSpec) -> frozenset[str]:
        if name not in self._given:
            return frozenset()
        for each in self._given[name].elements():
            if each.text() not in resource.attributes.children:
                near = meant(each.text(), resource.attributes.children)
                each.fail(f"{name}: {resource.name} has no attribute {each.text()}{near}")
            if each.text() in ALWAYS_SHOWN and (name == "hidden" or each.text() == "href"):
                each.fail(f"{name}: {each.text()} is shown of everything, as the server has it")
        return frozenset(each.text() for each in self._given[name].elements())

    def _rows(self, resource: ResourceSpec) -> tuple[Predicate, frozenset[str]]:
        if "rows" not in self._given:
            return ALWAYS, frozenset()
        rows = self._given["rows"]
        try:
            reserved, conditions = split(rows.text())
            if strange := sorted(reserved.keys() - {"filter"}):
                rows.fail(f"rows: {strange[0]} is no condition")
            where = located(kept(reserved, conditions, resource.attributes))
            refuse_heavy(where)
            names = frozenset(names_in(where))
            if written(rows.text()) - names:
                raise ValueError("${name} stands for a text, and what it is compared with is none")
        except (TmfError, ValueError) as error:
            rows.fail(f"rows: {getattr(error, 'message', error)}")
        if where == ALWAYS:
            rows.fail("rows: there is no condition")
        for path in undeclared(where, resource.attributes):
            rows.fail(f"rows: {resource.name} has no attribute {'.'.join(path)}")
        for name in sorted(names - self._claims.keys()):
            rows.fail(f"rows: claims do not say where ${{{name}}} is in a token")
        return where, names


def _members(value: Lined, known: Sequence[str]) -> Iterator[tuple[str, Lined]]:
    for name, place, inner in value.members():
        if name not in known:
            near = meant(name, known) or f"; there are {', '.join(known)}"
            place.fail(f"there is no {name} here{near}")
        yield name, inner


def _check_sees_all(
    role: str,
    entry: Lined,
    at: Place,
    given: Mapping[tuple[Place, Act], Grant],
    resources: Resources,
) -> None:
    """Events and tasks of an API are about the rows of everybody: who has them sees all."""
    for other in resources:
        if other[:2] != at[:2]:
            continue
        for act in (Act.LIST, Act.RETRIEVE):
            grant = given.get((other, act))
            if grant is None or not grant.is_whole:
                entry.fail(
                    f"hub and task tell of every {other.resource} of {at.number} {at.major}, which"
                    f" {role} does not see whole"
                )


def _hidden_alike(given: Mapping[tuple[Place, Act], Grant]) -> dict[tuple[Place, Act], Grant]:
    """The grants of a role, each hiding what any of them hides there: an answer to one act must not
    show what that to another does not.
    """
    hidden: dict[Place, frozenset[str]] = {}
    for (place, _), grant in given.items():
        hidden[place] = hidden.get(place, frozenset()) | grant.hidden
    return {
        (place, act): replace(grant, hidden=hidden[place], fixed=grant.fixed | hidden[place])
        for (place, act), grant in given.items()
    }
