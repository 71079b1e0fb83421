"""A person erased from a store: records, what stands beside, events, the audit. The person's own
records go last, for with them all else is found: so who is cut short can begin again.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

from handlers import raising
from handlers.audit.signing import Signer
from handlers.bookmarks import BOOKMARKS
from handlers.jobs.asked import ASKED
from handlers.notifications.dead import LETTERS
from handlers.notifications.listener import RECEIVED
from handlers.privacy.holding import Held, Holdings, logged
from handlers.privacy.mentioning import is_answer_of, is_event_of
from handlers.privacy.redacting import Redactor
from handlers.turning import turned
from persistence.errors import Missing, Stale
from persistence.store import Collection, Draft, Facet, Kept, Record, scope_of
from tmf_apis.privacy.erasing import erased, without_person
from tmf_apis.privacy.person import Person
from tmf_apis.privacy.redacting import event_without

Json = dict[str, Any]

#: What is kept for a while only, and goes where it tells of the person; other things stay without.
PASSING = (LETTERS, RECEIVED, ASKED, BOOKMARKS)
#: How often a record is looked at again that others change.
_ATTEMPTS = 100


class Eraser:
    """Erases one person from a store. `counts` tells how much of each kind is done, or would be
    where it is `dry`.
    """

    def __init__(
        self, holdings: Holdings, person: Person, signer: Signer | None, *, dry: bool
    ) -> None:
        self._holdings = holdings
        self._store = holdings.store
        self._person = person
        self._redactor = Redactor(holdings.store, person, signer)
        self._dry = dry
        #: The records of the person, in all their faces.
        self._own: set[tuple[str, str]] = set()
        #: Those of them that are the person itself, or one of its roles.
        self._persons: list[Held] = []
        self.counts: Counter[str] = Counter()

    async def erase(self) -> Mapping[str, int]:
        """Erase it; how much of each kind there was. Raises `StoreError`."""
        await self._records()
        await self._remembered()
        await self._beside()
        await self._store.settle()
        last, self.counts["events"] = await self._events(0)
        if any(collection.chained for collection in self._holdings.beside):
            self.counts["audit entries"] = await self._redactor.redact(self._own, dry=self._dry)
        for held in self._persons:
            await self._record(held)
        if not self._dry:
            await self._store.settle()
            await self._events(last)  # Those of the erasure itself.
            await self._redactor.account(self.counts)
            await self._store.compact()
        return self.counts

    async def left(self) -> set[str]:
        """What is found by its bytes of all that told who the person is."""
        texts = {orjson.dumps(text)[1:-1]: text for text in self._person.texts}
        return {texts[found] for found in await self._store.traces([*texts])}

    # -- records

    async def _records(self) -> None:
        """Change the records; those of the person itself are only found."""
        async for held in self._holdings.held(self._person):
            if held.named:
                self._own |= {(face, held.kept.id) for face in held.faces}
            if held.is_person:
                self._persons.append(held)
            else:
                await self._record(held)

    async def _record(self, held: Held) -> None:
        """Remove or change a record, and count it where there was anything to erase in it."""
        done, work = ("removed", self._remove) if held.is_person else ("changed", self._change)
        for _ in range(_ATTEMPTS):
            try:
                if await work(held, await held.seen()):
                    self.counts[f"{done}: {held.service.spec.name}"] += 1
                return
            except Missing:
                return
            except Stale:
                continue
        raise Stale(held.kept.id)

    async def _change(self, held: Held, seen: Record) -> bool:
        """Have a record tell nothing of the person any more; whether it did."""
        service = held.service
        old: Json = orjson.loads(seen.body)
        draft = self._draft(held, seen, old)
        same = draft.body == seen.body and (draft.twin is None or draft.twin.body == seen.twin)
        if not same and not self._dry:
            events = raising.of_change(service, self._place(held), old, draft)
            scope = scope_of(held.kept.space)
            await self._store.replace(service.collection, seen, draft, scope, events)
        return not same

    def _draft(self, held: Held, seen: Record, old: Json) -> Draft:
        service = held.service
        left = self._left(held, service.collection.name, old)
        draft = Draft(
            seen.id, left, orjson.dumps(left), seen.version, before=old, latest=seen.latest
        )
        if not service.has_twin or seen.twin is None:
            return draft
        facet = turned(service)(draft, seen)
        other = self._left(held, service.collection.twin, facet.document)
        memory = facet.memory
        if memory is not None:
            memory = orjson.dumps(without_person(orjson.loads(memory), self._person.close))
        before = orjson.loads(seen.twin)
        return draft._replace(twin=Facet(other, orjson.dumps(other), before, memory))

    async def _remove(self, held: Held, seen: Record) -> bool:
        """Remove the person itself; who listens is told of its id alone."""
        if self._dry:
            return True
        told = self._draft(held, seen, orjson.loads(seen.body))
        twin = told.twin.body if told.twin is not None else None
        shown = seen._replace(body=told.body, twin=twin)
        events = raising.of_removal(held.service, self._place(held), [shown])
        await self._store.delete(held.service.collection, [seen], scope_of(held.kept.space), events)
        return True

    def _left(self, held: Held, collection: str, document: Json) -> Json:
        if not held.named:
            return {n: without_person(value, self._person, n) for n, value in document.items()}
        return erased(document, self._holdings.personal(collection), self._person.close)

    def _place(self, held: Held) -> str:
        return held.service.settings.origin + held.service.collection.name

    # -- what stands beside

    async def _remembered(self) -> None:
        ids = {id for _, id in self._own}
        keys: list[str] = []
        async for some in self._store.remembered():
            keys += [one.key for one in some if one.id in ids or is_answer_of(one, self._person)]
        self.counts["idempotency keys"] = len(keys)
        if keys and not self._dry:
            await self._store.forget_remembered(keys)

    async def _beside(self) -> None:
        for collection in self._holdings.beside:
            if not collection.chained:
                async for kept, document in self._holdings.about(
                    collection, self._own, self._person
                ):
                    if await self._one_beside(collection, kept, document):
                        self.counts[collection.name.strip("/")] += 1

    async def _one_beside(self, collection: Collection, kept: Kept, document: Json) -> bool:
        passing = collection in PASSING
        left = without_person(document, self._person)
        if self._dry or (not passing and left == document):
            return passing or left != document
        scope = scope_of(kept.space)
        try:
            seen = await self._store.get(collection, kept.id, scope)
            if passing:
                await self._store.delete(collection, [seen], scope)
            else:
                draft = Draft(kept.id, left, orjson.dumps(left))
                await self._store.replace(collection, seen, draft, scope)
        except (Missing, Stale):
            return False  # Whoever works with it has changed it: the search finds what it left.
        return True

    async def _events(self, after: int) -> tuple[int, int]:
        """Erase it from the events behind a number; the number of the last one, and how many
        told of it.
        """
        count = 0
        async for events in logged(self._store, after):
            after = events[-1].sequence
            amended = []
            for event in events:
                if not is_event_of(event, self._own, self._person):
                    continue
                own = (event.collection, event.id) in self._own
                personal = self._holdings.personal(event.collection)
                body = event_without(event.body, personal, self._person, own=own)
                id = self._person.names.get(event.id, event.id)
                if (body, id) != (event.body, event.id):
                    amended.append(event._replace(body=body, id=id))
            count += len(amended)
            if amended and not self._dry:
                await self._store.amend_events(amended)
        return after, count
