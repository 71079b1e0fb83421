"""What one caller may see and write of one resource, and what is done about the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from handlers.identity.refusals import not_allowed
from handlers.permission.veiling import Veil
from handlers.service import Service
from persistence.store import Record, Scope
from tmf_apis.policy.looked_at import looked_at
from tmf_apis.tmf630.query import Query

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rights:
    """The rows are those of `scope`; of these the attributes that are `hidden` are not seen, and
    those that are `fixed` not written. Who is `confined` sees some rows only.

    `sight` gives the rights to see another resource, None for who may not. `acts_for` are the
    values of the token that the rows are chosen by. `veil` is laid over the cursors of who is
    confined.
    """

    scope: Scope
    hidden: frozenset[str]
    fixed: frozenset[str]
    confined: bool
    sight: "Callable[[Service], Rights | None]"
    acts_for: frozenset[str] = frozenset()
    veil: Veil | None = None

    def check_query(self, query: Query) -> None:
        """Raise `TmfError` (403) for a filter or an order on what is hidden."""
        if self.hidden and (found := sorted(self.hidden & looked_at(query))):
            raise not_allowed(f"{found[0]}: your role may not see it, so not search by it either.")

    def check_new(self, document: Json, wanted: object) -> None:
        """Raise `TmfError` (403) for a posted resource with what may not be written.

        `wanted` is the id the client chose, None when the server did: that an id is taken would
        tell of rows that are not seen.
        """
        if self.confined and wanted is not None:
            raise not_allowed("/id: your role chooses no ids; leave it out.")
        for name in sorted(self.fixed & document.keys()):
            raise not_allowed(f"/{name}: your role may not write it; leave it out.")

    def check_change(self, before: Json, after: Json) -> None:
        """Raise `TmfError` (403) for a patch of what may not be written."""
        for name in sorted(self.fixed):
            if name in self.hidden:
                changed = name in after
            else:
                changed = _text(before, name) != _text(after, name)
            if changed:
                raise not_allowed(f"/{name}: your role may not write it; leave it as it is.")

    def seen(self, document: Json) -> Json:
        """What is seen of a document."""
        if self.hidden.isdisjoint(document):
            return document
        return {name: value for name, value in document.items() if name not in self.hidden}

    def whole(self, before: Json, after: Json) -> Json:
        """What was made of what is seen, with the rest of what was before in its place."""
        if self.hidden.isdisjoint(before):
            return after
        kept = [name for name in before if name in self.hidden or name in after]
        return {n: before[n] if n in self.hidden else after[n] for n in kept} | after

    def shown(self, record: Record) -> Record:
        """A record as it is seen."""
        if not self.hidden:
            return record
        document = orjson.loads(record.body)
        seen = self.seen(document)
        return record if seen is document else record._replace(body=orjson.dumps(seen))

    def revision(self, record: Record) -> str:
        """What tells this state of a record from others. That of the store has its key, which is
        counted over the rows of everybody; so who is confined knows it by what it shows.
        """
        if not self.confined:
            return record.revision
        return record.known_by(blake2b(self.shown(record).body, digest_size=12).hexdigest())


def _text(document: Mapping[str, Any], name: str) -> bytes | None:
    """A value as it is kept; to Python true is 1."""
    return orjson.dumps(document[name]) if name in document else None
