"""From a document to the draft a store keeps: its entity version, and whether that is the latest.

Events tell the `href` of what they are about, which depends on it (D28); so it is found out
before a draft is written, and a store refuses one that was mistaken.
"""

from functools import partial
from typing import Any, NamedTuple

import orjson

from handlers.aside import aside
from handlers.entity_versions import latest, latest_but
from handlers.permission.rights import Rights
from handlers.service import Service
from handlers.turning import face_of_change, face_of_new
from persistence.store import Draft, Facet, Record, Scope
from tmf_apis.behaviour.moment import Moment
from tmf_apis.tmf630.version_order import rank
from tmf_apis.tmf630.versions import version_of

Json = dict[str, Any]


class New(NamedTuple):
    """A resource that is to be made: `fresh` when no other can have its id, `posted` when a client
    made it by POST, who has these `rights`.
    """

    document: Json
    moment: Moment
    fresh: bool = False
    posted: bool = False
    rights: Rights | None = None


async def draft_of_new(service: Service, scope: Scope, new: New) -> Draft:
    """The draft of a new resource. Raises `TmfError`."""
    document, moment, fresh, posted, _ = new
    body = orjson.dumps(document)
    twin: Facet | None = None
    if service.has_twin:
        turning = partial(face_of_new, service, document, moment, posted=posted)
        final, twin = await aside(len(body), turning)
        if final is not document:
            document, body = final, orjson.dumps(final)
    version = _version(service, document)
    other = None
    if service.rules.versioned and not fresh:
        other = await latest(service, scope, document["id"])
    leads = _leads(version, other)
    return Draft(
        document["id"], document, body, version, first=other is None, latest=leads, twin=twin
    )


async def draft_over(
    service: Service, scope: Scope, seen: Record, before: Json, document: Json, moment: Moment
) -> Draft:
    """The draft of a document that is to take the place of a record that was seen.

    Raises `TmfError`, and `Stale` for a record of two faces that has one.
    """
    twin: Facet | None = None
    if service.has_twin:
        turning = partial(face_of_change, service, seen, before, document, moment)
        document, twin = await aside(len(seen.body), turning)
    version, leads = _version(service, document), seen.latest
    if version != seen.version:
        leads = _leads(version, await latest_but(service, scope, seen), seen)
    body = orjson.dumps(document)
    return Draft(document["id"], document, body, version, before, latest=leads, twin=twin)


def _version(service: Service, document: Json) -> str:
    return version_of(document) if service.rules.versioned else ""


def _leads(version: str, other: Record | None, seen: Record | None = None) -> bool:
    """Whether a version, new or in the place of a record, is later than another (R-1305)."""
    if other is None:
        return True
    mine, its = rank(version), rank(other.version)
    return mine > its or (mine == its and (seen is None or seen.key > other.key))
