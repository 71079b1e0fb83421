"""What references lead to, looked up in the store: those a write brings, and those to what goes.

Looked up before the write: what comes and goes at the same moment is not seen
(docs/decisions/0015-references.md).
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Set
from typing import Any

import orjson

from handlers.entity_versions import count
from handlers.neighbours.failing import Away
from handlers.neighbours.gathering import gathered
from handlers.permission.rights import Rights
from handlers.service import Service
from handlers.walking import walk
from persistence.store import Scope
from tmf_apis.behaviour.reference_policy import Policy
from tmf_apis.behaviour.references import Reference, brought, completed, references, unknown
from tmf_apis.spec.references import Place
from tmf_apis.tmf630.errors import STILL_REFERRED, UNKNOWN_REFERENCE, TmfError
from tmf_apis.tmf630.query import ALWAYS, AnyOf, Comparison, Kind, Operator, Path, Shape, Step
from tmf_apis.tmf630.remarks import Remark

Json = dict[str, Any]
#: What somebody sees of a resource; None where they see nothing.
Sight = Callable[[Service], Rights | None]

#: Ids in one query, and referring records that are read at once.
_AT_ONCE, _PAGE = 500, 100
_ID = (Step("id", Shape.ONE),)

logger = logging.getLogger(__name__)


async def resolve(
    service: Service,
    before: Json | None,
    document: Json,
    hints: list[str],
    coming: Set[tuple[str, str]] = frozenset(),
    sight: Sight | None = None,
) -> Json:
    """The document with what the references it brings left out; `before` is what it replaces.

    What is `coming`, by collection and id, is taken for there; what is not in `sight` is not.
    Raises `TmfError` (400) that names those which lead nowhere, and `Away` where a neighbour that
    keeps some is, where that is enforced.
    """
    if service.referring is None:
        return document
    found = brought(service.referring, before, document)
    if not found:
        return document
    own = (service.collection.name, document["id"])
    try:
        known = await there(service.peers, {one.leads_to for one in found} - {own}, sight)
    except Away as away:
        if any(one.policy is Policy.ENFORCE for one in found):
            raise
        logger.warning("%s", away.in_full)
        text = f"The neighbour that keeps {away.api} does not answer; it was not looked up there."
        _warn(service, document["id"], Remark("/", text), hints)
        return document
    known[own] = document
    lost = [one for one in found if one.leads_to not in known and one.leads_to not in coming]
    refused = [unknown(one).fault for one in lost if one.policy is Policy.ENFORCE]
    if refused:
        raise TmfError(UNKNOWN_REFERENCE, " ".join(refused))
    for one in lost:
        _warn(service, document["id"], unknown(one), hints)
    met = [(one, known[one.leads_to]) for one in found if one.leads_to in known]
    return completed(document, [(one, _told(service, one, other)) for one, other in met])


async def release(
    service: Service, id: str, scope: Scope, hints: list[str], *, whole: bool
) -> None:
    """Raise `TmfError` (409) while something refers to an entity that is to go, where that is
    enforced. One that does not go as a `whole`, of which versions remain, may be referred to
    (R-1305).
    """
    if not whole and await count(service, scope, id) > 1:
        return
    async for referrer, one in _holders(service, id):
        text = f"{referrer} still refers to it at {one.where}."
        if scope.own is not ALWAYS:
            text = "Something still refers to it."  # Which may be somebody else's.
        if one.policy is Policy.ENFORCE:
            raise TmfError(STILL_REFERRED, f"{text} Change or delete that first.")
        _warn(service, id, Remark("/id", text), hints)


async def _holders(service: Service, id: str) -> AsyncIterator[tuple[str, Reference]]:
    """The paths of what refers to an entity, each with where it does.

    Both its faces go, so both faces of what refers to it count (V-701); what shows in both is told
    of once, as the face shows it through which the entity is to go.
    """
    told: set[tuple[str, str]] = set()
    for face in (service, service.twin) if service.has_twin else (service,):
        found = set()
        for peer in face.peers.values() if face.collection.name in face.peers else ():
            home = (peer.lead if peer.has_twin else peer).collection.name
            async for referrer, one in _referrers(peer, face, id):
                if (home, referrer) not in told:
                    found.add((home, referrer))
                    yield f"{peer.collection.name}/{referrer}", one
        told |= found


async def there(
    homes: Mapping[str, Service], wanted: Iterable[tuple[str, str]], sight: Sight | None
) -> dict[tuple[str, str], Json]:
    """What is told of those that there are, by collection and id; of versions, the latest.

    `homes` are the services by collection; what is not in `sight` is not there. Raises `Away`.
    """
    ids: dict[str, list[str]] = {}
    for collection, id in sorted(wanted):
        ids.setdefault(collection, []).append(id)
    found: dict[tuple[str, str], Json] = {}
    for name, listed in ids.items():
        peer = homes[name]
        rights = None if sight is None else sight(peer)
        if sight is not None and rights is None:
            continue
        scope = Scope() if rights is None else rights.scope
        if peer.elsewhere is not None:
            # Whose it is, nobody here knows: who sees some rows only sees none of it.
            listed = listed if scope.own is ALWAYS and scope.where is ALWAYS else []
            documents = await gathered(peer.elsewhere, listed)
            for id, document in documents.items():
                seen = document if rights is None else rights.seen(document)
                found[name, id] = _told_of(seen)
            continue
        for start in range(0, len(listed), _AT_ONCE):
            some = tuple(listed[start : start + _AT_ONCE])
            where = Comparison(_ID, Operator.EQ, some, Kind.TEXT)
            async for records in walk(peer.store, peer.collection, where, _PAGE, scope, long=True):
                for record in records:
                    if record.latest:
                        shown = record if rights is None else rights.shown(record)
                        found[name, record.id] = _told_of(orjson.loads(shown.body))
    return found


def _told_of(document: Json) -> Json:
    """As much of a document as a reference to it tells."""
    return {name: document[name] for name in ("@type", "name") if name in document}


def _told(service: Service, one: Reference, other: Json) -> Json:
    """What a reference may say of what it refers to."""
    peer = service.peers[one.collection]
    kind = other.get("@type")
    served = service.referring.served if service.referring else {}
    if not isinstance(kind, str) or served.get(kind) != one.collection:
        kind = peer.type_name
    name = other.get("name")
    return {"@referredType": kind} | ({"name": name} if isinstance(name, str) else {})


async def _referrers(
    peer: Service, target: Service, id: str
) -> AsyncIterator[tuple[str, Reference]]:
    """The ids of the resources of a collection that refer to another, each with where it does."""
    if (
        peer.referring is None
        or peer.elsewhere is not None
        or not (paths := list(_paths(peer, target)))
    ):
        return
    where = AnyOf(tuple(Comparison(path, Operator.EQ, (id,), Kind.TEXT) for path in paths))
    same = peer.collection.name == target.collection.name
    async for records in walk(peer.store, peer.collection, where, _PAGE):
        for record in records:
            for one in references(peer.referring, orjson.loads(record.body)):
                if one.leads_to != (target.collection.name, id) or (same and record.id == id):
                    continue
                if not same or one.pointer[0] not in peer.rules.mirrored:
                    yield record.id, one


def _paths(peer: Service, target: Service) -> Iterable[Path]:
    """The indexed paths of a collection to ids that may be those of another."""
    assert peer.referring is not None
    served = peer.referring.served
    for path in peer.collection.references:
        place: Place | None = peer.referring.top.at([step.name for step in path[:-1]])
        if place is not None and place.refers:
            named = served.get(place.thing) == target.collection.name
            if named or place.tells:
                yield path


def _warn(service: Service, id: str, remark: Remark, hints: list[str]) -> None:
    logger.warning("%s %s: %s", service.collection.name, id, remark.fault)
    hints.append(remark.hint)
