"""From a document to the draft a store keeps: its entity version, and whether that is the latest.

Events tell the `href` of what they are about, which depends on it (D28); so it is found out
before a draft is written, and a store refuses one that was mistaken.
"""

from typing import Any

import orjson

from handlers.service import Service
from persistence.store import Draft, Record, Scope
from tmf_apis.tmf630.version_order import rank
from tmf_apis.tmf630.versions import version_of

Json = dict[str, Any]


async def draft_of_new(service: Service, scope: Scope, document: Json, *, fresh: bool) -> Draft:
    """The draft of a new resource; `fresh` when no other can have its id."""
    version = _version(service, document)
    others = [] if fresh else await _versions(service, scope, document["id"])
    leads = _leads(version, others)
    body = orjson.dumps(document)
    return Draft(document["id"], document, body, version, first=not others, latest=leads)


async def draft_over(
    service: Service, scope: Scope, seen: Record, before: Json, document: Json
) -> Draft:
    """The draft of a document that is to take the place of a record that was seen."""
    version, leads = _version(service, document), seen.latest
    if version != seen.version:
        others = await _versions(service, scope, seen.id)
        leads = _leads(version, [record for record in others if record.key != seen.key], seen)
    body = orjson.dumps(document)
    return Draft(document["id"], document, body, version, before, latest=leads)


def _version(service: Service, document: Json) -> str:
    return version_of(document) if service.rules.versioned else ""


async def _versions(service: Service, scope: Scope, id: str) -> list[Record]:
    """Every entity version of an id, latest first; none where there are no versions (D2)."""
    if not service.rules.versioned:
        return []
    return await service.records.versions(service.collection, id, scope)


def _leads(version: str, others: list[Record], seen: Record | None = None) -> bool:
    """Whether a version is later than all others, new or in the place of a record (R-1305)."""
    if not others:
        return True
    mine, latest = rank(version), rank(others[0].version)
    return mine > latest or (mine == latest and (seen is None or seen.key > others[0].key))
