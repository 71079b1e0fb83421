"""Records are who they say: ids, hrefs, and where they were asked for (R-103, R-104, R-304)."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from conformance.invariants.seen import BROKEN, ITEM, LIST, Fault, Json, Seen
from tmf_apis.rules.lookup import rules_of


def concerns(seen: Seen) -> bool:
    """Whether an answer shows records."""
    return next(seen.records, None) is not None


def faults(seen: Seen) -> Iterator[Fault]:
    """An id that is no text, another one than was asked for, in `href`, or twice in a list."""
    rule = "R-103" if seen.parameter("fields") is None else "R-304"
    for record in seen.records:
        yield from _names(seen, record, rule)
    if seen.place.kind == ITEM and isinstance(seen.body, dict):
        yield from _is_the_one(seen, seen.body)
    if isinstance(seen.body, list) and not _versioned(seen):
        counted = Counter(str(record.get("id")) for record in seen.records)
        if twice := [record for record, count in counted.items() if count > 1]:
            yield Fault("R-103", "every id once in a list", f"{', '.join(twice)} more than once")


def concerns_created(seen: Seen) -> bool:
    """Whether a record was created."""
    created = seen.method == "POST" and seen.place.kind == LIST and seen.status == 201
    return created and seen.body is not BROKEN


def created(seen: Seen) -> Iterator[Fault]:
    """A creation without a Location, or whose Location is not that of the record."""
    location = seen.headers.get("location")
    if not location:
        yield Fault("R-701", "a Location header", "none")
        return
    record = seen.body if isinstance(seen.body, dict) else {}
    named, href = record.get("id"), record.get("href")
    if isinstance(named, str) and _last(location) != named:
        yield Fault("R-701", f"a Location that ends in {named}", location)
    elif isinstance(href, str) and _path(href) != _path(location):
        yield Fault("R-104", f"href {location}", href)


def _names(seen: Seen, record: Json, rule: str) -> Iterator[Fault]:
    named, href = record.get("id"), record.get("href")
    declared = seen.place.spec.attributes.children if seen.place.spec else {}
    if not (isinstance(named, str) and named):
        yield Fault(rule, "an id that is a text", repr(named))
    elif href is None and "href" in declared:
        yield Fault(rule, f"an href of {named}", "none")
    elif href is not None and not isinstance(href, str):
        yield Fault(rule, "an href that is a text", repr(href))
    elif isinstance(href, str) and _last(href) != named:
        yield Fault("R-103", f"an href of {named}", href)


def _is_the_one(seen: Seen, record: Json) -> Iterator[Fault]:
    named, asked = record.get("id"), seen.place.id
    if isinstance(named, str) and named != asked:
        rule = "R-1205" if named.lower() == asked.lower() else "R-103"
        yield Fault(rule, f"the record {asked}", f"that of {named}")


def _versioned(seen: Seen) -> bool:
    return seen.place.spec is not None and rules_of(seen.api, seen.place.spec).versioned


def _last(url: str) -> str:
    segment = unquote(_path(url).rpartition("/")[2])
    return segment.partition(":(version=")[0]


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")
