"""One resource of the server under test: what its file says of it, and requests to it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from conformance.client import Answer, Session
from conformance.finishing import to_the_end
from conformance.likeness import unlike
from conformance.options import Options
from conformance.outcomes import Skipped, require
from conformance.requirements import minimum
from conformance.shared import Shared
from tmf_apis.rules.base import ResourceRules
from tmf_apis.rules.lookup import rules_of
from tmf_apis.spec.model import ApiSpec, ResourceSpec

Json = dict[str, Any]
Query = str | Mapping[str, str] | Sequence[tuple[str, str]]

#: What a run may send that must change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Media types of patches.
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
PATCH_QUERY = "application/json-patch-query+json"


@dataclass(slots=True)
class Resource:
    """What can be asked of one resource; `created` are the paths of what was created by it."""

    shared: Shared
    spec: ResourceSpec
    session: Session
    created: list[str] = field(default_factory=list)
    #: Its collection, where that is another than the run shares.
    place: str = ""

    # -- What is judged

    @property
    def api(self) -> ApiSpec:
        """The API."""
        return self.shared.api

    @property
    def rules(self) -> ResourceRules:
        """What the user guides say of the resource."""
        return rules_of(self.api, self.spec)

    @property
    def options(self) -> Options:
        """How the run was asked for."""
        return self.shared.options

    @property
    def path(self) -> str:
        """The collection, below the base path; a nested one within its parent."""
        shared = self.shared.places.get(collection(self.spec))
        return self.place or shared or collection(self.spec)

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The first-level attributes the specification declares."""
        return self.spec.attributes.children

    @property
    def moving(self) -> frozenset[str]:
        """The attributes that a server may change by itself."""
        names = (*self.rules.touched, *self.rules.outcome, self.rules.state)
        return frozenset(name for name in names if name)

    def offers(self, operation: str) -> bool:
        """Whether the file defines it: list, retrieve, create, patch or delete."""
        return operation in operations(self.spec)

    def mandatory(self) -> frozenset[str]:
        """The operations that the profile of the run judges: in `mandatory` the minimum alone."""
        floor = minimum().get(f"{self.api.number} {self.api.major}")
        if self.options.profile != "mandatory" or floor is None:
            return operations(self.spec)
        return frozenset(floor.get(self.spec.name, ()))

    # -- Requests

    async def send(self, method: str, path: str, body: Any = None, **how: Any) -> Answer:
        """Any request, below the base path of the API or to a URL; in `read-only` a safe one."""
        safe = method in SAFE or self.options.profile != "read-only"
        require(safe, f"{method} is not sent in this profile")
        # Whoever gives up must still know what a request that is under way creates.
        return await to_the_end(self._sent(method, path, body, **how))

    async def list(self, query: Query = "", **how: Any) -> Answer:
        """GET of the collection."""
        return await self.send("GET", self.path + asked(query), **how)

    async def get(self, record: str, query: Query = "", **how: Any) -> Answer:
        """GET of one record by id."""
        return await self.send("GET", self.item(record) + asked(query), **how)

    async def post(self, body: Any, query: Query = "", **how: Any) -> Answer:
        """POST to the collection; what it creates is removed at the end."""
        return await self.send("POST", self.path + asked(query), body, **how)

    async def patch(
        self, record: str, body: Any, media: str = MERGE, query: Query = "", **how: Any
    ) -> Answer:
        """PATCH of one record by id; one that is taken for later (R-202) is waited for."""
        path = self.item(record) + asked(query)
        answer = await self.send("PATCH", path, body, media=media, **how)
        if answer.status == 202:
            await self._carried_out(record, body)
        return answer

    async def delete(self, record: str, **how: Any) -> Answer:
        """DELETE of one record by id."""
        return await self.send("DELETE", self.item(record), **how)

    def item(self, record: str) -> str:
        """The path of one record."""
        return f"{self.path}/{quote(record, safe='')}"

    # -- Records as they are

    async def look(self, record: str) -> Json:
        """A record as it is now."""
        answer = await self.get(record)
        if answer.status != 200:
            raise Skipped(f"could not read {self.spec.name} {record}: {answer}")
        return answer.entity

    async def watch(self, record: str, enough: Callable[[Json], Any], patience: float = 0) -> Json:
        """A record as soon as it is as wanted, or as it is when patience ends."""
        pause, waited, patience = 0.05, 0.0, patience or self.options.patience
        while True:
            seen = await self.look(record)
            if enough(seen) or waited >= patience:
                return seen
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, 1.0)

    # -- How it is done

    async def _sent(self, method: str, path: str, body: Any, **how: Any) -> Answer:
        answer = await self.session.send(method, path, body, **how)
        if method == "POST" and answer.status in (201, 202):
            self._remember(path, answer)
        return answer

    async def _carried_out(self, record: str, change: Any) -> None:
        """Wait until a record shows a change; of a JSON Patch nobody can tell."""

        def shows(seen: Json) -> bool:
            return not unlike(change, seen)

        require(isinstance(change, dict), "a patch was taken for later (R-202)")
        require(shows(await self.watch(record, shows)), "a patch was taken for later (R-202)")

    def _remember(self, path: str, answer: Answer) -> None:
        record = answer.entity.get("id")
        if isinstance(record, str) and record:
            self.created.append(f"{path.partition('?')[0]}/{quote(record, safe='')}")


def collection(spec: ResourceSpec) -> str:
    """The path of a collection below the base path, as the file has it."""
    return "/" + "/".join(spec.segments)


def nested(spec: ResourceSpec) -> bool:
    """Whether a collection stands within a record of another one."""
    return any(step.startswith("{") for step in spec.segments)


def operations(spec: ResourceSpec) -> frozenset[str]:
    """The operations that a file defines on a resource."""
    on_collection = {"GET": "list", "POST": "create"}
    on_item = {"GET": "retrieve", "PATCH": "patch", "DELETE": "delete"}
    return frozenset(
        [on_collection[m] for m in spec.collection_methods if m in on_collection]
        + [on_item[m] for m in spec.item_methods if m in on_item]
    )


def asked(query: Query) -> str:
    """The query part of a URL; a text is taken as it is."""
    if not query:
        return ""
    return "?" + (query if isinstance(query, str) else urlencode(query, quote_via=quote))
