"""What a check works with: one resource of the server, bodies for it, and records of its own.

A trial touches only what it has created, and deletes it at its end. Steps that another check
judges are taken for granted here: when one fails, the check that needs it is skipped.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from conformance.cohort import Cohort, choose_marker, variations
from conformance.free_attributes import free_attributes, nested_texts
from conformance.outcomes import Skipped, applies, require
from conformance.resource import Json, Resource, collection
from conformance.shared import remove
from tmf_apis.spec.types import Kind, Shape


@dataclass(slots=True)
class Trial(Resource):
    """One try of one check on one resource."""

    #: What its end lets others do.
    leaving: list[Callable[[], None]] = field(default_factory=list)
    #: The same resource in the other version of the API; ends with this trial.
    other: "Trial | None" = None

    def of(self, resource: str) -> "Trial":
        """A trial of another resource, as part of this one."""
        spec = self.api.resource(resource)
        return Trial(self.shared, spec, self.session, self.created, leaving=self.leaving)

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
        return await self.shared.once(collection(self.spec), self.shared.cohorts, self._gather)

    async def record(self) -> Json:
        """Some record that may be read but not changed."""
        return (await self.cohort()).records[0]

    async def searchable(self) -> Cohort:
        """A cohort whose query selects it, so that a search can be judged by it."""
        found = await self.cohort()
        require(found.selected, f"the server does not select by {found.query}")
        return found

    async def marker(self) -> str:
        """The attribute that tells records apart: it holds any text, and means nothing."""
        name = (await self.cohort()).marker
        applies(name, "it has no free text")
        return str(name)

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
        return nested_texts(self.spec, self.rules)

    def free_instant(self) -> str:
        """A date-time that clients may set to anything."""
        name = next(free_attributes(self.spec, self.rules, Kind.INSTANT), None)
        applies(name, f"{self.spec.name} has no date-time that clients may set freely")
        return str(name)

    def fresh(self) -> str:
        """A text that no record holds."""
        return f"kit{uuid4().hex[:12]}"

    def keep(self, before: int) -> list[str]:
        """Have all but the first records that this trial created outlive it; their paths."""
        kept = self.created[before:]
        self.shared.kept += kept
        del self.created[before:]
        return kept

    async def tidy(self) -> None:
        """Delete what was created, the latest first."""
        try:
            await remove(self.shared, self.session, self.created)
            if self.other is not None:
                await self.other.tidy()
        finally:
            while self.leaving:
                self.leaving.pop()()

    # -- How it is done

    async def _referring(self, body: Json) -> Json:
        for attribute, resource in self.shared.bodies.fixture(self.spec).references.items():
            target = await self.of(resource).make()
            body[attribute] = self.shared.bodies.reference(self.spec, attribute, target["id"])
        return body

    async def _gather(self) -> Cohort:
        if self.offers("create") and self.options.profile != "read-only":
            return await self._created_cohort()
        return await self._existing_cohort()

    async def _created_cohort(self) -> Cohort:
        marker, text = choose_marker(self.spec, self.rules), self.fresh()
        mark = {marker: text} if marker else {}
        varying = variations(self.spec, self.rules, text)
        before = len(self.created)
        # Where there is nothing else, a server that ignores a query would seem to follow it.
        await self.make(await self.minimal() | ({marker: self.fresh()} if marker else {}))
        records = []
        for values in varying.values:
            made = await self.make(await self.minimal() | mark | values)
            records.append(await self.look(made["id"]) if self.offers("retrieve") else made)
        self.keep(before)
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
