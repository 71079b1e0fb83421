"""A person erased from the audit: entries that tell of it are redacted, which is signed."""

from collections.abc import AsyncIterator, Mapping, Sequence

import orjson

from handlers.audit.entries import ENTRIES, entry, now
from handlers.audit.signing import Signer
from handlers.audit.witness import doer
from handlers.privacy.holding import each
from persistence.forgetting import Forgetful
from persistence.store import Draft, Kept, Link, Scope
from tmf_apis.audit.seals import Signed, Statement
from tmf_apis.audit.verifying import redacted
from tmf_apis.privacy.person import Person
from tmf_apis.privacy.redacting import Own, entry_without

#: Links that one signed entry is about at most.
_LINKS = 500


class Redactor:
    """Redacts the entries of a store that tell of a person; without a signer there are none."""

    def __init__(self, store: Forgetful, person: Person, signer: Signer | None) -> None:
        self._store = store
        self._person = person
        self._signer = signer

    async def redact(self, own: Own, *, dry: bool) -> int:
        """Redact what tells of the person or of one of its records; how many, or how many it would
        be.
        """
        count = 0
        async for some in self._told(own):
            count += len(some)
            if not dry:
                await self._replace(some)
        return count

    async def account(self, counts: Mapping[str, int]) -> None:
        """Have an entry of an erasure: who did it, and how much of each kind was erased; the person
        is called by the names that stand for nobody.
        """
        if self._signer is None:
            return
        told = {name: count for name, count in sorted(counts.items()) if count}
        said = doer() | {"operation": "erase", "called": sorted(self._person.names.values())}
        body = entry("erasure", {**said, "records": told})
        await self._store.link(lambda _: body)

    async def _told(self, own: Own) -> AsyncIterator[list[tuple[Kept, bytes]]]:
        """The entries that tell of the person, some at a time, each with what is left of it."""
        some: list[tuple[Kept, bytes]] = []
        async for kept in each(self._store, ENTRIES):
            document = orjson.loads(kept.body)
            if document.get("kind") in list(Signed):
                continue
            left = entry_without(document, own, self._person)
            if left is not None:
                some.append((kept, redacted(left, Link(kept.key, kept.body).digest)))
            if len(some) == _LINKS:
                yield some
                some = []
        if some:
            yield some

    async def _replace(self, some: Sequence[tuple[Kept, bytes]]) -> None:
        """Put what is left in the place of entries. That is signed before: so of an entry that is
        not what was written something signed speaks, whenever somebody looks.
        """
        if self._signer is None:
            return
        links = tuple((kept.key, Link(kept.key, body).digest) for kept, body in some)
        statement = Statement(Signed.REDACTION, links[-1][0], "", now(), links)
        signed = statement.entry(self._signer.sign(statement))
        await self._store.link(lambda _: signed)
        for kept, body in some:
            seen = await self._store.get(ENTRIES, kept.id, Scope())
            await self._store.replace(
                ENTRIES, seen, Draft(kept.id, orjson.loads(body), body), Scope()
            )
