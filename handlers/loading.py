"""Put full representations into the store: lines of a file, and the sample data (D21)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from handlers import bodies
from handlers.audit.recording import of_loading
from handlers.audit.witness import doer
from handlers.raising import of_creation
from handlers.reading import Line, LoadError, read_lines
from handlers.service import Service
from handlers.turning import loaded_face
from persistence.store import Draft, Event, Raising, Scope, Store
from tmf_apis.behaviour.cycles import named
from tmf_apis.catalog import is_own
from tmf_apis.tmf630 import versions
from tmf_apis.tmf630.elements import identified
from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.identity import without_href
from tmf_apis.tmf630.version_order import rank

Progress = Callable[[int], None]
#: So many faults are told; whoever has more has made one mistake again and again.
MOST_FAULTS = 1000


class Batch:
    """Representations that are all fit to be kept, as drafts; missing ids are made.

    `lines` gives them from the first on, each time it is called: once to check them all before
    anything is written, and once for those who keep them. So memory need not hold them.

    Raises `LoadError` with all that is wrong, by line.
    """

    def __init__(self, service: Service, lines: Callable[[], Iterable[Line]]) -> None:
        self._service = service
        self._lines = lines
        self._digest = blake2b()
        self._count = 0
        #: The latest version of each id, of those that have versions.
        self._latest: dict[str, str] = {}
        #: What each is part or made of, of those of which none may be a part of itself.
        self.parts: dict[str, list[str]] = {}
        self._check()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Draft]:
        digest = blake2b()
        for line in self._lines():
            digest.update(line.raw)
            yield _draft(self._service, bodies.representation(self._service, line.raw))
        if digest.digest() != self._digest.digest():
            raise LoadError([(1, "the file changed while it was read")], all=False)

    def raising(self, origin: str, *, events: bool = True) -> Raising | None:
        """What each draft raises when it is put into the store, all others with it: its `events`,
        and its entry where everything is recorded. None for nothing.
        """
        if self._service.settings.audit:
            told, who = self._raising(origin) if events else _nothing, doer()

            def recorded(draft: Draft, overtaken: bool) -> Sequence[Event]:
                return [*told(draft, overtaken), of_loading(self._service, draft, who)]

            return recorded
        return self._raising(origin) if events else None

    def _raising(self, origin: str) -> Raising:
        url = origin + self._service.collection.name

        def raised(draft: Draft, overtaken: bool) -> Sequence[Event]:
            latest = not overtaken and self._latest.get(draft.id, draft.version) == draft.version
            return of_creation(self._service, url, draft._replace(latest=latest))

        return raised

    def _check(self) -> None:
        faults: list[tuple[int, str]] = []
        taken: set[str | tuple[str, str]] = set()
        whole = True
        try:
            for line in self._lines():
                self._digest.update(line.raw)
                self._count += 1
                if (fault := self._fault(line.raw, taken)) is not None:
                    faults.append((line.number, fault))
                if len(faults) == MOST_FAULTS:
                    raise LoadError([], all=False)
        except LoadError as error:
            faults += error.faults
            whole = error.all
        if faults:
            raise LoadError(faults, all=whole)

    def _fault(self, raw: bytes, taken: set[str | tuple[str, str]]) -> str | None:
        """What keeps a representation from being kept, or None; it is `taken` then."""
        try:
            document = bodies.representation(self._service, raw)
            bodies.check_loadable(self._service, document, raw)
            draft = _draft(self._service, document)
        except TmfError as error:
            return error.message
        identity = (draft.id, draft.version) if draft.version else draft.id
        if identity in taken:
            return f"/id: {draft.id} stands in the file twice"
        taken.add(identity)
        if self._service.rules.versioned:
            others = (self._latest.get(draft.id, draft.version), draft.version)
            self._latest[draft.id] = max(others, key=rank)
        acyclic = self._service.rules.acyclic
        if acyclic and self._latest.get(draft.id, draft.version) == draft.version:
            self.parts[draft.id] = list(named(acyclic, document))
        return None


def _nothing(draft: Draft, overtaken: bool) -> Sequence[Event]:
    return ()


def _draft(service: Service, representation: dict[str, Any]) -> Draft:
    document = without_href(representation)
    document = identified(document, service.embeds, service.new_id)
    id = bodies.free_id(service, document["id"]) if "id" in document else service.new_id()
    if "id" not in document:
        document = {"id": id, **document}
    version = versions.version_of(document) if service.rules.versioned else ""
    twin = loaded_face(service, document) if service.has_twin else None
    return Draft(id, document, orjson.dumps(document), version, twin=twin)


async def load_sample_data(
    store: Store, services: Sequence[Service], folder: Path, progress: Progress
) -> int:
    """Put the sample data into the store; how many records. Files are named by API and
    resource: `TMF620-v4/productOffering.json`.

    Where a user's specification stands in the place of ours and asks for more, there are none.
    """
    loaded = 0
    for service, path in sample_files(services, folder):
        with path.open("rb") as file:
            try:
                batch = Batch(service, partial(read_lines, file, service.settings.max_body))
            except LoadError:
                if is_own(service.api):
                    raise
                continue
            loaded += await store.load(service.collection, batch, Scope())
        progress(len(batch))
    return loaded


def sample_files(services: Sequence[Service], folder: Path) -> list[tuple[Service, Path]]:
    """The sample files there are for the resources that are served; of two faces the newer one."""
    found = []
    for service in services:
        if service.lead is not service:
            continue
        path = folder / f"{service.api.number}-{service.api.major}" / f"{service.spec.name}.json"
        if path.is_file():
            found.append((service, path))
    return found
