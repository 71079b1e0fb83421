"""From a stored record to the JSON a client sees: its `href`, and the part that was asked for."""

from collections.abc import Collection, Sequence
from functools import partial
from time import time

import orjson

from handlers.aside import aside
from handlers.http import Response
from handlers.service import Service
from persistence.store import Record
from tmf_apis.tmf630.fields import Fields, select
from tmf_apis.tmf630.http_dates import http_date
from tmf_apis.tmf630.identity import href, is_plain
from tmf_apis.tmf630.preconditions import Validators, etag
from tmf_apis.tmf630.weight import effort
from tmf_apis.tmf630.work import Look, looking


def location(record: Record, collection_url: str) -> str:
    """The `href` of a record below the URL of its collection."""
    return href(collection_url, record.id, None if record.latest else record.version)


def represent_all(
    records: Sequence[Record], collection_url: str, fields: Fields | None, service: Service
) -> bytes:
    """The encoded array of some resources of a collection."""
    if fields is not None:
        look = looking()
        shown = [represent(r, location(r, collection_url), fields, service, look) for r in records]
    else:
        shown = _wholes(records, collection_url)
    return b"[" + b",".join(shown) + b"]"


def reading(records: Sequence[Record], fields: Fields | None) -> int:
    """What it is to select of some resources, in bytes that are read; nothing for whole ones."""
    if fields is None:
        return 0
    return effort(sum(len(record.body) for record in records), fields.program)


def represent(
    record: Record, url: str, fields: Fields, service: Service, look: Look | None = None
) -> bytes:
    """The encoded resource with its `href` as selected. `look` counts what is looked at for all
    resources of an answer.
    """
    document = {"id": record.id, "href": url, **orjson.loads(record.body)}
    return orjson.dumps(select(document, fields, service.always, look))


def whole(id: str, body: bytes, url: str) -> bytes:
    """The stored bytes as they are, with `href` behind `id`, where TM Forum's own samples have
    it, or first when the client put its `id` elsewhere.
    """
    head = b'{"id":%b' % orjson.dumps(id)
    if body.startswith(head):
        return b'%b,"href":"%b"%b' % (head, url.encode(), body[len(head) :])
    return b'{"href":"%b",%b' % (url.encode(), body[1:])


def _wholes(records: Sequence[Record], collection_url: str) -> list[bytes]:
    """`whole` of each record of a collection, with what most of them have in common done once."""
    base = collection_url.encode()
    shown = []
    for record in records:
        id, body = record.id, record.body
        if record.latest and is_plain(id):
            spelt = id.encode()
            head = b'{"id":"%b"' % spelt
            if body.startswith(head):
                shown.append(b'%b,"href":"%b/%b"%b' % (head, base, spelt, body[len(head) :]))
                continue
        shown.append(whole(id, body, location(record, collection_url)))
    return shown


def validators(
    service: Service,
    record: Record,
    fields: Fields | None,
    collection: str,
    hidden: Collection[str] = (),
    revision: str = "",
) -> Validators:
    """What tells this state of a resource, in the shape asked for, from others (D15).

    The clock of a store may be ahead; a change later than its answer would be no date of HTTP.
    `collection` is the path of the collection as the client spelt it, `hidden` are attributes that
    the client does not see, `revision` is what it knows the state by, if not by that of the store.
    """
    canonical = collection.startswith(service.api.base_path)
    shape = (fields.text if fields else "") + ("" if canonical else collection)
    if hidden:
        shape += f"-{','.join(sorted(hidden))}"
    modified = min(record.modified // 1_000_000, int(time()))
    return {"ETag": etag(revision or record.revision, shape), "Last-Modified": http_date(modified)}


async def item(
    service: Service,
    record: Record,
    fields: Fields | None,
    url: str,
    told: Validators,
    status: int = 200,
) -> Response:
    """The answer that shows one resource; raises `Busy`."""
    if fields is None:
        return Response(status, whole(record.id, record.body, url), told)
    showing = partial(represent, record, url, fields, service)
    return Response(status, await aside(reading([record], fields), showing), told)
