"""Who sees some rows only refers to nothing else: whatever `TMF_REFERENCES` says, for orders, bills
and row conditions act on what is referred to (docs/decisions/0024-references-of-strangers.md).
"""

from collections.abc import Iterator
from typing import Any

import orjson

from handlers.permission.rights import Rights
from handlers.references import there
from handlers.service import Service
from persistence.store import Draft
from tmf_apis.behaviour.references import nothing_there
from tmf_apis.behaviour.touched import Touch, touched
from tmf_apis.tmf630.errors import UNKNOWN_REFERENCE, TmfError

Json = dict[str, Any]


async def refuse_strangers(
    service: Service,
    rights: Rights | None,
    draft: Draft,
    before: Json | None = None,
    twin: bytes | None = None,
) -> None:
    """Raise `TmfError` (400) for a draft that refers to what its writer does not see, in the same
    words whether that is there or not.

    `before` is the document that it takes the place of, and `twin` the other face of that, if any.
    Both faces of the draft are looked at, and what is seen through either version is seen.
    """
    if rights is None or not rights.confined or service.bound is None:
        return
    found = list(_brought(service, draft, before, twin))
    homes = service.homes
    wanted = {
        (name, one.id) for one in found for group in one.groups for name in _faces(homes, group)
    }
    itself = {(name, draft.id) for name in _faces(homes, (service.collection.name,))}
    seen = {
        (name, id)
        for home, id in [*await there(homes, wanted - itself, rights.sight), *itself]
        for name in _faces(homes, (home,))
    }
    for one in found:
        if lacking := one.lacking(seen, rights.acts_for):
            kind = lacking.rpartition("/")[2]
            raise TmfError(UNKNOWN_REFERENCE, nothing_there(one.where, kind, one.id).fault)


def _brought(
    service: Service, draft: Draft, before: Json | None, twin: bytes | None
) -> Iterator[Touch]:
    assert service.bound is not None
    yield from touched(service.bound, before, draft.document)
    if draft.twin is not None and service.twin.bound is not None:
        old = None if twin is None else orjson.loads(twin)
        yield from touched(service.twin.bound, old, draft.twin.document)


def _faces(homes: dict[str, Service], names: tuple[str, ...]) -> Iterator[str]:
    """Collections, each with the one that has the other faces of its records."""
    for name in names:
        yield name
        if name in homes and homes[name].has_twin:
            yield homes[name].collection.twin
