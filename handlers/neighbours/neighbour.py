"""The documents of one resource that another server keeps: the same again makes nothing twice.

Everything raises `Away`, and what writes raises `Declined`.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from handlers.neighbours.client import Answer, Client
from handlers.neighbours.failing import Away, Declined
from persistence.errors import Missing, Stale
from tmf_apis.neighbours import Address
from tmf_apis.tmf630.merge_patch import difference

Json = dict[str, Any]
#: What is wrong with a document, or None.
Fault = Callable[[Json], str | None]

#: How often a change is tried again when others change the document in between.
_ATTEMPTS = 20
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One resource of the API of another server.

    `fault` judges what it gives, and `owned` are the attributes that it sets itself in new ones.
    """

    client: Client
    resource: str
    fault: Fault = lambda _document: None
    owned: frozenset[str] = frozenset()

    @property
    def address(self) -> Address:
        """Where the API is."""
        return self.client.address

    async def read(self, id: str) -> Json:
        """A document as it is, empty where there is none."""
        document, _ = await self._seen(id)
        return document

    async def matching(self, filters: Mapping[str, str], size: int) -> AsyncGenerator[list[Json]]:
        """The documents whose attributes equal the filters, in pages of a size."""
        offset = 0
        while True:
            query = {**filters, "offset": str(offset), "limit": str(size)}
            answer = await self.client.ask("GET", self.resource, query=query)
            if not answer.is_good or not isinstance(answer.value, list):
                raise self.client.away(f"answered {answer.told} to a search for {self.resource}")
            page = [self._document(each) for each in answer.value]
            yield page
            offset += len(page)
            if len(page) < size:
                return

    async def put(self, document: Json) -> None:
        """Make a document that says its id; one that is there already is the same."""
        id = str(document["id"])
        body = {name: value for name, value in document.items() if name not in self.owned}
        kind = {"Content-Type": "application/json"}
        answer = await self.client.ask("POST", self.resource, body, **kind)
        if answer.is_good:
            given = answer.value.get("id") if isinstance(answer.value, dict) else None
            if given is not None and given != id:
                raise self._declined(f"made {self.resource} {given}, and was asked for {id}")
        elif answer.status != 409 or not await self.read(id):
            raise self._declined(f"does not take {self.resource} {id}: {answer.told}")

    async def change(self, id: str, decide: Callable[[Json], Json | None]) -> Json:
        """A document after it was changed, whoever else changes it. Raises `Missing`, `Stale`."""
        for _ in range(_ATTEMPTS):
            seen, tag = await self._seen(id)
            if not seen:
                raise Missing(id)
            wanted = decide(seen)
            if wanted is None or not (patch := difference(seen, wanted)):
                return seen
            answer = await self._patched(id, patch, tag)
            if answer.is_good:
                return wanted if answer.value is None else self._document(answer.value, id)
            if answer.status in _GONE:
                raise Missing(id)
            if answer.status != 412:
                raise self._declined(f"does not change {self.resource} {id}: {answer.told}")
        raise Stale(id)

    async def remove(self, id: str) -> None:
        """Take a document away; what is gone already is gone."""
        answer = await self.client.ask("DELETE", self._path(id))
        if not answer.is_good and answer.status not in _GONE:
            raise self._declined(f"does not remove {self.resource} {id}: {answer.told}")

    async def is_back(self) -> bool:
        """Whether it answers."""
        try:
            async for _ in self.matching({}, 1):
                return True
        except Away:
            return False
        return True

    async def _seen(self, id: str) -> tuple[Json, str]:
        answer = await self.client.ask("GET", self._path(id))
        if answer.status in _GONE:
            return {}, ""
        if not answer.is_good:
            raise self.client.away(f"answered {answer.told} when asked for {self.resource} {id}")
        return self._document(answer.value, id), answer.tag

    async def _patched(self, id: str, patch: Json, tag: str) -> Answer:
        headers = {"Content-Type": "application/merge-patch+json"}
        # One that tells a weak tag compares strongly all the same, and would refuse for ever.
        if tag and not tag.startswith("W/"):
            headers["If-Match"] = tag
        return await self.client.ask("PATCH", self._path(id), patch, **headers)

    def _document(self, value: Any, id: str = "") -> Json:
        """What was given, where it is a document, and the one that was asked for."""
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            raise self.client.away(f"gave no {self.resource}, but something else")
        if id and value["id"] != id:
            raise self.client.away(f"gave {self.resource} {value['id']} instead of {id}")
        if fault := self.fault(value):
            raise self.client.away(f"gave {self.resource} {value['id']} with a fault: {fault}")
        return value

    def _path(self, id: str) -> str:
        return f"{self.resource}/{quote(id, safe='')}"

    def _declined(self, why: str) -> Declined:
        return Declined(self.address, why)
