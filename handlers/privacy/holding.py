"""What a store holds of a person: found by looking at everything, for nothing else is sure."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_hex
from typing import Any, NamedTuple

import orjson

from handlers.privacy.mentioning import tells
from handlers.service import Service
from persistence.forgetting import Forgetful
from persistence.store import Collection, Kept, Logged, Record, scope_of
from tmf_apis.privacy.person import Person, name_beside, texts_of
from tmf_apis.privacy.redacting import Own
from tmf_apis.privacy.table import Personal, erasing, personal

Json = dict[str, Any]

#: Records that are read at once, and events.
_READ, _EVENTS = 200, 500


class Held(NamedTuple):
    """A record that tells of a person, in the face that leads; `named` says that it is the person's
    own, or refers to it, and not only has a text that tells who it is.
    """

    service: Service
    kept: Kept
    document: Json
    named: bool

    @property
    def is_person(self) -> bool:
        """Whether it is the person itself, or one of its roles."""
        return self.named and is_person(self.service)

    @property
    def faces(self) -> list[str]:
        """The collections of all its faces."""
        collection = self.service.collection
        return [collection.name, collection.twin] if self.service.has_twin else [collection.name]

    async def seen(self) -> Record:
        """The record as it is now, with its other face if it has one. Raises `Missing`."""
        service, kept = self.service, self.kept
        version = kept.version if service.rules.versioned else None
        return await service.store.get(
            service.collection, kept.id, scope_of(kept.space), version, twin=service.has_twin
        )


@dataclass(frozen=True)
class Holdings:
    """A store that is open, what is served from it, and what it keeps beside that."""

    store: Forgetful
    served: Sequence[Service]
    #: The collections that no service is for.
    beside: Sequence[Collection] = field(default_factory=list)

    @cached_property
    def faces(self) -> dict[str, Service]:
        """The services by collection, one for each."""
        found: dict[str, Service] = {}
        for service in self.served:
            if not service.rules.view_of and not service.embedded:
                found.setdefault(service.collection.name, service)
        return found

    @property
    def leading(self) -> Iterable[Service]:
        """The services of the faces that lead, of records with one face that."""
        return (service for service in self.faces.values() if service.lead is service)

    def personal(self, collection: str) -> Personal:
        """What of a collection's resource is personal; nothing of what no service is for."""
        service = self.faces.get(collection)
        if service is None:
            return Personal()
        mandatory = frozenset(service.spec.mandatory)
        return personal(service.api.number, service.spec.name, mandatory)

    async def person(
        self, party: str, name: Callable[[], str] = lambda: f"erased-{token_hex(8)}"
    ) -> Person:
        """The person that a party is: with its roles, the accounts of these, and what tells who it
        is; `name` gives what is to stand in the place of each of its ids.
        """
        names, accounts, texts = {party: name()}, set[str](), set[str]()
        known = 0
        while known < len(names):
            known = len(names)
            async for document in self._of(is_person):
                for id in _same(document, names):
                    names.setdefault(id, name())
        person, others, of_others = Person(names), set[str](), set[str]()
        async for document in self._of(is_person):
            mine = document["id"] in names
            (texts if mine else others).update(texts_of(document))
            paying = {str(one.get("id")) for one in document.get("account") or ()}
            (accounts if mine else of_others).update(paying)
        async for document in self._of(_is_company):
            others.update(texts_of(document))
        async for document in self._of(_is_account):
            if person.is_told_of(document):
                accounts.add(document["id"])
        # What a household shares is nobody's alone.
        accounts -= of_others
        if not texts:  # Nothing is kept of the person itself: what it is called where it is named.
            async for held in self.held(Person(names, frozenset(accounts))):
                texts |= {*name_beside(held.document, person)}
        return Person(
            names, frozenset(accounts), frozenset(texts - others), frozenset(texts & others)
        )

    async def held(self, person: Person) -> AsyncIterator[Held]:
        """The records that tell of a person."""
        for service in self.leading:
            async for kept in each(self.store, service.collection):
                if person.may_be_in(kept.body):
                    document = orjson.loads(kept.body)
                    told = person.is_told_of(document)
                    named = _is_of(service, kept.id, person, told=told)
                    if told or named or person.is_mentioned_in(document):
                        yield Held(service, kept, document, named)

    async def about(
        self, collection: Collection, own: Own, person: Person
    ) -> AsyncIterator[tuple[Kept, Json]]:
        """What is kept in a collection beside for one of the person's `own` records, or tells of
        the person, each with its document.
        """
        ids = {id for _, id in own}
        async for kept in each(self.store, collection):
            document = orjson.loads(kept.body)
            named = (document.get("collection"), document.get("resource"))
            if kept.id in ids or named in own or tells(document, person):
                yield kept, document

    async def _of(self, chosen: Callable[[Service], bool]) -> AsyncIterator[Json]:
        """The documents of some services, in all their faces."""
        for service in filter(chosen, self.faces.values()):
            async for kept in each(self.store, service.collection):
                yield orjson.loads(kept.body)


async def each(store: Forgetful, collection: Collection) -> AsyncIterator[Kept]:
    """Every record of a collection."""
    async for batch in store.export(collection, 0, _READ):
        for kept in batch:
            yield kept


async def logged(store: Forgetful, after: int = 0) -> AsyncIterator[list[Logged]]:
    """The events of the log behind a number, some at a time."""
    while events := await store.events(after, _EVENTS):
        yield events
        after = events[-1].sequence


def _is_of(service: Service, id: str, person: Person, *, told: bool) -> bool:
    """Whether a record is the person's: of others that are persons none is, though it is told of
    in them.
    """
    if is_person(service):
        return id in person.names
    return told or (_is_account(service) and id in person.accounts)


def is_person(service: Service) -> bool:
    """Whether what a service is for are persons, or roles of them."""
    return erasing().is_person(service.api.number, service.spec.name)


def _is_company(service: Service) -> bool:
    return erasing().is_company(service.api.number, service.spec.name)


def _is_account(service: Service) -> bool:
    return erasing().is_account(service.api.number, service.spec.name)


def _same(document: Json, names: Iterable[str]) -> list[str]:
    """The ids of a person that a role of it tells: its own, and that of who is engaged."""
    engaged = document.get("engagedParty") or {}
    party, id = str(engaged.get("id", "")), str(document["id"])
    if party and party in names:
        return [id]
    if party and id in names and engaged.get("@referredType") in erasing().engaged_as:
        return [party]
    return []
