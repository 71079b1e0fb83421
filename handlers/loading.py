"""Put full representations into the store: lines of a file, and the sample data (D21)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from handlers.service import Service
from persistence.store import Draft, Scope, Store
from tmf_apis.schema.nulls import without_nulls
from tmf_apis.schema.validator import Validator
from tmf_apis.tmf630 import versions
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.identity import check_id, without_href
from tmf_apis.tmf630.limits import parse_json

Progress = Callable[[int], None]
#: Records validated between two steps of a progress bar.
STEP = 100


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
    if raw.lstrip()[:1] != b"[":
        lines = enumerate(raw.splitlines(), 1)
        return [Line(number, line) for number, line in lines if line.strip()]
    try:
        elements = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise LoadError([(error.lineno, f"not JSON: {error.msg}")]) from error
    return [Line(number, orjson.dumps(e)) for number, e in zip(_starts(raw), elements, strict=True)]


def _starts(raw: bytes) -> Iterator[int]:
    """The line on which each element of a JSON array begins."""
    depth, line, in_text, escaped, fresh = 0, 1, False, False, True
    for byte in raw.decode():
        if byte == "\n":
            line += 1
        if in_text:
            escaped = byte == "\\" and not escaped
            in_text = byte != '"' or escaped if byte != "\\" else True
            continue
        if depth == 1 and fresh and not byte.isspace() and byte not in ",]":
            yield line
            fresh = False
        if byte == '"':
            in_text = True
        elif byte in "[{":
            depth += 1
        elif byte in "]}":
            depth -= 1
        elif byte == "," and depth == 1:
            fresh = True


def drafts(
    service: Service, lines: Iterable[Line], progress: Progress = lambda _: None
) -> list[Draft]:
    """Every line as a draft, checked against the response schema; missing ids are made.

    Raises `LoadError` with all that is wrong, by line.
    """
    validator = Validator(
        service.spec.schema, service.api.schemas, service.spec.attributes, assumed={"href": "/"}
    )
    found: list[Draft] = []
    faults: list[tuple[int, str]] = []
    taken: set[tuple[str, str]] = set()
    for count, line in enumerate(lines, 1):
        try:
            draft = _draft(service, validator, parse_json(line.raw))
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


def _draft(service: Service, validator: Validator, value: Any) -> Draft:
    if not isinstance(value, dict):
        raise LoadError([(0, "not a JSON object")])
    document = without_href(without_nulls(value, service.spec.attributes))
    if "id" not in document:
        document = {"id": service.new_id(), **document}
    id = check_id(document["id"])
    fault = validator.fault(document)
    if fault is not None:
        raise LoadError([(0, fault)])
    version = versions.version_of(document) if service.rules.versioned else ""
    return Draft(id, document, orjson.dumps(document), version, versions.rank(version))


async def load_sample_data(
    store: Store, services: Sequence[Service], folder: Path, progress: Progress
) -> int:
    """Put the sample data into the store; how many records. Files are named by API and
    resource: `TMF620-v4/productOffering.json`.
    """
    loaded = 0
    for service, path in sample_files(services, folder):
        lines = read_lines(path.read_bytes())
        batch = drafts(service, lines)
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
