"""All that is kept of a person, gathered into one archive."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from handlers.privacy.holding import Holdings, each, logged
from handlers.privacy.mentioning import envelope_of, is_answer_of, is_event_of
from persistence.errors import Missing
from persistence.store import Collection, Kept
from tmf_apis.privacy.person import Person
from tmf_apis.privacy.redacting import Own, entry_without

Json = dict[str, Any]


class Piece(NamedTuple):
    """A file of an archive: of which kind, its name, and its JSON."""

    kind: str
    name: str
    body: bytes


async def export(holdings: Holdings, person: Person, file: BinaryIO, at: str) -> Mapping[str, int]:
    """Write an archive of JSON files with all there is of a person; how many files of each kind.

    `at` is the time of the archive. Raises `StoreError`.
    """
    counts: Counter[str] = Counter()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        async for piece in _pieces(holdings, person):
            counts[piece.kind] += 1
            archive.writestr(f"{piece.name}.json", piece.body)
        about = {"party": sorted(person.names), "accounts": sorted(person.accounts), "at": at}
        told = {**about, "files": dict(sorted(counts.items()))}
        archive.writestr("manifest.json", orjson.dumps(told, option=orjson.OPT_INDENT_2))
    return counts


async def _pieces(holdings: Holdings, person: Person) -> AsyncIterator[Piece]:
    own: set[tuple[str, str]] = set()
    async for piece in _records(holdings, person, own):
        yield piece
    await holdings.store.settle()
    async for piece in _events(holdings, person, own):
        yield piece
    async for piece in _remembered(holdings, person):
        yield piece
    async for piece in _beside(holdings, person, own):
        yield piece


async def _records(
    holdings: Holdings, person: Person, own: set[tuple[str, str]]
) -> AsyncIterator[Piece]:
    """The records in all their faces and versions; which they are goes to `own`."""
    async for held in holdings.held(person):
        if not held.named:
            continue
        try:
            record = await held.seen()
        except Missing:
            continue
        service = held.service
        faces = [(service.collection.name, record.body)]
        if record.twin is not None:
            faces.append((service.collection.twin, record.twin))
        for collection, body in faces:
            own.add((collection, record.id))
            version = f";v={record.version}" if record.version else ""
            yield Piece(collection, f"records{collection}/{_name(record.id + version)}", body)


async def _events(
    holdings: Holdings, person: Person, own: set[tuple[str, str]]
) -> AsyncIterator[Piece]:
    async for events in logged(holdings.store):
        for event in events:
            if is_event_of(event, own, person):
                yield Piece("events", f"events/{event.sequence}", envelope_of(event.body))


async def _remembered(holdings: Holdings, person: Person) -> AsyncIterator[Piece]:
    number = 0
    async for some in holdings.store.remembered():
        for one in some:
            if is_answer_of(one, person):
                number += 1
                told = {"key": one.key, "at": one.at, "answer": orjson.loads(one.body)}
                yield Piece("idempotency", f"idempotency/{number}", orjson.dumps(told))


async def _beside(
    holdings: Holdings, person: Person, own: set[tuple[str, str]]
) -> AsyncIterator[Piece]:
    """Dead letters, tasks, flows and the like, and the audit."""
    for collection in holdings.beside:
        kind = collection.name.strip("/")
        find = _entries if collection.chained else Holdings.about
        async for kept, _ in find(holdings, collection, own, person):
            yield Piece(kind, f"beside/{kind}/{_name(kept.id)}", kept.body)


async def _entries(
    holdings: Holdings, collection: Collection, own: Own, person: Person
) -> AsyncIterator[tuple[Kept, Json]]:
    """The entries of the audit that tell of the person."""
    async for kept in each(holdings.store, collection):
        document = orjson.loads(kept.body)
        if entry_without(document, own, person) is not None:
            yield kept, document


def _name(id: str) -> str:
    return quote(id, safe=";=")
