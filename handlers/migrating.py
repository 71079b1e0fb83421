"""Records that two versions kept apart become records with two faces (V-713).

An id at a time, with all its entity versions, in one write: whoever is interrupted goes on with
those that still stand apart. Records of the newer version come first in the order of creation, in
their own order, and then those that only the older one has.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from handlers.service import Service
from handlers.turning import facet_of
from persistence.store import Draft, Joint, Record, Scope, scope_of
from tmf_apis.faces.joining import Joined, compared
from tmf_apis.faces.table import NEWER, OLDER
from tmf_apis.tmf630.versions import version_of

#: Records that are read at once, and ids that are joined at once.
READ, AT_ONCE = 200, 50
Progress = Callable[[int], None]
#: Which side is believed where two records differ, by when each was changed; None for neither.
Choice = Callable[[Record, Record], int | None]


class Conflict(NamedTuple):
    """Two records of one id that say different things: `differing` names the attributes by side,
    `believed` is the side whose word was taken.
    """

    service: Service
    id: str
    version: str
    differing: tuple[tuple[str, ...], tuple[str, ...]]
    believed: int | None


@dataclass(slots=True)
class Outcome:
    """What was done, or would be: records that both versions had and that one had, and conflicts.

    A record with a conflict that nobody decided stands apart still.
    """

    paired: int = 0
    derived: int = 0
    conflicts: list[Conflict] = field(default_factory=list)

    @property
    def undecided(self) -> int:
        """How many conflicts there are left."""
        return sum(each.believed is None for each in self.conflicts)


async def join_faces(
    served: Sequence[Service], choose: Choice, progress: Progress, *, dry: bool
) -> Outcome:
    """Join what stands apart in the store of some services, or only find out what there is.

    The store is open for joining, and nobody else writes to it. Raises `StoreError`.
    """
    outcome = Outcome()
    for service in leading(served):
        done: set[tuple[str, str]] = set()
        for face in (service, service.twin):
            async for batch in service.store.alone(face.collection, 0, READ):
                ids = dict.fromkeys((kept.space, kept.id) for kept in batch)
                fresh = [each for each in ids if each not in done]
                done.update(fresh)
                for start in range(0, len(fresh), AT_ONCE):
                    some = fresh[start : start + AT_ONCE]
                    found = [await _apart(service, scope_of(space), id) for space, id in some]
                    await _join(service, some, found, outcome, choose, dry=dry)
                progress(len(batch))
    return outcome


def leading(served: Iterable[Service]) -> Iterator[Service]:
    """The services of the newer faces of records that have two; a view is no collection."""
    return (s for s in served if s.has_twin and s.lead is s and not s.rules.view_of)


class _Apart(NamedTuple):
    """An entity version of an id: the record of each side, if it has one."""

    version: str
    sides: tuple[Record | None, Record | None]


async def _apart(service: Service, scope: Scope, id: str) -> list[_Apart]:
    """What stands apart of an id."""
    sides: dict[str, dict[int, Record]] = {}
    for side, face in ((OLDER, service.twin), (NEWER, service)):
        for record in await face.store.versions(face.collection, id, scope, twin=True):
            if record.twin is None:
                sides.setdefault(record.version, {})[side] = record
    return [
        _Apart(version, (found.get(OLDER), found.get(NEWER))) for version, found in sides.items()
    ]


async def _join(
    service: Service,
    ids: Sequence[tuple[str, str]],
    found: Sequence[list[_Apart]],
    outcome: Outcome,
    choose: Choice,
    *,
    dry: bool,
) -> None:
    writes = []
    for (space, _), versions in zip(ids, found, strict=True):
        joints = [_joint(service, each, outcome, choose) for each in versions]
        whole = [joint for joint in joints if joint is not None]
        if whole and len(whole) == len(joints) and not dry:
            writes.append(service.store.join(service.collection, whole, scope_of(space)))
    await asyncio.gather(*writes)


def _joint(service: Service, apart: _Apart, outcome: Outcome, choose: Choice) -> Joint | None:
    """A record with two faces; None where nobody says which of two is to be believed."""
    older, newer = apart.sides
    joined = _joined(service, apart, outcome, choose)
    if joined is None:
        return None
    document, other = joined.faces[NEWER], joined.faces[OLDER]
    version = version_of(document) if service.rules.versioned else ""
    twin = facet_of(other, joined.memory)
    draft = Draft(document["id"], document, orjson.dumps(document), version, twin=twin)
    return Joint(draft, newer, older)


def _joined(service: Service, apart: _Apart, outcome: Outcome, choose: Choice) -> Joined | None:
    faces, now = service.faces, service.now()
    assert faces is not None
    older, newer = apart.sides
    if older is not None and newer is not None:
        outcome.paired += 1
        documents = orjson.loads(older.body), orjson.loads(newer.body)
        stamps = (*service.rules.touched, *service.twin.rules.touched)
        comparison = compared(faces, *documents, now, stamps)
        if comparison.agree:
            return comparison.believing[OLDER if older.modified > newer.modified else NEWER]
        side = choose(older, newer)
        outcome.conflicts.append(
            Conflict(service, older.id, apart.version, comparison.differing, side)
        )
        return None if side is None else comparison.believing[side]
    outcome.derived += 1
    if newer is not None:
        own = orjson.loads(newer.body)
        other, memory = faces.made(NEWER, own, now)
        return Joined((other, own), memory)
    assert older is not None
    own = orjson.loads(older.body)
    other, memory = faces.made(OLDER, own, now)
    return Joined((own, other), memory)
