"""From a document to the draft a store keeps: its entity version, and whether that is the latest.

Events tell the `href` of what they are about, which depends on it (D28); so it is found out
before a draft is written, and a store refuses one that was mistaken.
"""

from typing import Any

import orjson

from handlers.entity_versions import latest, latest_but
from handlers.service import Service
from persistence.store import Draft, Record, Scope
from tmf_apis.tmf630.version_order import rank
from tmf_apis.tmf630.versions import version_of

Json = dict[str, Any]


async def draft_of_new(service: Service, scope: Scope, document: Json, *, fresh: bool) -> Draft:
    """The draft of a new resource; `fresh` when no other can have its id."""
    version = _version(service, document)
    other = None
    if service.rules.versioned and not fresh:
        other = await latest(service, scope, document["id"])
    body = orjson.dumps(document)
    leads = _leads(version, other)
    return Draft(document["id"], document, body, version, first=other is None, latest=leads)


async def draft_over(
    service: Service, scope: Scope, seen: Record, before: Json, document: Json
) -> Draft:
    """The draft of a document that is to take the place of a record that was seen."""
    version, leads = _version(service, document), seen.latest
    if version != seen.version:
        leads = _leads(version, await latest_but(service, scope, seen), seen)
    body = orjson.dumps(document)
    return Draft(document["id"], document, body, version, before, latest=leads)


def _version(service: Service, document: Json) -> str:
    return version_of(document) if service.rules.versioned else ""


def _leads(version: str, other: Record | None, seen: Record | None = None) -> bool:
    """Whether a version, new or in the place of a record, is later than another (R-1305)."""
    if other is None:
        return True
    mine, its = rank(version), rank(other.version)
    return mine > its or (mine == its and (seen is None or seen.key > other.key))
