"""Requests at random through both versions of some resources, judged by plain dictionaries.

After each, both versions show of every record what the dictionaries say, and find, order and count
by any query what a naive evaluator finds among these.
"""

from collections.abc import Iterator
from copy import deepcopy
from itertools import count
from random import Random
from time import sleep
from typing import Any

import httpx

from tests import naive
from tests.faces.dictionaries import MISSING, NEWER, OLDER, Json, Record, at
from tests.faces.subjects import Subject
from tests.queries import raw_query
from tmf_apis.catalog import built_in
from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.listing import parse_listing
from tmf_apis.tmf630.paging import Limits

MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"
SIDES = (OLDER, NEWER)
LIMITS = Limits(100, 1000)
#: Records there are at most; the oldest goes where there would be one more.
MOST = 6
QUERIES = 3
#: How often a server is asked that has no time.
_PATIENCE = 20


class Differs(AssertionError):
    """What a version shows differs from what the dictionaries say."""


class Writing:
    """The records of a resource on a server, and what they should be."""

    def __init__(self, client: httpx.Client, subject: Subject, random: Random) -> None:
        self._client, self._subject, self._random = client, subject, random
        self.records: dict[str, Record] = {}
        self._ids = count()
        self.asked = 0
        self._roots = tuple(self._root(side) for side in SIDES)
        #: What was done last, for who reads of a fault.
        self.last = ""

    def step(self) -> None:
        """One write through one version, and all that should be so afterwards."""
        random, side = self._random, self._random.randrange(2)
        if len(self.records) < 2 or (len(self.records) < MOST and random.random() < 0.2):
            self._create(side)
        elif len(self.records) == MOST or random.random() < 0.05:
            self._delete(side, random.choice(list(self.records)))
        else:
            self._change(side, random.choice(list(self.records)))
        self._look()

    def clear(self) -> None:
        """Take all records away, through either version."""
        for id in list(self.records):
            self._delete(self._random.randrange(2), id)
        self._look()

    # -- writes

    def _create(self, side: int) -> None:
        subject, random = self._subject, self._random
        makes = subject.makes[side]
        chosen = [name for name in makes if random.random() < 0.4]
        body = deepcopy(subject.begins[side]) | {n: makes[n](random, side) for n in chosen}
        body["id"] = f"{random.choice('abc')}{next(self._ids)}-{subject.name}"
        record = Record(subject.rules, subject.lists, self._bases(body["id"]))
        record.write(side, {**record.faces[side], **body})
        self._sent("POST", subject.path(side), body, "application/json", 201)
        self.records[body["id"]] = record

    def _bases(self, id: str) -> list[Json]:
        """What both faces have before anything is written."""
        found = [{"id": id}, {"id": id}]
        for side in SIDES:
            begins = self._subject.begins[side]
            found[side] |= {"@type": begins["@type"]} if "@type" in begins else {}
            for inside in ("engagedParty",) if "engagedParty" in begins else ():
                kind = begins[inside].get("@type")
                found[side][inside] = {"@type": kind} if kind else {}
        return found

    def _delete(self, side: int, id: str) -> None:
        self._sent("DELETE", f"{self._subject.path(side)}/{id}", None, "application/json", 204)
        del self.records[id]

    def _change(self, side: int, id: str) -> None:
        record, random = self.records[id], self._random
        face = deepcopy(record.faces[side])
        if random.random() < 0.5:
            body, form = self._merge(side, face), MERGE
            wanted = _merged(face, body)
        else:
            body, form = list(self._steps(side, face)), PATCH
            wanted = face
        allowed = self._moved(record, side, wanted)
        url = f"{self._subject.path(side)}/{id}"
        self._sent("PATCH", url, body, form, 200 if allowed else 409)
        if allowed:
            record.write(side, wanted)

    def _merge(self, side: int, face: Json) -> Json:
        """Some attributes anew, some away, and perhaps another state."""
        random, makes = self._random, self._subject.makes[side]
        names = random.sample(list(makes), random.choice((1, 1, 2)))
        fixed = self._subject.begins[side]
        body = {
            name: None
            if name in face and name not in fixed and random.random() < 0.25
            else makes[name](random, side)
            for name in names
        }
        if self._subject.moves and random.random() < 0.3:
            body["state"] = self._state(side)
        return body

    def _state(self, side: int) -> str:
        words = self._subject.words if side == OLDER else {}
        states = list(self._subject.moves)
        return self._random.choice([state for state in states if state not in words])

    def _steps(self, side: int, face: Json) -> Iterator[Json]:
        """One or two operations of a JSON Patch, done to the face as they are made."""
        random, makes = self._random, self._subject.makes[side]
        for _ in range(random.choice((1, 2))):
            name = random.choice(list(makes))
            value = makes[name](random, side)
            known = face.get(name)
            if isinstance(known, list) and isinstance(value, list) and random.random() < 0.7:
                yield _in_list(random, name, known, value)
            elif name in face and name not in self._subject.begins[side] and random.random() < 0.3:
                del face[name]
                yield {"op": "remove", "path": f"/{name}"}
            else:
                face[name] = value
                yield {"op": "add", "path": f"/{name}", "value": deepcopy(value)}

    def _moved(self, record: Record, side: int, wanted: Json) -> bool:
        """Whether the states allow a write (V-705)."""
        before, now = record.faces[side].get("state"), wanted.get("state")
        if not self._subject.moves or before == now:
            return True
        return now in self._subject.moves[record.faces[NEWER]["state"]]

    def _sent(self, method: str, url: str, body: Any, form: str, status: int) -> None:
        self.last = f"{method} {url} {body}"
        headers = {"content-type": form}
        answer = self._client.request(
            method, url, json=body if body is not None else None, headers=headers
        )
        if answer.status_code != status:
            raise Differs(f"{self.last}: {answer.status_code} {answer.text}, not {status}")

    # -- what is so afterwards

    def _look(self) -> None:
        shown: list[list[Json]] = []
        for side in SIDES:
            answer = self._client.get(self._subject.path(side))
            found = answer.json()
            if [each["id"] for each in found] != list(self.records):
                raise Differs(f"{self.last}: v{4 + side} lists {found}")
            for record in found:
                del record["href"]
            shown.append(found)
        for older, newer, record in zip(*shown, self.records.values(), strict=True):
            self._adopt(record, (older, newer))
            for side, face in ((OLDER, older), (NEWER, newer)):
                if face != record.faces[side]:
                    raise Differs(
                        f"{self.last}: v{4 + side} shows\n{face}, not\n{record.faces[side]}"
                    )
        for side in SIDES:
            self._find(side)

    def _adopt(self, record: Record, shown: tuple[Json, Json]) -> None:
        """Take over what the server sets, which both versions show alike."""
        for names in self._subject.stamped:
            values = [at(face, (name,)) for face, name in zip(shown, names, strict=True) if name]
            if all(isinstance(value, str | bool) for value in values) and values[0] != values[-1]:
                raise Differs(f"{self.last}: {names} are {values}")
            for side, name in enumerate(names):
                value = at(shown[side], (name,)) if name else MISSING
                record.faces[side].pop(name, None)
                record.faces[side] |= {} if value is MISSING else {name: value}

    def _find(self, side: int) -> None:
        documents = [record.faces[side] for record in self.records.values()]
        for _ in range(QUERIES):
            raw = raw_query(self._random, documents)
            try:
                query = parse_listing(raw, self._roots[side], LIMITS).query
            except TmfError:
                continue
            answer = self._asked(f"{self._subject.path(side)}?{raw}")
            self.asked += 1
            ids, total = naive.answer(documents, query)
            found = [each["id"] for each in answer.json()] if answer.is_success else answer.text
            counted = answer.headers.get("X-Total-Count")
            if found != ids or counted != str(total):
                raise Differs(
                    f"{self.last}: v{4 + side} finds {found} of {counted} by {raw!r}, not {ids} of"
                    f" {total} among {documents}"
                )

    def _asked(self, url: str) -> httpx.Response:
        """The answer to a query; a server that others keep too busy is asked again."""
        for _ in range(_PATIENCE):
            answer = self._client.get(url)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            sleep(1)
        return answer

    def _root(self, side: int) -> Attribute:
        [api] = [
            api
            for api in built_in()
            if (api.number, api.major) == (self._subject.number, f"v{4 + side}")
        ]
        return api.resource(self._subject.name).attributes


def _in_list(random: Random, name: str, known: list[Any], value: list[Any]) -> Json:
    """One operation on an element of a list, done to it."""
    if known and (not value or random.random() < 0.4):
        place = random.randrange(len(known))
        del known[place]
        return {"op": "remove", "path": f"/{name}/{place}"}
    if not value:
        return {"op": "test", "path": f"/{name}", "value": deepcopy(known)}
    if known and random.random() < 0.5:
        place = random.randrange(len(known))
        known[place] = value[0]
        return {"op": "replace", "path": f"/{name}/{place}", "value": deepcopy(value[0])}
    place = random.randint(0, len(known))
    known.insert(place, value[0])
    end = "-" if place == len(known) - 1 and random.random() < 0.5 else place
    return {"op": "add", "path": f"/{name}/{end}", "value": deepcopy(value[0])}


def _merged(face: Json, patch: Json) -> Json:
    """A merge patch, done to a document (RFC 7396)."""
    found = deepcopy(face)
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        elif isinstance(value, dict):
            inside = found.get(name)
            found[name] = _merged(inside if isinstance(inside, dict) else {}, value)
        else:
            found[name] = deepcopy(value)
    return found
