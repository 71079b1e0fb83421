"""What a body must be to be kept: whole, of its class, and sound in what no schema can say."""

from typing import Any

from handlers.service import Service
from tmf_apis.schema.nulls import without_nulls
from tmf_apis.schema.number_texts import with_texts
from tmf_apis.tmf630 import versions
from tmf_apis.tmf630.conditionals import parted
from tmf_apis.tmf630.errors import (
    INVALID_BODY,
    INVALID_ID,
    MALFORMED_BODY,
    NOT_SETTABLE,
    UNKNOWN_ATTRIBUTE,
    TmfError,
)
from tmf_apis.tmf630.identity import check_id
from tmf_apis.tmf630.item_remarks import item_remarks
from tmf_apis.tmf630.limits import parse_json
from tmf_apis.tmf630.order_items import Items, item_fault, items_within
from tmf_apis.tmf630.periods import backwards_periods
from tmf_apis.tmf630.remarks import Remark
from tmf_apis.tmf630.scanning import holds, mentions

Json = dict[str, Any]


def creatable(service: Service, raw: bytes, hints: list[str]) -> Json:
    """A posted body without what is absent or the server's, checked against the file.

    What is taken although a rule would have it otherwise is told in `hints`. Raises `TmfError`
    (400) that names what is wrong (R-703, R-704, R-710, R-711).
    """
    parsed = parse_json(raw)
    if not isinstance(parsed, dict):
        raise TmfError(MALFORMED_BODY, "The body is not a JSON object; post one resource.")
    document: Json = as_declared(service, parsed, nulls=holds(raw, b"null"))
    for name in service.owned.intersection(document):
        if service.strict("system-attributes"):
            raise TmfError(NOT_SETTABLE, f"/{name}: the server sets this attribute; leave it out.")
        del document[name]
    _check_reported(service, {}, document)
    _check_demanded(service, document)
    _check_content(service, {}, document, raw, hints)
    return document


def representation(service: Service, raw: bytes) -> Json:
    """A whole representation without what is absent. Raises `TmfError` (400) where it is none."""
    parsed = parse_json(raw)
    if not isinstance(parsed, dict):
        raise TmfError(MALFORMED_BODY, "not a JSON object")
    document: Json = as_declared(service, parsed, nulls=holds(raw, b"null"))
    return document


def check_loadable(service: Service, document: Json, raw: bytes) -> None:
    """Raise `TmfError` (400) unless a whole representation is fit to be kept: by the schema of
    answers, and by all that is demanded of those who post, who may set less (D21).
    """
    _refuse(service.stored_validator.fault(document))
    _check_demanded(service, {n: v for n, v in document.items() if n not in service.owned})
    _check_content(service, {}, document, raw, [])


def loadable(service: Service, raw: bytes) -> Json:
    """A whole representation without what is absent, fit to be kept.

    Raises `TmfError` (400) that names what is wrong.
    """
    document = representation(service, raw)
    check_loadable(service, document, raw)
    return document


def free_id(service: Service, id: object) -> str:
    """An id that a new resource may have; raises `TmfError` (400) for any other (R-708)."""
    checked = check_id(id)
    if service.rules.versioned and versions.addressed(checked) != (checked, None):
        raise TmfError(INVALID_ID, "/id: this is how a version of an entity is addressed.")
    return checked


def _check_demanded(service: Service, document: Json) -> None:
    """Raise `TmfError` (400) unless what a client may set is there and right (R-703, R-711)."""
    if service.create_validator is not None:
        _refuse(service.create_validator.fault(document))
    if service.rules.view_of and document.get("@type", service.type_name) != service.type_name:
        raise TmfError(INVALID_BODY, f"/@type: {service.spec.name} holds {service.type_name} only.")


def _check_reported(service: Service, old: Json, document: Json) -> None:
    """Raise `TmfError` (400) where a strict server is told what the resource reports (R-639-04)."""
    for name in service.rules.reported:
        if document.get(name) != old.get(name) and (
            service.strict("system-attributes") or service.strict("business")
        ):
            raise TmfError(NOT_SETTABLE, f"/{name}: the resource reports this; leave it out.")


def check_shown(service: Service, document: Json) -> None:
    """Raise `TmfError` (400) unless a new resource, shown as it is, fits the file (R-709).

    Create schemas ask less of some references than the schemas of answers do.
    """
    _refuse(service.stored_validator.fault(document))


def check_stored(
    service: Service, old: Json, document: Json, change: bytes, hints: list[str]
) -> None:
    """Raise `TmfError` (400) unless a patched resource is still one that may be kept (R-812).

    `change` is the raw patch: what it does not mention was checked before. What the resource
    lacked before is not asked for now: it may have come by a view that does without.
    """
    _refuse(service.stored_validator.fault(document, old))
    _check_reported(service, old, document)
    _check_content(service, old, document, change, hints)


def as_declared(service: Service, document: Any, *, nulls: bool) -> Any:
    """A document as its file means it: without null members of declared attributes (R-1207, D3),
    which it may hold if `nulls`, and with texts where it takes numbers for them (R-721).
    """
    if service.numbered:
        document = with_texts(document, service.known)
    return without_nulls(document, service.known) if nulls else document


def _check_content(
    service: Service, old: Json, document: Json, raw: bytes, hints: list[str]
) -> None:
    """Raise `TmfError` (400) for what the file's schemas cannot say: items of an order, what a
    sub-class requires (R-1104), and, when the server is strict, unknown attributes (R-1105).

    Items that are the very ones of the `old` document were checked before. What no rule demands,
    but would have otherwise, goes into the hints (D24).
    """
    rules = service.rules.items
    items: Items = []
    if rules is not None and _differs(rules.attribute, old, document, raw):
        items = items_within(document, rules.attribute)
        _refuse(item_fault(items, rules))
    _look_over(service, document, items, raw, hints)
    if "@schemaLocation" in document:
        _refuse(service.registry.fault(document))
    elif service.strict("attributes"):
        for name in document:
            if name not in service.spec.attributes.children:
                raise TmfError(
                    UNKNOWN_ATTRIBUTE, f"/{name}: {service.spec.name} has no such attribute."
                )


def _differs(name: str, old: Json, document: Json, change: bytes) -> bool:
    """Whether an attribute may have another value than before."""
    return document.get(name) is not old.get(name) and mentions(change, name.encode())


def _look_over(
    service: Service, document: Json, items: Items, raw: bytes, hints: list[str]
) -> None:
    """Tell in the hints what rules would have otherwise that refuse nothing by themselves; raise
    `TmfError` (400) for it where the server is strict about business.
    """
    for remark in parted(document, service.rules.conditionals):
        _say(remark, hints, refused=service.strict("business") or service.strict("conditional"))
    if items and service.rules.items is not None:
        for remark in item_remarks(document, items, service.rules.items):
            _say(remark, hints, refused=service.strict("business"))
    if mentions(raw, b"DateTime"):
        for remark in backwards_periods(document):
            _say(remark, hints, refused=service.strict("business"))


def _say(remark: Remark, hints: list[str], *, refused: bool) -> None:
    if refused:
        raise TmfError(INVALID_BODY, remark.fault)
    hints.append(remark.hint)


def _refuse(fault: str | None) -> None:
    if fault is not None:
        raise TmfError(INVALID_BODY, fault)
