"""What a check works with: one resource of the server, bodies for it, and records of its own.

A trial touches only what it has created, and deletes it at its end. Steps that another check
judges are taken for granted here: when one fails, the check that needs it is skipped.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from conformance.bodies import Bodies
from conformance.client import Answer, NoAnswer, Session
from conformance.cohort import Cohort, choose_marker, free_attributes, is_free, variations
from conformance.likeness import unlike
from conformance.listener import Inbox, Listener
from conformance.options import Options
from conformance.outcomes import NotApplicable, Skipped
from conformance.requirements import minimum
from conformance.shapes import Shapes
from conformance.turns import Turns
from tmf_apis.rules.base import ResourceRules
from tmf_apis.rules.lookup import rules_of
from tmf_apis.spec.model import ApiSpec, ResourceSpec
from tmf_apis.spec.types import Kind, Shape

Json = dict[str, Any]
Query = str | Mapping[str, str] | Sequence[tuple[str, str]]

MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
PATCH_QUERY = "application/json-patch-query+json"


@dataclass(slots=True)
class Shared:
    """What the trials of one run have in common."""

    api: ApiSpec
    options: Options
    shapes: Shapes
    bodies: Bodies
    listener: Listener
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    #: The cohort of each resource, or why there is none.
    cohorts: dict[str, Cohort | Skipped] = field(default_factory=dict)
    #: The inbox that the checks of events have in common.
    inbox: Inbox | None = None
    #: The path of its registration while there is one, and whose turn it is to have one.
    registration: str | None = None
    turns: Turns = field(default_factory=Turns)
    #: Paths of records that outlive the check that made them.
    kept: list[str] = field(default_factory=list)
    #: What could not be removed, by resource.
    left: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Trial:
    """One try of one check on one resource."""

    shared: Shared
    spec: ResourceSpec
    session: Session
    created: list[str] = field(default_factory=list)
    #: What its end lets others do.
    leaving: list[Callable[[], None]] = field(default_factory=list)

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
        """The collection, below the base path."""
        return "/" + "/".join(self.spec.segments)

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The first-level attributes the specification declares."""
        return self.spec.attributes.children

    def offers(self, operation: str) -> bool:
        """Whether the file defines it: list, retrieve, create, patch or delete."""
        return operation in operations(self.spec)

    def mandatory(self) -> frozenset[str]:
        """The operations that the profile of the run judges: in `mandatory` the minimum alone."""
        floor = minimum().get(f"{self.api.number} {self.api.major}")
        if self.options.profile != "mandatory" or floor is None:
            return operations(self.spec)
        return frozenset(floor.get(self.spec.name, ()))

    def of(self, resource: str) -> "Trial":
        """A trial of another resource, as part of this one."""
        spec = self.api.resource(resource)
        return Trial(self.shared, spec, self.session, self.created, self.leaving)

    # -- Requests

    async def send(self, method: str, path: str, body: Any = None, **how: Any) -> Answer:
        """Any request, below the base path of the API or to a URL."""
        answer = await self.session.send(method, path, body, **how)
        if method == "POST" and answer.status in (201, 202):
            self._remember(path, answer)
        return answer

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

    # -- Bodies and records

    async def minimal(self, **changes: Any) -> Json:
        """A body with what a create requires, what it refers to being there."""
        body = self.shared.bodies.minimal(self.spec)
        return await self._referring(body) | changes

    async def full(self, **changes: Any) -> Json:
        """A body with all that a client may set."""
        body = self.shared.bodies.full(self.spec)
        return await self._referring(body) | changes

    async def make(self, body: Json | None = None, /, **changes: Any) -> Json:
        """A new record, as the server describes it after its creation."""
        body = {**(await self.minimal() if body is None else body), **changes}
        answer = await self.post(body)
        record = answer.entity
        if answer.status != 201 or not isinstance(record.get("id"), str):
            raise Skipped(f"could not create a {self.spec.name}: {answer}")
        return record

    async def look(self, record: str) -> Json:
        """A record as it is now."""
        answer = await self.get(record)
        if answer.status != 200:
            raise Skipped(f"could not read {self.spec.name} {record}: {answer}")
        return answer.entity

    async def watch(self, record: str, enough: Callable[[Json], Any]) -> Json:
        """A record as soon as it is as wanted, or as it is when patience ends."""
        pause, waited = 0.05, 0.0
        while True:
            seen = await self.look(record)
            if enough(seen) or waited >= self.options.patience:
                return seen
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, 1.0)

    async def own(self) -> str:
        """The id of a new record; where clients create none, an id that no record has."""
        if self.offers("create"):
            return str((await self.make())["id"])
        return self.fresh()

    async def cohort(self) -> Cohort:
        """Records that may be read but not changed, and a query that selects exactly them.

        A check that judges how a POST is taken asks for them first: where nothing can be
        created it is skipped.
        """
        name = self.spec.name
        async with self.shared.locks.setdefault(name, asyncio.Lock()):
            if name not in self.shared.cohorts:
                try:
                    self.shared.cohorts[name] = await self._gather()
                except Skipped as reason:
                    self.shared.cohorts[name] = reason
        found = self.shared.cohorts[name]
        if isinstance(found, Skipped):
            raise Skipped(str(found))
        return found

    async def record(self) -> Json:
        """Some record that may be read but not changed."""
        return (await self.cohort()).records[0]

    async def searchable(self) -> Cohort:
        """A cohort whose query selects it, so that a search can be judged by it."""
        found = await self.cohort()
        require(found.selected, f"the server does not select by {found.query}")
        return found

    async def varied(self, kind: Kind) -> tuple[Cohort, str]:
        """A searchable cohort, and its attribute that differs in values of a kind."""
        found = await self.searchable()
        name = found.varied.get(kind)
        applies(name, f"{self.spec.name} has no attribute of that kind that clients may set freely")
        return found, str(name)

    def patchable(self, kind: Kind, shape: Shape = Shape.ONE) -> str:
        """An attribute of a kind that clients may set to anything and change freely."""
        names = free_attributes(self.spec, self.rules, kind, shape)
        name = next((n for n in names if n not in self.spec.not_patchable), None)
        applies(name, f"{self.spec.name} has no such attribute that clients may change freely")
        return str(name)

    def nested_texts(self) -> tuple[str, str, str]:
        """A list of objects that clients set, and two free texts of its elements."""
        for name in ("note", "relatedParty", "comment", *sorted(self.spec.settable)):
            attribute = self.attributes.get(name)
            if attribute is None or name not in self.spec.settable:
                continue
            texts = [
                leaf
                for leaf, inner in attribute.children.items()
                if inner.kind is Kind.TEXT and inner.shape is Shape.ONE and is_free(leaf, inner)
            ]
            if attribute.shape is Shape.MANY and len(texts) > 1:
                return name, texts[0], texts[1]
        raise NotApplicable(f"{self.spec.name} has no list of objects with two free texts")

    def free_instant(self) -> str:
        """A date-time that clients may set to anything."""
        name = next(free_attributes(self.spec, self.rules, Kind.INSTANT), None)
        applies(name, f"{self.spec.name} has no date-time that clients may set freely")
        return str(name)

    def fresh(self) -> str:
        """A text that no record holds."""
        return f"kit{uuid4().hex[:12]}"

    async def tidy(self) -> None:
        """Delete what was created, the latest first."""
        try:
            await remove(self.shared, self.session, self.created)
        finally:
            while self.leaving:
                self.leaving.pop()()

    # -- How it is done

    async def _referring(self, body: Json) -> Json:
        for attribute, resource in self.shared.bodies.fixture(self.spec).references.items():
            target = await self.of(resource).make()
            body[attribute] = self.shared.bodies.reference(self.spec, attribute, target["id"])
        return body

    async def _carried_out(self, record: str, change: Any) -> None:
        """Wait until a record shows a change; of a JSON Patch nobody can tell."""

        def shows(seen: Json) -> bool:
            return not unlike(change, seen)

        require(isinstance(change, dict), "a patch was taken for later (R-202)")
        require(shows(await self.watch(record, shows)), "a patch was taken for later (R-202)")

    async def _gather(self) -> Cohort:
        if self.offers("create") and self.options.profile != "read-only":
            return await self._created_cohort()
        return await self._existing_cohort()

    async def _created_cohort(self) -> Cohort:
        marker, text = choose_marker(self.spec, self.rules), self.fresh()
        mark = {marker: text} if marker else {}
        varying = variations(self.spec, self.rules, text)
        before = len(self.created)
        records = []
        for values in varying.values:
            made = await self.make(await self.minimal() | mark | values)
            records.append(await self.look(made["id"]) if self.offers("retrieve") else made)
        self.shared.kept += self.created[before:]
        del self.created[before:]
        query = f"{marker}={text}" if marker else "id=" + ",".join(r["id"] for r in records)
        return await self._selected(Cohort(tuple(records), query, varying.attributes, marker))

    async def _existing_cohort(self) -> Cohort:
        ids = list(self.shared.bodies.fixture(self.spec).existing)
        if not ids:
            listed = await self.list({"limit": "3"})
            ids = [str(r["id"]) for r in listed.entities[:3] if "id" in r]
        if not ids:
            raise Skipped(f"there is no {self.spec.name} to look at; name some in the fixtures")
        records = [await self.look(record) for record in ids]
        query = "id=" + ",".join(quote(record, safe="") for record in ids)
        return await self._selected(Cohort(tuple(records), query, {}, None))

    async def _selected(self, cohort: Cohort) -> Cohort:
        """The cohort with whether its query selects it, and nothing else."""
        if self.offers("list"):
            listed = await self.list(cohort.query)
            found = sorted(str(r.get("id")) for r in listed.entities)
            cohort.selected = found == sorted(cohort.ids)
        return cohort

    def _remember(self, path: str, answer: Answer) -> None:
        record = answer.entity.get("id")
        if isinstance(record, str) and record:
            self.created.append(f"{path.partition('?')[0]}/{quote(record, safe='')}")


async def remove(shared: Shared, session: Session, paths: list[str]) -> None:
    """Delete records by path, the latest first; what the API cannot delete is counted."""
    deletable = {
        "/" + "/".join(r.segments) for r in shared.api.resources if "DELETE" in r.item_methods
    } | {"/hub"}
    while paths:
        path = paths.pop()
        collection = path.rpartition("/")[0]
        gone = False
        if collection in deletable:
            try:
                gone = (await session.send("DELETE", path)).status in (202, 204, 200, 404, 410)
            except NoAnswer:
                gone = False
        if not gone:
            shared.left[collection] = shared.left.get(collection, 0) + 1


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


def require(condition: Any, reason: str) -> None:
    """Skip the check unless something holds that another check judges."""
    if not condition:
        raise Skipped(reason)


def applies(condition: Any, reason: str) -> None:
    """Leave the check aside unless what it looks at exists here."""
    if not condition:
        raise NotApplicable(reason)
