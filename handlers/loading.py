"""Put full representations into the store: lines of a file, and the sample data (D21)."""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from pathlib import Path

import orjson

from handlers import bodies
from handlers.raising import of_creation
from handlers.service import Service
from persistence.store import Draft, Event, Scope, Store
from tmf_apis.tmf630 import versions
from tmf_apis.tmf630.elements import identified
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.identity import without_href
from tmf_apis.tmf630.version_order import rank

Progress = Callable[[int], None]
#: Records validated between two steps of a progress bar.
STEP = 100
_DECODER = JSONDecoder()
_GAP = re.compile(r"[ \t\r\n]*")


class LoadError(ValueError):
    """Lines that cannot be loaded: nothing of the file was. `faults` are (line, what) pairs."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        super().__init__(f"{len(faults)} lines cannot be loaded")
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Line:
    """One representation of a file and the line it begins on."""

    number: int
    raw: bytes


def read_lines(raw: bytes) -> list[Line]:
    """The representations in a JSON array or in JSON lines, blank lines passed over.

    Raises `LoadError` for an array that is not JSON.
    """
    raw = raw.removeprefix(BOM_UTF8)
    if raw.lstrip()[:1] != b"[":
        lines = enumerate(raw.splitlines(), 1)
        return [Line(number, line) for number, line in lines if line.strip()]
    try:
        return list(_elements(raw.decode()))
    except UnicodeDecodeError as error:
        line = 1 + raw.count(b"\n", 0, error.start)
        raise LoadError([(line, f"not JSON: {error.reason} of UTF-8")]) from error
    except JSONDecodeError as error:
        raise LoadError([(error.lineno, f"not JSON: {error.msg}")]) from error
    except RecursionError as error:
        raise LoadError([(1, "not JSON: nested without end")]) from error


def _elements(array: str) -> Iterator[Line]:
    """The elements of a JSON array as they are written."""
    number, counted = 1, 0
    position = _after_gap(array, array.index("[") + 1)
    more = not array.startswith("]", position)
    while more:
        _, end = _DECODER.raw_decode(array, position)
        number += array.count("\n", counted, position)
        counted = position
        yield Line(number, array[position:end].encode())
        position = _after_gap(array, end)
        more = array.startswith(",", position)
        if more:
            position = _after_gap(array, position + 1)
    if not array.startswith("]", position):
        raise JSONDecodeError("a comma or the end of the array is missing", array, position)
    rest = _after_gap(array, position + 1)
    if rest < len(array):
        raise JSONDecodeError("text after the end of the array", array, rest)


def _after_gap(text: str, position: int) -> int:
    """Where the white space at a position ends."""
    match = _GAP.match(text, position)
    return match.end() if match else position


def drafts(
    service: Service, lines: Iterable[Line], progress: Progress = lambda _: None
) -> list[Draft]:
    """Every line as a draft that is fit to be kept; missing ids are made.

    Raises `LoadError` with all that is wrong, by line.
    """
    found: list[Draft] = []
    faults: list[tuple[int, str]] = []
    taken: set[tuple[str, str]] = set()
    for count, line in enumerate(lines, 1):
        try:
            draft = _draft(service, line.raw)
            if (draft.id, draft.version) in taken:
                raise LoadError([(line.number, f"/id: {draft.id} stands in the file twice")])
            taken.add((draft.id, draft.version))
            found.append(draft)
        except TmfError as error:
            faults.append((line.number, error.message))
        except LoadError as error:
            faults += [(line.number, text) for _, text in error.faults]
        if count % STEP == 0:
            progress(STEP)
    if faults:
        raise LoadError(faults)
    return found


def _draft(service: Service, raw: bytes) -> Draft:
    document = without_href(bodies.loadable(service, raw))
    document = identified(document, service.embeds, service.new_id)
    id = bodies.free_id(service, document["id"]) if "id" in document else service.new_id()
    if "id" not in document:
        document = {"id": id, **document}
    version = versions.version_of(document) if service.rules.versioned else ""
    return Draft(id, document, orjson.dumps(document), version)


async def events_of_creation(
    service: Service, batch: Sequence[Draft], origin: str
) -> list[list[Event]]:
    """What each of some drafts raises when they are all put into the store."""
    url = origin + service.collection.name
    if not service.rules.versioned:
        return [of_creation(service, url, draft) for draft in batch]
    latest = {draft.id: draft.version for draft in sorted(batch, key=lambda d: rank(d.version))}
    for id, version in latest.items():
        there = await service.store.versions(service.collection, id, Scope())
        if there and rank(there[0].version) > rank(version):
            latest[id] = there[0].version
    drafts = [draft._replace(latest=latest[draft.id] == draft.version) for draft in batch]
    return [of_creation(service, url, draft) for draft in drafts]


async def load_sample_data(
    store: Store, services: Sequence[Service], folder: Path, progress: Progress
) -> int:
    """Put the sample data into the store; how many records. Files are named by API and
    resource: `TMF620-v4/productOffering.json`.

    Where a user's specification stands in the place of ours and asks for more, there are none.
    """
    loaded = 0
    for service, path in sample_files(services, folder):
        lines = read_lines(path.read_bytes())
        try:
            batch = drafts(service, lines)
        except LoadError:
            if service.api.source.parent == folder.parent:
                raise
            continue
        loaded += await store.load(service.collection, batch, Scope())
        progress(len(batch))
    return loaded


def sample_files(services: Sequence[Service], folder: Path) -> list[tuple[Service, Path]]:
    """The sample files there are for the resources that are served."""
    found = []
    for service in services:
        path = folder / f"{service.api.number}-{service.api.major}" / f"{service.spec.name}.json"
        if path.is_file():
            found.append((service, path))
    return found
