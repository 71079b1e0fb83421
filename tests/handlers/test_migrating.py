"""Records that two versions kept apart become one each (V-713)."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from handlers.migrating import Choice, Outcome, join_faces, leading
from handlers.opening import open_for
from handlers.services import services
from persistence.errors import Stale, Unusable
from persistence.opening import open_store
from persistence.store import Collection, Draft, Joint, Scope, Store
from tests.faces.pairs import pair
from tests.handlers.facts import APIS, Json
from tests.handlers.serving import store_in
from tests.persistence.mongo_server import fresh_database
from tmf_apis.faces.table import NEWER, OLDER
from tmf_apis.settings import Settings
from tmf_apis.tmf630.query import Query

APIS_TRIED = [api for api in APIS if api.number in ("TMF620", "TMF622")]
ORDERS = pair("TMF622", "productOrder")
OFFERINGS = pair("TMF620", "productOffering")
NOBODY: Choice = lambda older, newer: None  # noqa: E731
Change = Callable[[Json], None]


@pytest.fixture(params=["SQLite", "MongoDB"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a store is made."""
    if request.param == "SQLite":
        yield store_in(tmp_path)
        return
    with fresh_database() as url:
        yield url


class Shop:
    """A store with some services over it, open for what is asked of it."""

    def __init__(self, url: str, **more: Any) -> None:
        self.settings = Settings(store=url, **more)
        self.store = open_store(self.settings.store)
        self.served = services(tuple(APIS_TRIED), self.store, self.settings)
        named = {s.collection.name: s.collection for s in self.served}
        self.collections: list[Collection] = list(named.values())

    async def put(self, side: int, resource: str, documents: Sequence[Json]) -> None:
        for document in documents:
            collection = self.collection(side, resource)
            version = document.get("version", "") if collection.versioned else ""
            body = orjson.dumps(document)
            await self.store.create(
                collection, Draft(document["id"], document, body, version), Scope()
            )

    def collection(self, side: int, resource: str) -> Collection:
        major = ("v4", "v5")[side]
        return next(
            s.collection for s in self.served if s.api.major == major and s.spec.name == resource
        )

    async def shown(self, side: int, resource: str) -> dict[str, Json]:
        found = await self.store.find(self.collection(side, resource), Query(), Scope())
        documents = [orjson.loads(record.body) for record in found.records]
        return {f"{d['id']} {d.get('version', '')}".strip(): d for d in documents}


def filled(url: str, **sides: dict[int, list[Json]]) -> None:
    """A store as the last release wrote it: records of each version by themselves."""

    async def fill() -> None:
        shop = Shop(url, faces="apart")
        await shop.store.open(shop.collections)
        for resource, by_side in sides.items():
            for side, documents in by_side.items():
                await shop.put(side, resource, documents)
        await shop.store.close()

    asyncio.run(fill())


def migrated(url: str, choose: Choice = NOBODY, *, dry: bool = False) -> Outcome:
    async def migrate() -> Outcome:
        shop = Shop(url)
        await shop.store.open(shop.collections, joining=True)
        try:
            return await join_faces(shop.served, choose, lambda _: None, dry=dry)
        finally:
            await shop.store.close()

    return asyncio.run(migrate())


def shown(url: str, resource: str) -> tuple[dict[str, Json], dict[str, Json]]:
    """What either version shows, by id, of a store that is opened as servers do."""

    async def read() -> tuple[dict[str, Json], dict[str, Json]]:
        shop = Shop(url)
        await open_for(shop.store, shop.collections)
        try:
            return await shop.shown(OLDER, resource), await shop.shown(NEWER, resource)
        finally:
            await shop.store.close()

    return asyncio.run(read())


def order(id: str, **more: Any) -> tuple[Json, Json]:
    """An order as either version has it."""
    newer = ORDERS.samples(NEWER)[0] | {"id": id} | more
    older, _ = ORDERS.faces.made(NEWER, newer, "2026-01-01T00:00:00Z")
    return older, newer


def test_a_store_that_is_to_be_joined_is_not_served(url: str) -> None:
    older, _ = order("a")
    filled(url, productOrder={OLDER: [older]})
    with pytest.raises(Unusable, match=r"migrate-faces`.* TMF_FACES=apart"):
        shown(url, "productOrder")
    migrated(url)
    assert shown(url, "productOrder")[NEWER].keys() == {"a"}


def test_a_joined_store_is_not_kept_apart(url: str) -> None:
    older, _ = order("a")
    filled(url, productOrder={OLDER: [older]})
    migrated(url)
    with pytest.raises(Unusable, match="another face"):
        filled(url)


def test_what_one_version_has_gets_its_other_face_and_pairs_are_joined(url: str) -> None:
    both, alone, new = order("both"), order("older"), order("newer")
    # What only one version can say is no difference.
    both[OLDER]["note"] = [{"id": "1", "text": "said in both", "author": "A"}]
    both[NEWER]["note"] = [{"id": "1", "text": "said in both", "author": "A", "@type": "Note"}]
    both[NEWER]["productOrderMilestone"] = [{"@type": "Milestone", "id": "m", "name": "only in v5"}]
    filled(
        url,
        productOrder={OLDER: [both[OLDER], alone[OLDER]], NEWER: [new[NEWER], both[NEWER]]},
    )
    looked = migrated(url, dry=True)
    outcome = migrated(url)
    assert (looked.paired, looked.derived) == (outcome.paired, outcome.derived) == (1, 2)
    assert outcome.conflicts == []
    older, newer = shown(url, "productOrder")
    # Those of the newer version come first, as they were made.
    assert list(older) == list(newer) == ["newer", "both", "older"]
    assert (older["both"], newer["both"]) == both
    assert older["older"] == alone[OLDER]
    assert newer["newer"] == new[NEWER]
    assert ORDERS.fault(NEWER, newer["older"]) is None
    assert ORDERS.fault(OLDER, older["newer"]) is None
    again = migrated(url)
    assert (again.paired, again.derived) == (0, 0)


