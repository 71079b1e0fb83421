"""The policy in force, and what it lets callers do. Rights are found once for a caller, while its
token is known.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from handlers.identity.caller import Caller
from handlers.identity.refusals import missing, not_allowed
from handlers.permission.rights import Rights
from handlers.permission.veiling import Veil
from handlers.service import Service
from tmf_apis.policy.lined import PolicyError
from tmf_apis.policy.policy import Act, Grant, Place, Policy, Role
from tmf_apis.policy.reading import PARTY, ROLES, read_policy, shipped_policy
from tmf_apis.policy.values import Unfilled, claimed, filled
from tmf_apis.spec.model import ApiSpec
from tmf_apis.tmf630.query import ALWAYS, All, Predicate

logger = logging.getLogger(__name__)

#: Acts that show a resource, and those that write one.
_SHOWING, _WRITING = (Act.LIST, Act.RETRIEVE), (Act.CREATE, Act.PATCH)


class Permissions:
    """Says what callers may. Raises `PolicyError` for a file that cannot be used."""

    def __init__(
        self,
        file: Path | None,
        apis: Sequence[ApiSpec],
        services: Iterable[Service],
        veil: Veil | None = None,
    ) -> None:
        self._file = file
        self._apis = apis
        self._services = list(services)
        self._veil = veil
        self._policy = self._read()

    def reload(self, changed: Callable[[], None]) -> None:
        """Have the file in force as it is now, or stay with what it was where that cannot be used.

        `changed` is called when callers are to be judged anew.
        """
        try:
            self._policy = self._read()
        except PolicyError as error:
            logger.error("the policy stays as it was: %s", error)
        else:
            changed()
            logger.warning("the policy was read anew")

    def rights(self, caller: Caller | None, service: Service, act: Act) -> Rights:
        """What a caller may do by an act on a resource. Raises `TmfError` (403)."""
        caller = _known(caller)
        # Services live as long as the server does.
        key = (id(service), act)
        known: Rights | None = caller.memory.get(key)
        if known is None:
            known = caller.memory[key] = self._rights(caller, service, act)
        return known

    def admit(self, caller: Caller | None, place: Place, act: Act) -> None:
        """Raise `TmfError` (403) for who may not do what is about an API as a whole."""
        caller = _known(caller)
        if self._policy.deciding(self._roles(caller), place, act) is None:
            raise _refused(act, place)

    def admit_administrator(self, caller: Caller | None) -> None:
        """Raise `TmfError` (403) for who may not look behind the scenes."""
        if not self._policy.grants(self._roles(_known(caller)), Act.ADMIN):
            raise not_allowed("This is for administrators; your role is none of theirs.")

    def admit_auditor(self, caller: Caller | None) -> None:
        """Raise `TmfError` (403) for who may not see who did what."""
        if not self._policy.grants(self._roles(_known(caller)), Act.AUDIT):
            raise not_allowed("This is for auditors; your role is none of theirs.")

    def parties(self, caller: Caller) -> tuple[str, ...]:
        """Whom a caller acts for, as its token says it."""
        return claimed(caller.claims, self._policy.claims.get(PARTY, (PARTY,)))

    def _rights(self, caller: Caller, service: Service, act: Act) -> Rights:
        place = _place(service)
        role = self._policy.deciding(self._roles(caller), place, act)
        if role is None:
            raise _refused(act, place)
        grant = role.grants[place, act]
        own = self._rows(caller, grant)
        twin = _twin_grant(service, role, act)
        where = service.scope.where
        if own is not ALWAYS:
            where = own if where is ALWAYS else All((where, own))
        scope = replace(
            service.scope,
            actor=caller.actor,
            where=where,
            own=own,
            twin=ALWAYS if twin is None else self._rows(caller, twin),
        )
        fixed = grant.fixed
        if own is not ALWAYS:
            # What is mirrored writes to the rows of others, and a version may be taken by one.
            fixed |= frozenset(service.rules.mirrored)
            fixed |= {"version"} if service.rules.versioned and act is Act.PATCH else frozenset()
        confined, sight = own is not ALWAYS, self._sight(caller)
        veil = self._veil if confined else None
        return Rights(scope, grant.hidden, fixed, confined, sight, self._own(caller, grant), veil)

    def _sight(self, caller: Caller) -> Callable[[Service], Rights | None]:
        def sight(service: Service) -> Rights | None:
            role = self._policy.deciding(self._roles(caller), _place(service), Act.RETRIEVE)
            return None if role is None else self.rights(caller, service, Act.RETRIEVE)

        return sight

    def _rows(self, caller: Caller, grant: Grant) -> Predicate:
        if not grant.names:
            return grant.rows
        try:
            return filled(grant.rows, self._values(caller, grant))
        except Unfilled as error:
            raise not_allowed(
                f"Your role is for the rows of a {error}; the token names none."
            ) from (error)

    def _values(self, caller: Caller, grant: Grant) -> dict[str, tuple[str, ...]]:
        claims = self._policy.claims
        return {name: claimed(caller.claims, claims[name]) for name in grant.names}

    def _own(self, caller: Caller, grant: Grant) -> frozenset[str]:
        return frozenset(chain.from_iterable(self._values(caller, grant).values()))

    def _roles(self, caller: Caller) -> list[str]:
        said = claimed(caller.claims, self._policy.claims[ROLES])
        return [role for text in said for role in text.split()]

    def _read(self) -> Policy:
        given = self._file is not None
        policy = read_policy(self._file or shipped_policy(), self._apis, complete=given)
        for service in self._services:
            if service.has_twin:
                for role in policy.roles:
                    _check_faces(service, role)
        return policy


def _known(caller: Caller | None) -> Caller:
    """Who asks: nobody comes so far unasked. Raises `TmfError` (401) should anybody."""
    if caller is None:
        raise missing(on_page=False)
    return caller


def _place(service: Service) -> Place:
    return Place(service.api.number, service.api.major, service.spec.name)


def _twin_grant(service: Service, role: Role, act: Act) -> Grant | None:
    """What a role is granted on the other face, if it is granted the same there."""
    return role.grants.get((_place(service.twin), act)) if service.has_twin else None


def _check_faces(service: Service, role: Role) -> None:
    """Raise `PolicyError` for an attribute that one face keeps from a role, and the other not."""
    place, known = _place(service), service.twin.spec.attributes.children
    for kept, acts in (("hidden", _SHOWING), ("fixed", _WRITING)):
        for act in acts:
            grant, other = role.grants.get((place, act)), _twin_grant(service, role, act)
            if grant is None or other is None:
                continue
            for name in sorted(getattr(grant, kept) - getattr(other, kept)):
                if name in known:
                    raise PolicyError(
                        f"role {role.name}: {name} of {place.resource} is {kept} in {place.major}"
                        f" and not in {service.twin.api.major}, though the records are the same"
                    )


def _refused(act: Act, place: Place) -> Exception:
    about = f"{place.resource} of {place.number}" if place.resource else place.number
    return not_allowed(f"Your role may not {_SAID[act]} {about} {place.major}.")


_SAID = {
    **{act: act.value for act in Act},
    Act.HUB: "listen to",
    Act.TASK: "give the task",
}
