"""List, create, retrieve, patch and delete: once, for every resource of every API.

Each reads as one line: parse, decide, store, shape, answer. What goes wrong is raised and
becomes an answer in `problems`.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import unquote

import orjson

from handlers import bodies, bookmarks, entity_versions, intake, raising
from handlers.acyclic import refuse_cycle
from handlers.aside import aside
from handlers.audit import recording
from handlers.audit.witness import reading_personal
from handlers.changing import ATTEMPTS, put_in_place
from handlers.conditions import check_conditions
from handlers.creating import keep
from handlers.drafting import New
from handlers.echoing import echo
from handlers.following import changed, following
from handlers.http import Request, Response
from handlers.permission.owning import refuse_foreign
from handlers.permission.rights import Rights
from handlers.references import Sight, release, resolve
from handlers.representation import item, location, reading, represent_all, validators
from handlers.service import Service
from handlers.tasks.performers import WORK
from handlers.undeclared import check_declared, hint_at_names
from persistence.errors import Missing, Stale
from persistence.store import Once, Record, Scope
from tmf_apis.behaviour.moment import Moment
from tmf_apis.lifecycles.machine import By
from tmf_apis.tmf630 import versions
from tmf_apis.tmf630.creation import chosen_id, complete
from tmf_apis.tmf630.elements import identified
from tmf_apis.tmf630.errors import INVALID_ID, TmfError
from tmf_apis.tmf630.fields import Fields
from tmf_apis.tmf630.identity import located, without_href
from tmf_apis.tmf630.limits import parse_json
from tmf_apis.tmf630.listing import Listing, is_remembered, parse_listing
from tmf_apis.tmf630.paging import Shown, answer
from tmf_apis.tmf630.patching import Patch, patch_for, refuse_forbidden, refuse_removed
from tmf_apis.tmf630.preconditions import Validators, range_stands
from tmf_apis.tmf630.query import Query
from tmf_apis.tmf630.query_string import decoded_value, split
from tmf_apis.tmf630.scanning import holds


class Target(NamedTuple):
    """What a path addresses: a collection, or one resource of it, by its raw last segment."""

    service: Service
    #: The URL path of the collection as the client spelt it.
    collection: str
    parent: str = ""
    raw_id: str = ""
    #: What the caller may; None where nobody is asked.
    rights: Rights | None = None

    @property
    def canonical(self) -> str:
        """The path of the collection as events spell it (D6); of a view, that of the whole."""
        service = self.service
        if not self.parent:
            return service.collection.name
        bases = (service.api.base_path, *service.api.aliases)
        base = next(base for base in bases if self.collection.startswith(f"{base}/"))
        return service.api.base_path + self.collection.removeprefix(base)

    @property
    def scope(self) -> Scope:
        """What of the store the request may see."""
        if self.rights is None:
            return self.service.scoped(self.parent)
        scope = self.rights.scope
        return replace(scope, parent=self.parent) if self.parent else scope

    def shown(self, record: Record) -> Record:
        """A record as the caller sees it."""
        return record if self.rights is None else self.rights.shown(record)

    def told(self, record: Record, fields: Fields | None) -> Validators:
        """What tells this state of a resource, as the caller sees it, from others."""
        if self.rights is None:
            return validators(self.service, record, fields, self.collection)
        hidden, revision = self.rights.hidden, self.rights.revision(record)
        return validators(self.service, record, fields, self.collection, hidden, revision)

    @property
    def sight(self) -> Sight | None:
        """What the caller sees of other resources; None where nobody is asked."""
        return None if self.rights is None else self.rights.sight

    def identity(self, request: Request) -> tuple[str, str | None]:
        """The id and, if one is addressed, the entity version (R-1303)."""
        id = decoded(self.raw_id)
        if not self.service.rules.versioned:
            return id, None
        id, version = versions.addressed(id)
        if version is None and "version=" in request.query:
            _, alternatives = split(request.query)
            given = [c.value for found in alternatives for c in found if c.asked == "version"]
            version = decoded_value(given[0]) if given else None
        return id, version


def decoded(raw_id: str) -> str:
    """An id as its path spells it; raises `TmfError` (400) when it is not UTF-8."""
    try:
        return unquote(raw_id, errors="strict")
    except UnicodeDecodeError as error:
        raise TmfError(INVALID_ID, "The id in the path is not UTF-8.") from error


async def list_resources(target: Target, request: Request) -> Response:
    """A page of the resources that match (R-2xx to R-6xx)."""
    service = target.service
    part = request.header(b"range")
    if part is not None and not range_stands(request.header(b"if-range"), None):
        part = None
    veil = None if target.rights is None else target.rights.veil
    raw_query = await bookmarks.expanded(service.store, request.query)
    ignored = service.settings.ignored_parameters
    asked = raw_query, service.spec.attributes, service.limits, part, ignored
    if not is_remembered(*asked):
        await service.turnstile.through()
    listing = parse_listing(*asked)
    check_declared(service, listing)
    if target.rights is not None:
        target.rights.check_query(listing.query)
    query = await _located(target, listing)
    if veil is not None:
        query = await veil.lifted(query)
    found = await service.records.find(service.collection, query, target.scope)
    if service.personal:
        reading_personal(service)
    if listing.undeclared and not found.total:
        hint_at_names(request, service, listing)
    url = request.origin + target.collection
    showing = partial(_shown, target, found.records, url, listing.fields)
    body = await aside(_reading(target, found.records, listing.fields), showing)
    counted = Shown(found.total, len(found.records), found.first, found.last, found.more)
    cursors = service.spec.cursors
    if veil is not None:
        counted = await veil.drawn(listing.page, counted, cursors=cursors)
    short, page, counted = await bookmarks.abbreviated(
        service.store, request.query, listing.page, counted, cursors=cursors
    )
    status, headers = answer(page, counted, url, short, cursors=cursors)
    return Response(status, body, headers)


def _shown(target: Target, records: Sequence[Record], url: str, fields: Fields | None) -> bytes:
    """The encoded array of some records, as the caller sees them."""
    if target.rights is not None:
        records = [*map(target.rights.shown, records)]
    return represent_all(records, url, fields, target.service)


def _reading(target: Target, records: Sequence[Record], fields: Fields | None) -> int:
    """What it is to show some records, in bytes that are read."""
    hides = target.rights is not None and bool(target.rights.hidden)
    size = sum(len(record.body) for record in records) if hides else 0
    return size + reading(records, fields)


async def _located(target: Target, listing: Listing) -> Query:
    """The query of a listing; where it names an `href`, with the latest version of its id (D28)."""
    service = target.service
    if not listing.hrefs or not service.rules.versioned:
        return listing.query
    latest: dict[str, str] = {}
    for id in listing.hrefs:
        if (record := await entity_versions.latest(service, target.scope, id)) is not None:
            latest[record.id] = record.version
    return replace(listing.query, where=located(listing.where, latest))


async def create(target: Target, request: Request) -> Response:
    """A new resource; its URL in `Location` (R-7xx)."""
    service = target.service
    intake.check_json(request)
    origin = request.origin
    fields = intake.selection(request, service)
    check_conditions(request, None)
    raw = await request.body()
    # The first state of a task is the server's, whatever the client says (L-TASK).
    by = By.SERVER if service.rules.task else By.CLIENT
    moment = Moment(service.now, by, request.hints)
    wanted, document = await aside(len(raw), partial(_posted, target, raw, moment))
    once = _once(target, request, raw)
    # What an earlier request was taken for is not judged again (D20).
    judging = once is None or not await _was_taken(service, once)
    if service.referring is not None and judging:
        document = await resolve(service, None, document, request.hints, sight=target.sight)
    await aside(len(raw), partial(bodies.check_shown, service, document))
    if service.rules.acyclic:
        await refuse_cycle(service, document)
    work = WORK.get(service.rules.performs)
    if work is not None and judging:
        await work.admit(service, document, request.hints)
    place = origin + target.canonical
    rights = target.rights if judging else None
    new = New(document, moment, fresh=wanted is None, posted=True, rights=rights)
    made = await keep(service, place, new, target.scope, once)
    record = made.record
    if work is not None:
        state = document.get(service.rules.state or "")
        service.bell.ring(service.lead.collection.name, state)
    if service.rules.mirrored and not made.replayed:
        await echo(service, {}, document)
    url = location(record, origin + target.collection)
    told = target.told(record, fields)
    response = await item(service, target.shown(record), fields, url, told, 201)
    response.headers["Location"] = url
    if made.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


async def retrieve(target: Target, request: Request) -> Response:
    """One resource; the latest of its entity versions unless one is addressed."""
    service = target.service
    id, version = target.identity(request)
    record = await service.records.get(service.collection, id, target.scope, version)
    _check_visible(service, record)
    if service.personal:
        reading_personal(service)
    fields = intake.selection(request, service)
    told = target.told(record, fields)
    url = location(record, request.origin + target.collection)
    return await item(service, target.shown(record), fields, url, told)


async def patch(target: Target, request: Request) -> Response:
    """The resource with a patch applied, whole or not at all (R-801..R-813)."""
    service = target.service
    apply = patch_for(intake.media_type(request))
    origin = request.origin
    fields = intake.selection(request, service)
    raw = await request.body()
    change = await aside(len(raw), partial(parse_json, raw))
    id, version = target.identity(request)
    for _ in range(ATTEMPTS):
        seen = await _addressed(target, id, version)
        _check_visible(service, seen)
        _check_state(target, request, seen, fields)
        url = location(seen, origin + target.collection)
        moment = Moment(service.now, hints=request.hints)
        patching = partial(_patched, target, seen, apply, change, url, raw, moment)
        old, new = await aside(len(raw) + len(seen.body), patching)
        try:
            if new is old:
                record = seen
            else:
                record = await _replace(target, origin, seen, old, new, moment)
        except Stale:
            continue
        if service.rules.mirrored:
            await echo(service, old, new)
        url = location(record, origin + target.collection)
        told = target.told(record, fields)
        return await item(service, target.shown(record), fields, url, told)
    raise Stale(id)


async def delete(target: Target, request: Request) -> Response:
    """Nothing left: of the resource, or of the entity version that is addressed (R-815)."""
    service = target.service
    id, version = target.identity(request)
    whole = not service.rules.versioned or version is None
    place = request.origin + target.canonical
    for _ in range(ATTEMPTS):
        seen = await _addressed(target, id, version)
        _check_visible(service, seen)
        _check_state(target, request, seen, None)
        if service.peers:
            await release(service, id, target.scope, request.hints, whole=whole)
        if service.rules.mirrored:
            await echo(service, orjson.loads(seen.body), {})
        try:
            async for some in _parts(target, seen, whole=whole):
                for each in some:
                    refuse_foreign(target.scope, each)
                events = raising.of_removal(service, place, some)
                if service.settings.audit:
                    events += await recording.of_removal(service, some, target.parent)
                await service.records.delete(service.collection, some, target.scope, events)
        except Stale:
            continue
        return Response(204)
    raise Stale(id)


def _posted(target: Target, raw: bytes, moment: Moment) -> tuple[Any, dict[str, Any]]:
    """The id that a client chose, None when the server did, and the resource that is posted."""
    service = target.service
    document = bodies.creatable(service, raw, moment.hints)
    wanted = chosen_id(service.spec, document)
    if target.rights is not None:
        target.rights.check_new(document, wanted)
    document = _completed(service, document, wanted, moment)
    return wanted, following(service, None, document, moment)


def _completed(
    service: Service, document: dict[str, Any], wanted: Any, moment: Moment
) -> dict[str, Any]:
    """The resource to keep: the client's attributes and the server's (R-702..R-705).

    `wanted` is the id the client chose, None when the server chooses.
    """
    id = bodies.free_id(service, wanted) if wanted is not None else service.new_id()
    if wanted is None:
        document.pop("id", None)
    document = identified(document, service.embeds, service.new_id)
    return without_href(complete(service.spec, service.rules, document, id, moment.now))


async def _was_taken(service: Service, once: Once) -> bool:
    """Whether an earlier request with the same key was taken."""
    return await service.store.recall(service.collection, once) is not None


def _patched(
    target: Target,
    seen: Record,
    apply: Patch,
    change: Any,
    url: str,
    raw: bytes,
    moment: Moment,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document of a record, and what becomes of it: itself when the patch changes nothing.

    `url` is what its `href` is to the client, `raw` the patch as it came.
    """
    service, rights = target.service, target.rights
    old: dict[str, Any] = orjson.loads(seen.body)
    shown = old if rights is None else rights.seen(old)
    patched = apply({"href": url, **shown}, change, service.spec.attributes)
    if rights is not None:
        rights.check_change(old, patched)
        patched = rights.whole({"href": url, **old}, patched)
    nulls = holds(raw, b"null") or holds(seen.body, b"null")
    patched = bodies.as_declared(service, patched, nulls=nulls)
    new = refuse_forbidden(old, patched, service.spec.not_patchable, service.type_name)
    refuse_removed(old, new, service.rules.lasting)
    # new == old is not enough: to Python true is 1, and 1 is 1.0.
    if new == old and orjson.dumps(new) == seen.body:
        return old, old
    bodies.check_stored(service, old, new, raw, moment.hints)
    return old, changed(service, old, new, moment)


