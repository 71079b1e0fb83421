"""Mixed writes through two versions of several APIs, and what each version is told of them.

A record carries a running number in an attribute that both versions have, so that an event says
which change it is of. Some changes concern an attribute or a state of v5 alone.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import orjson

from tests.proofs.serving import PATIENCE, Served

Json = dict[str, Any]
VERSIONS = ("v4", "v5")
CLIENTS = 6
#: Changes of one record, its creation included.
LIFE = 10
MERGE, PATCH = "application/merge-patch+json", "application/json-patch+json"
#: The one move between the states below that no lifecycle has.
_NO_MOVE = ("inactive", "suspended")
CREATE, CHANGE, STATE, DELETE = "Create", "AttributeValueChange", "StateChange", "Delete"


@dataclass(frozen=True)
class Subject:
    """A resource that is written: `number` is the attribute with the running number, `bodies` what
    a create says in each version, `states` what clients set in each, and `alone` a v5 attribute
    that v4 lacks, if one is changed.
    """

    api: str
    name: str
    number: str
    state: str
    states: tuple[tuple[str, ...], tuple[str, ...]]
    bodies: tuple[Json, Json]
    alone: str = ""
    #: States of v5 that v4 shows as another.
    shown: Mapping[str, str] = field(default_factory=dict)

    def path(self, side: int) -> str:
        """Where it is, in a version."""
        return f"/tmf-api/{self.api}/{VERSIONS[side]}/{self.name}"

    def word(self, side: int, state: str) -> str:
        """How a version shows a state of v5."""
        return state if side else self.shown.get(state, state)


_PARTY = {"id": "p", "name": "P", "@referredType": "Individual"}
_ITEM = {"id": "1", "action": "add"}
_ORDER = {"productOrderItem": [_ITEM | {"productOffering": {"id": "x"}}]}
_NEWER_ITEM = _ITEM | {"productOffering": {"@type": "ProductOfferingRef", "id": "x"}}
_NEWER_ORDER = {"productOrderItem": [{"@type": "ProductOrderItem", **_NEWER_ITEM}]}
_SERVICE = {"state": "active", "serviceSpecification": {"id": "s"}}
_NEWER_SERVICE = _SERVICE | {
    "serviceSpecification": {"@type": "ServiceSpecificationRef", "id": "s"}
}
SUBJECTS = (
    Subject(
        "productOrderingManagement",
        "productOrder",
        "description",
        "state",
        (("inProgress", "held"),) * 2,
        (_ORDER, {"@type": "ProductOrder", **_NEWER_ORDER}),
    ),
    Subject(
        "customerManagement",
        "customer",
        "name",
        "status",
        (("Active", "Suspended"),) * 2,
        (
            {"status": "Active", "engagedParty": _PARTY},
            {
                "@type": "Customer",
                "status": "Active",
                "engagedParty": _PARTY | {"@type": "PartyRef"},
            },
        ),
        alone="description",
    ),
    Subject(
        "serviceInventory",
        "service",
        "description",
        "state",
        (("active", "inactive"), ("active", "inactive", "suspended")),
        (_SERVICE, {"@type": "Service", **_NEWER_SERVICE}),
        alone="intent",
        shown={"suspended": "inactive"},
    ),
    Subject(
        "productCatalogManagement",
        "productOffering",
        "description",
        "lifecycleStatus",
        (("Active", "Launched"),) * 2,
        (
            {"name": "o", "lifecycleStatus": "Active"},
            {"@type": "ProductOffering", "name": "o", "lifecycleStatus": "Active"},
        ),
    ),
)


class Told(NamedTuple):
    """An event as a change raises it: of which record, which kind, and of which number; a removal
    has none.
    """

    id: str
    kind: str
    number: str


Sides = tuple[frozenset[Told], frozenset[Told]]


@dataclass
class Ledger:
    """What was acknowledged, by version; `maybe` is what was sent without an answer."""

    told: tuple[set[Told], set[Told]] = field(default_factory=lambda: (set(), set()))
    maybe: list[Sides] = field(default_factory=list)
    changes: int = 0


async def write(served: Served, ledger: Ledger, until: int, *, kill: bool) -> None:
    """Change records until there were so many changes in all, then kill the server amid more."""
    async with httpx.AsyncClient(
        base_url=served.origin, trust_env=False, timeout=PATIENCE
    ) as client:
        writers = [
            asyncio.create_task(_writer(client, ledger, Random(f"{until} {n}"), until, kill))
            for n in range(CLIENTS)
        ]
        while ledger.changes < until and not all(each.done() for each in writers):
            await asyncio.sleep(0.02)
        if kill:
            served.kill()
        await asyncio.gather(*writers)


async def _writer(
    client: httpx.AsyncClient, ledger: Ledger, random: Random, until: int, kill: bool
) -> None:
    """Write one record after the other, until the server goes away or there are enough."""
    while kill or ledger.changes < until:
        life = _Life(client, ledger, random, random.choice(SUBJECTS))
        try:
            await life.live()
        except httpx.TransportError:
            return


class _Life:
    """One record, from its creation to its end; `state` is as v5 has it."""

    def __init__(
        self, client: httpx.AsyncClient, ledger: Ledger, random: Random, subject: Subject
    ) -> None:
        self.client, self.ledger, self.random, self.subject = client, ledger, random, subject
        self.id, self.number = str(uuid4()), 0
        self.state = "acknowledged"

    async def live(self) -> None:
        await self._create()
        for _ in range(LIFE - 2):
            if self.subject.alone and self.random.random() < 0.2:
                await self._change_alone()
            else:
                await self._change()
        if self.random.random() < 0.5:
            side = self.random.randrange(2)
            url = f"{self.subject.path(side)}/{self.id}"
            await self._done("DELETE", url, ([DELETE], [DELETE]))

    async def _create(self) -> None:
        side, subject = self.random.randrange(2), self.subject
        body = {"id": self.id, **subject.bodies[side], subject.number: self._numbered()}
        self.state = str(body.get(subject.state, self.state))
        await self._done("POST", subject.path(side), ([CREATE], [CREATE]), body)

    async def _change(self) -> None:
        """A new number, and perhaps a new state, by one of the patch forms."""
        side, subject = self.random.randrange(2), self.subject
        written, before = self._next(side), self.state
        # What a version shows already stays what it is in the other.
        self.state = before if subject.word(side, before) == written else written
        changes = {subject.number: self._numbered(), subject.state: written}
        await self._patch(side, changes, self._kinds(before))

    async def _change_alone(self) -> None:
        """What v5 alone shows, which v4 hears nothing of, under a number of its own."""
        subject, text = self.subject, str(uuid4())
        value: Any = {"@type": "IntentRef", "id": text} if subject.alone == "intent" else text
        told: Sides = (frozenset(), frozenset({Told(self.id, CHANGE, text)}))
        url = f"{subject.path(1)}/{self.id}"
        await self._sent("PATCH", url, told, {subject.alone: value}, MERGE)

    async def _patch(self, side: int, changes: Json, kinds: tuple[list[str], list[str]]) -> None:
        url = f"{self.subject.path(side)}/{self.id}"
        if self.random.random() < 0.5:
            steps = [{"op": "add", "path": f"/{n}", "value": v} for n, v in changes.items()]
            await self._done("PATCH", url, kinds, steps, PATCH)
        else:
            await self._done("PATCH", url, kinds, changes, MERGE)

    def _numbered(self) -> str:
        self.number += 1
        return str(self.number)

    def _next(self, side: int) -> str:
        """A state to write through a version."""
        if self.state == "acknowledged":
            return "inProgress"
        states = [s for s in self.subject.states[side] if (self.state, s) != _NO_MOVE]
        return self.random.choice(states)

    def _kinds(self, before: str) -> tuple[list[str], list[str]]:
        """The kinds of a change on each side; on one, a state may look as it did (V-802)."""
        word = self.subject.word
        older, newer = (
            [CHANGE, STATE] if word(side, before) != word(side, self.state) else [CHANGE]
            for side in (0, 1)
        )
        return older, newer

    async def _done(
        self, method: str, url: str, kinds: tuple[list[str], list[str]], body: Any = None,
        form: str = "application/json",
    ) -> None:  # fmt: skip
        number = "" if kinds[0] == [DELETE] else str(self.number)
        older, newer = (frozenset(Told(self.id, kind, number) for kind in of) for of in kinds)
        await self._sent(method, url, (older, newer), body, form)

    async def _sent(self, method: str, url: str, told: Sides, body: Any, form: str) -> None:
        self.ledger.maybe.append(told)
        content = None if body is None else orjson.dumps(body)
        answer = await self.client.request(
            method, url, content=content, headers={"content-type": form}
        )
        assert answer.is_success, f"{method} {url} {content!r}: {answer.text}"
        self.ledger.maybe.remove(told)
        for known, new in zip(self.ledger.told, told, strict=True):
            known |= new
        self.ledger.changes += 1
