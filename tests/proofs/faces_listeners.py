"""A listener of each version hears of all changes of records with two faces, under kill -9.

Clients write several resources through either version, by servers that are killed five times.
Each listener must have got exactly one event for each kind and change that its version shows,
valid by the file of its version and in the order of the changes of each record; what both hear of
has one id. An event may come again after a kill, as the same event.
"""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx
import jsonschema_rs

from tests.proofs.faces_writing import (
    CHANGE,
    CREATE,
    DELETE,
    SUBJECTS,
    VERSIONS,
    Json,
    Ledger,
    Subject,
    Told,
    write,
)
from tests.proofs.receiver import Receiver, receiving
from tests.proofs.serving import PATIENCE, Served
from tmf_apis.catalog import built_in
from tmf_apis.rules.lookup import open_enumerations
from tmf_apis.schema.normalise import json_schema, opened

WRITES = 10_000
KILLS = 5
#: Seconds without an event after which none is expected any more, unless some are missing.
_QUIET = 5.0
_FLAGS = ("--workers", "2", "--no-sample-data", "--development")
_MOST_SHOWN = 20
_ORDER = {CREATE: 0, CHANGE: 1, "StateChange": 1, DELETE: 2}


def prove(writes: int = WRITES, kills: int = KILLS) -> dict[str, Any]:
    """What either listener missed, got unasked, got as two events, and what was not valid."""
    ledger = Ledger()
    with TemporaryDirectory() as name, receiving() as receiver:
        served = _start(Path(name))
        _register(served, receiver)
        for round in range(kills):
            asyncio.run(write(served, ledger, writes * (round + 1) // (kills + 1), kill=True))
            served = _start(Path(name))
        asyncio.run(write(served, ledger, writes, kill=False))
        _wait(receiver, ledger)
        served.stop()
        heard = [_Heard(side, receiver.whole(version)) for side, version in enumerate(VERSIONS)]
        again = sum(each.again for each in heard)
        faults = list(_faults(ledger, heard))
    return {
        "holds": not faults and ledger.changes >= writes,
        "summary": f"{ledger.changes} writes, {kills} kills, "
        + " and ".join(
            f"{len(each.told)} events in {v}" for each, v in zip(heard, VERSIONS, strict=True)
        )
        + f": {len(faults)} faults; {again} came again after a kill",
        "faults": faults[:_MOST_SHOWN],
    }


def _start(folder: Path) -> Served:
    served = Served(folder, *_FLAGS)
    served.wait()
    return served


def _register(served: Served, receiver: Receiver) -> None:
    for subject in SUBJECTS:
        for side, version in enumerate(VERSIONS):
            body = {"callback": f"{receiver.url}/whole/{version}"}
            url = served.origin + subject.path(side).removesuffix(subject.name) + "hub"
            typed = {"@type": "Hub"} if side else {}
            answer = httpx.post(url, json=typed | body, trust_env=False, timeout=PATIENCE)
            assert answer.status_code == httpx.codes.CREATED, answer.text


def _wait(receiver: Receiver, ledger: Ledger) -> None:
    """Return when nothing more comes, which takes longer as long as something is missing."""
    before, quiet = -1, monotonic()
    while True:
        counts = [receiver.count(version) for version in VERSIONS]
        if sum(counts) != before:
            before, quiet = sum(counts), monotonic()
        enough = all(n >= len(told) for n, told in zip(counts, ledger.told, strict=True))
        if monotonic() - quiet > (_QUIET if enough else PATIENCE):
            return
        sleep(0.5)


class _Heard:
    """What the listener of one version heard: the id and place of each event by what it tells."""

    def __init__(self, side: int, events: list[Json]) -> None:
        self.side, self.again = side, 0
        self.told: dict[Told, str] = {}
        self.faults: list[str] = []
        known: dict[str, Json] = {}
        for event in events:
            if (id := event["eventId"]) not in known:
                known[id] = event
            elif known[id] == event:
                self.again += 1
            else:
                self.faults.append(f"{id} came as two events")
        numbers = dict(_numbers(known.values()))
        for id, event in known.items():
            told = _told(event, numbers)
            if told in self.told:
                self.faults.append(f"{told} came as {self.told[told]} and as {id}")
            self.told[told] = id
        self.faults += _invalid(side, known.values())
        self.faults += _disordered(self.told)


def _subject(event: Json) -> tuple[Subject, str]:
    """What an event is about, and its kind."""
    [name] = event["event"]
    subject = next(each for each in SUBJECTS if each.name == name)
    kind = event["eventType"].removesuffix("Event")
    return subject, kind.removeprefix(name[0].upper() + name[1:])


def _numbers(events: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """The number of each change, by the record and the time: events of v5 show what changed."""
    for event in events:
        subject, kind = _subject(event)
        entity = event["event"][subject.name]
        if kind == CHANGE:
            number = entity.get(subject.number) or entity[subject.alone]
            text = number["id"] if isinstance(number, dict) else number
            yield (entity["id"], event["eventTime"]), text


def _told(event: Json, numbers: Mapping[tuple[str, str], str]) -> Told:
    subject, kind = _subject(event)
    entity = event["event"][subject.name]
    if kind == DELETE:
        return Told(entity["id"], kind, "")
    number = entity[subject.number] if kind == CREATE else None
    return Told(entity["id"], kind, number or numbers[entity["id"], event["eventTime"]])


def _invalid(side: int, events: Any) -> Iterator[str]:
    """Events that the file of their version does not allow."""
    validators = {}
    for api in built_in():
        schemas = opened(api.schemas, open_enumerations(api))
        for name in api.listeners.values() if api.major == VERSIONS[side] else ():
            root = {"$ref": f"#/components/schemas/{name}"}
            validators[api.base_path, name] = root, schemas
    compiled: dict[tuple[str, str], jsonschema_rs.Draft7Validator] = {}
    for event in events:
        subject, _ = _subject(event)
        key = f"/tmf-api/{subject.api}/{VERSIONS[side]}", event["eventType"]
        if key not in compiled:
            compiled[key] = jsonschema_rs.Draft7Validator(
                json_schema(*validators[key]), validate_formats=True
            )
        for error in compiled[key].iter_errors(event):
            yield f"{event['eventType']} {event['eventId']}: {error.message}"
            break


def _disordered(told: Mapping[Told, str]) -> Iterator[str]:
    """Events that came, for the first time, behind a later one of the same record."""
    last: dict[str, tuple[int, int]] = {}
    for each in told:
        numbered = each.number.isdigit() or each.kind == DELETE
        place = (_ORDER[each.kind] == 2, int(each.number or 0)) if numbered else None
        if place and place < last.get(each.id, place):
            yield f"{each} came behind a later one"
        if place:
            last[each.id] = max(place, last.get(each.id, place))


def _faults(ledger: Ledger, heard: list[_Heard]) -> Iterator[str]:
    for side, each in enumerate(heard):
        version = VERSIONS[side]
        yield from (f"{version}: {fault}" for fault in each.faults)
        maybe = frozenset[Told]().union(*(sides[side] for sides in ledger.maybe))
        yield from (f"{version} misses {one}" for one in ledger.told[side] - each.told.keys())
        unasked = each.told.keys() - ledger.told[side] - maybe
        yield from (f"{version} got {one}, which nobody did" for one in unasked)
    for sides in ledger.maybe:
        came = {
            told in each.told
            for told_of, each in zip(sides, heard, strict=True)
            for told in told_of
        }
        if len(came) > 1:
            yield f"of {sides} some came and some did not"
    older, newer = (each.told for each in heard)
    for told in older.keys() & newer.keys():
        if older[told] != newer[told]:
            yield f"{told} has two ids: {older[told]} and {newer[told]}"