@pytest.mark.parametrize("believed", [None, OLDER, NEWER])
def test_pairs_that_differ_are_listed_and_stay_apart_until_somebody_decides(
    url: str, believed: int | None
) -> None:
    same, other = order("same"), order("other", description="of v5")
    other[OLDER]["description"] = "of v4"
    other[OLDER]["externalId"] = "X-4"
    filled(
        url,
        productOrder={OLDER: [same[OLDER], other[OLDER]], NEWER: [same[NEWER], other[NEWER]]},
    )
    outcome = migrated(url, lambda older, newer: believed)
    [conflict] = outcome.conflicts
    assert (conflict.id, conflict.believed) == ("other", believed)
    assert [set(names) for names in conflict.differing] == [{"externalId", "description"}] * 2
    if believed is None:
        with pytest.raises(Unusable, match="migrate-faces"):
            shown(url, "productOrder")
        return
    older, newer = shown(url, "productOrder")
    assert older["other"]["description"] == newer["other"]["description"] == f"of v{4 + believed}"
    # It is taken row by row: what the other side alone says is still there.
    assert newer["other"]["requestedInitialState"] == other[NEWER]["requestedInitialState"]
    assert (older["same"], newer["same"]) == same


def test_entity_versions_are_joined_together(url: str) -> None:
    base = OFFERINGS.samples(NEWER)[0] | {"id": "o"}
    newer = [base | {"version": v, "name": f"Offer {v}"} for v in ("1.0", "3.0")]
    made = [OFFERINGS.faces.made(NEWER, d, "2026-01-01T00:00:00Z")[0] for d in newer]
    only = made[0] | {"version": "2.0", "name": "Offer 2.0"}
    filled(url, productOffering={OLDER: [made[1], only, made[0]], NEWER: newer})
    migrated(url)
    older, now = shown(url, "productOffering")
    assert set(older) == set(now) == {"o 1.0", "o 2.0", "o 3.0"}
    latest = _latest(url)
    assert latest == {("o", "3.0")}


def test_whoever_is_interrupted_goes_on(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [order(f"o{number}") for number in range(7)]
    filled(url, productOrder={side: [each[side] for each in orders] for side in (0, 1)})
    monkeypatch.setattr("handlers.migrating.AT_ONCE", 1)
    with _cut_after(3, url, monkeypatch), pytest.raises(KeyboardInterrupt):
        migrated(url)
    rest = migrated(url)
    assert rest.paired == 4
    older, newer = shown(url, "productOrder")
    assert [older[f"o{n}"] for n in range(7)] == [each[OLDER] for each in orders]
    assert [newer[f"o{n}"] for n in range(7)] == [each[NEWER] for each in orders]


def test_what_changed_meanwhile_is_not_joined(url: str) -> None:
    older, newer = order("a")
    filled(url, productOrder={OLDER: [older], NEWER: [newer]})

    async def late() -> None:
        shop = Shop(url)
        await shop.store.open(shop.collections, joining=True)
        try:
            service = next(s for s in leading(shop.served) if s.spec.name == "productOrder")
            scope = Scope()
            sides = [
                await shop.store.get(each.collection, "a", scope, twin=True)
                for each in (service, service.twin)
            ]
            stale = sides[0]._replace(n=7)
            draft = Draft("a", newer, orjson.dumps(newer))
            facet = service.collection.turned
            assert facet is not None
            draft = draft._replace(twin=facet(draft, sides[0]._replace(twin=sides[1].body)))
            with pytest.raises(Stale):
                await shop.store.join(service.collection, [Joint(draft, stale, sides[1])], scope)
        finally:
            await shop.store.close()

    asyncio.run(late())
    assert migrated(url).paired == 1


def _latest(url: str) -> set[tuple[str, str]]:
    async def read() -> set[tuple[str, str]]:
        shop = Shop(url)
        await open_for(shop.store, shop.collections)
        try:
            faces = [shop.collection(side, "productOffering") for side in (OLDER, NEWER)]
            pages = [await shop.store.find(each, Query(), Scope()) for each in faces]
            found = [record for page in pages for record in page.records if record.latest]
            return {(record.id, record.version) for record in found}
        finally:
            await shop.store.close()

    return asyncio.run(read())


@contextmanager
def _cut_after(count: int, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process ends after so many joins."""
    kind: Any = type(open_store(url))
    whole = kind.join
    done = 0

    async def join(self: Store, *args: Any) -> None:
        nonlocal done
        done += 1
        if done > count:
            raise KeyboardInterrupt
        await whole(self, *args)

    with monkeypatch.context() as patched:
        patched.setattr(kind, "join", join)
        yield