async def _replace(
    target: Target,
    origin: str,
    seen: Record,
    old: dict[str, Any],
    new: dict[str, Any],
    moment: Moment,
) -> Record:
    """The record with a patched document in its place."""
    service = target.service
    if service.rules.acyclic:
        await refuse_cycle(service, new)
    if service.referring is not None:
        new = await resolve(service, old, new, moment.hints, sight=target.sight)
    place = origin + target.canonical
    rights = target.rights
    return await put_in_place(service, place, seen, old, new, target.scope, moment, rights=rights)


async def _addressed(target: Target, id: str, version: str | None) -> Record:
    """The record that is to be written over, with its other face if it has one."""
    service = target.service
    return await service.records.get(
        service.collection, id, target.scope, version, twin=service.has_twin
    )


async def _parts(target: Target, seen: Record, *, whole: bool) -> AsyncIterator[list[Record]]:
    """What a delete removes: one record, or all versions of the id it is the latest of (D2). There
    is more than one part where these are too large to be removed at once; the last ends with it.
    """
    last = [seen]
    if whole and target.service.rules.versioned:
        others = list[Record]()
        async for records in entity_versions.versions(target.service, target.scope, seen.id):
            if others:
                yield others
            others = [await _whole(target, record) for record in records if record.key != seen.key]
        last = sorted([seen, *others], key=entity_versions.place, reverse=True)
    yield last


async def _whole(target: Target, record: Record) -> Record:
    """A record of a list with its other face, if it has one."""
    if not target.service.has_twin:
        return record
    return await _addressed(target, record.id, record.version)


def _check_state(target: Target, request: Request, seen: Record, fields: Fields | None) -> None:
    """Raise `TmfError` (412) when a precondition does not hold of a record that is to be written
    over; most requests have none.
    """
    if request.conditions is not None:
        check_conditions(request, target.told(seen, fields))


def _check_visible(service: Service, record: Record) -> None:
    """Raise `Missing` for a record that is not part of the view the resource is."""
    if service.rules.view_of and orjson.loads(record.body).get("@type") != service.type_name:
        raise Missing(record.id)


def _once(target: Target, request: Request, raw: bytes) -> Once | None:
    key = intake.idempotency_key(request)
    if key is None:
        return None
    service = target.service
    scope = f"{target.scope.actor}\n{service.collection.name}\n{target.parent}\nPOST\n{key}"
    return Once(scope, sha256(raw).hexdigest())
