"""What is left of an event, and of an entry of the audit, when a person is erased."""

from collections.abc import Set
from typing import Any

import orjson

from tmf_apis.privacy.erasing import erased, without_person
from tmf_apis.privacy.person import ERASED, Person
from tmf_apis.privacy.table import Personal

Json = dict[str, Any]
#: A resource: its collection and its id.
Own = Set[tuple[str, str]]

#: What of an entry says who asked, and from where.
_WHO = ("subject", "address")


def event_without(body: bytes, personal: Personal, person: Person, *, own: bool) -> bytes:
    """An event of the log, a line and an envelope, without a person; `own` says that it is about a
    record of the person.
    """
    head, _, raw = body.partition(b"\n")
    envelope = orjson.loads(raw)
    told = envelope.get("event")
    if isinstance(told, dict) and (own or person.is_told_of(told)):
        person = person.close
        envelope["event"] = {
            name: _named(erased(each, personal, person), person) if isinstance(each, dict) else each
            for name, each in told.items()
        }
    return head + b"\n" + orjson.dumps(without_person(envelope, person))


def _named(resource: Json, person: Person) -> Json:
    """A resource that may be the person itself, called by the name that stands for nobody."""
    name = person.names.get(str(resource.get("id")))
    if name is None:
        return resource
    href = str(resource.get("href", "")).rpartition("/")[0]
    return resource | {"id": name} | ({"href": f"{href}/{name}"} if href else {})


def entry_without(entry: Json, own: Own, person: Person) -> Json | None:
    """An entry of the audit without a person; None for one that tells nothing of it.

    What changed in a record of the person is not told any more, nor who asked, if it was the
    person.
    """
    left = dict(entry)
    changes = entry.get("change", ())
    mine = any((change["path"], entry.get("resourceId")) in own for change in changes)
    if mine or person.is_told_of(changes):
        left["change"] = [{"path": change["path"], ERASED: True} for change in changes]
    if (name := person.names.get(str(entry.get("resourceId")))) is not None:
        left["resourceId"] = name
    about = left.get("resourceId") != entry.get("resourceId")
    parties = entry.get("party") or []
    asked = any(party in person.names for party in parties)
    if asked:
        left["party"] = [person.names.get(party, party) for party in parties]
        left |= {part: ERASED for part in _WHO if part in entry}
    if ids := (entry.get("shown") or {}).get("ids"):
        left["shown"] = entry["shown"] | {"ids": [person.names.get(str(id), id) for id in ids]}
    if "path" in left:
        left["path"] = _path(left["path"], person)
    if (asked or about) and "message" in left:
        left["message"] = ERASED
    left = without_person(left, person.close if mine or asked or about else person)
    return None if left == entry else left


def _path(path: str, person: Person) -> str:
    """A path whose segments are no ids of the person."""
    return "/".join(person.names.get(segment, segment) for segment in path.split("/"))
