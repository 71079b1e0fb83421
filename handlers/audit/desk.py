"""Where auditors ask: lists of entries with the filters of TMF630, one entry, and what a resource
was at an instant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import orjson

from handlers.audit import histories
from handlers.audit.entries import ENTRIES
from handlers.http import Request, Response
from handlers.intake import check_accept
from handlers.methods import READS, not_offered
from handlers.permission.rights import Rights
from handlers.resources import Target, list_resources, retrieve
from handlers.service import Service
from handlers.services import services
from persistence.store import Scope, Store
from tmf_apis.catalog import specs_folder
from tmf_apis.policy.looked_at import looked_at
from tmf_apis.settings import Settings
from tmf_apis.spec.reader import read
from tmf_apis.tmf630.errors import INVALID_FILTER, TmfError
from tmf_apis.tmf630.query import Query

BASE = "/audit/v1"
_ENTRY, _HISTORY = ENTRIES.name, f"{BASE}/history"


@dataclass(frozen=True, slots=True)
class _Looking(Rights):
    """An auditor sees all of it."""

    def check_query(self, query: Query) -> None:
        """Raise `TmfError` (400) for what no query looks into."""
        if found := sorted(ENTRIES.unsearched & looked_at(query)):
            raise TmfError(INVALID_FILTER, f"{found[0]}: no query looks into it.")


_RIGHTS = _Looking(Scope(), frozenset(), frozenset(), False, lambda service: None)


class Desk:
    """Answers the paths below `/audit/v1`, to who is let in by `admit`.

    `collections` gives the services of the collections by their paths.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        collections: Mapping[str, Service],
        admit: Callable[[Request], None],
    ) -> None:
        self._store = store
        self._service = _service(store, settings)
        self._collections = collections
        self._admit = admit

    async def handle(self, request: Request) -> Response | None:
        """The answer to a request, or None when its path is none of these."""
        if not f"{request.path}/".startswith(f"{BASE}/"):
            return None
        self._admit(request)
        head, _, last = request.path.rpartition("/")
        of_history = request.path.startswith(f"{_HISTORY}/")
        if not (of_history or request.path in (BASE, _ENTRY) or (head == _ENTRY and last)):
            return None
        if request.method not in READS:
            return not_offered(request.method, READS)
        check_accept(request)
        if request.path == BASE:
            return _overview(request)
        if of_history:
            path = request.path.removeprefix(_HISTORY)
            return await histories.show(self._store, self._collections, path, request)
        # What waits beside records is part of it.
        await self._store.settle()
        target = Target(self._service, _ENTRY, rights=_RIGHTS)
        if request.path == _ENTRY:
            return await list_resources(target, request)
        return await retrieve(target._replace(raw_id=last), request)


def _overview(request: Request) -> Response:
    links = {"entry": _ENTRY, "history": f"{_HISTORY}{{path of a resource}}"}
    told = {name: request.origin + path for name, path in links.items()}
    return Response(200, orjson.dumps({"name": "Audit", **told}))


def _service(store: Store, settings: Settings) -> Service:
    """The entries as a resource that is only read."""
    api = read(specs_folder() / "access" / "audit.json")
    plain = replace(
        settings, references="off", lifecycles=None, schemas=None, events=False, audit_reads=False
    )
    [service] = services((api,), store, plain)
    return replace(service, collection=ENTRIES)
