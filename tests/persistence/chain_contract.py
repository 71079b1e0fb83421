"""What every store must do with a chain: entries of changes come with them, in order, each once."""

import asyncio
from hashlib import sha256
from itertools import pairwise
from typing import Any

import orjson
import pytest

from persistence.errors import Duplicate, Stale
from persistence.store import Collection, Draft, Event, Kept, Link, Scope
from tests.persistence.driver import COLUMNS, OTHERS, THINGS, VERSIONED, Driver, draft, one
from tmf_apis.tmf630.query import Comparison, Kind, Operator, Query

CHAIN = Collection(
    "/test/v1/entry", columns=COLUMNS, chained=True, unsearched=frozenset({"change"})
)
OPEN = (THINGS, OTHERS, VERSIONED, CHAIN)
MADE = Event("ThingCreateEvent", b'{"eventType":"ThingCreateEvent"}')


def entry(name: str, **more: Any) -> Event:
    return Event("", orjson.dumps({"name": name, **more}), CHAIN.name)


def links(shop: Driver) -> list[Kept]:
    """The links, each of which names the one before."""
    shop.run(shop.store.settle())

    async def read() -> list[Kept]:
        return [kept async for batch in shop.store.export(CHAIN, 0, 3) for kept in batch]

    found = shop.run(read())
    for before, after in pairwise(found):
        assert after.key == before.key + 1
        assert orjson.loads(after.body)["previousHash"] == sha256(before.body).hexdigest()
    for each in found:
        told = orjson.loads(each.body)
        assert (told["id"], told["number"]) == (str(each.key), each.key)
        assert each.id == str(each.key)
    return found


def names(shop: Driver) -> list[str]:
    return [orjson.loads(each.body)["name"] for each in links(shop)]


class ChainContract:
    """Entries, links, and what drops them."""

    @pytest.fixture(autouse=True)
    def chained(self, shop: Driver) -> None:
        shop.reopen(OPEN)

    def test_a_change_comes_with_its_entry_and_its_events(self, shop: Driver) -> None:
        record = shop.create(draft("a"), events=[MADE, entry("made")]).record
        record = shop.replace(record, draft("a", name="x"), events=[entry("changed")])
        shop.delete(record, events=[entry("gone"), MADE])
        assert names(shop) == ["made", "changed", "gone"]
        assert [type for type, _, _ in shop.events()] == [MADE.type, MADE.type]
        first = orjson.loads(links(shop)[0].body)
        assert first == {"id": "1", "number": 1, "previousHash": "", "name": "made"}

    def test_a_refused_change_has_no_entry(self, shop: Driver) -> None:
        record = shop.create(draft("a"), events=[entry("made")]).record
        with pytest.raises(Duplicate):
            shop.create(draft("a"), events=[entry("made again")])
        shop.replace(record, draft("a", name="x"), events=[entry("changed")])
        with pytest.raises(Stale):
            shop.replace(record, draft("a", name="y"), events=[entry("changed again")])
        with pytest.raises(Stale):
            shop.delete(record, events=[entry("gone")])
        assert names(shop) == ["made", "changed"]

    def test_a_link_is_made_of_the_last_one(self, shop: Driver) -> None:
        told: list[Link] = []

        def making(last: Link) -> bytes | None:
            told.append(last)
            return b'{"name":"linked"}' if len(told) < 3 else None

        for _ in range(3):
            shop.run(shop.store.link(making))
        assert names(shop) == ["linked", "linked"]
        assert told[0] == Link(0, b"")
        assert told[1:] == [Link(each.key, each.body) for each in links(shop)]
        assert told[1].digest == sha256(told[1].body).hexdigest()

    def test_those_who_write_together_make_one_chain(self, shop: Driver) -> None:
        works = [
            shop.store.create(THINGS, draft(str(n)), Scope(), [MADE, entry(f"{n}")])
            for n in range(12)
        ]
        notes = [shop.store.link(lambda _, n=n: b'{"name":"note %d"}' % n) for n in range(6)]
        settling = [shop.store.settle() for _ in range(3)]
        for outcome in shop.together(*works, *notes, *settling):
            assert not isinstance(outcome, Exception), outcome
        wanted = [str(n) for n in range(12)] + [f"note {n}" for n in range(6)]
        assert sorted(names(shop)) == sorted(wanted)
        assert len(shop.events()) == 12

    def test_several_processes_make_one_chain(self, shop: Driver) -> None:
        other = shop._make()

        async def both() -> None:
            await other.open(OPEN)
            stores = [shop.store, other]
            await asyncio.gather(
                *(
                    stores[n % 2].create(THINGS, draft(str(n)), Scope(), [entry(f"{n}")])
                    for n in range(10)
                ),
                *(stores[n % 2].link(lambda _, n=n: b'{"name":"note"}') for n in range(4)),
                *(store.settle() for store in stores * 2),
            )
            await other.close()

        shop.run(both())
        assert sorted(names(shop)) == sorted([*map(str, range(10)), *["note"] * 4])

    def test_versions_that_go_together_have_one_entry(self, shop: Driver) -> None:
        for version in "12":
            shop.create(draft("a", version), collection=VERSIONED)
        shop.delete(*shop.versions("a"), events=[entry("gone")], collection=VERSIONED)
        assert names(shop) == ["gone"]

    def test_the_beginning_can_be_dropped(self, shop: Driver) -> None:
        for n in range(5):
            shop.create(draft(str(n)), events=[entry(str(n))])
        kept = links(shop)[3:]
        assert shop.run(shop.store.unlink(4)) == 3
        assert links(shop) == kept
        shop.create(draft("z"), events=[entry("z")])
        assert names(shop) == ["3", "4", "z"]
        assert links(shop)[-1].key == 6

    def test_links_are_found_by_what_they_say(self, shop: Driver) -> None:
        for id, name in enumerate(("red", "blue", "red")):
            shop.create(draft(str(id)), events=[entry(name, change=[{"a": "red"}])])
        links(shop)
        red = Comparison(one("name"), Operator.EQ, ("red",), Kind.TEXT)
        found = shop.find(Query(red), collection=CHAIN)
        assert [record.id for record in found.records] == ["1", "3"]
        assert orjson.loads(shop.get("2", collection=CHAIN).body)["change"] == [{"a": "red"}]

    #: Records of a load; SQLite puts more than 250 in step by step.
    LOADED = 12

    def test_a_load_comes_with_its_entries(self, shop: Driver) -> None:
        count = self.LOADED

        def raising(new: Draft, overtaken: bool) -> list[Event]:
            return [MADE, entry(new.id)]

        drafts = [draft(f"{n:03}") for n in range(count)]
        shop.run(shop.store.load(THINGS, drafts, Scope(), raising=raising))
        assert sorted(names(shop)) == [new.id for new in drafts]
        assert len(shop.log()) == min(count, 1000)

    def test_a_record_of_a_load_that_changes_at_once_keeps_its_order(self, shop: Driver) -> None:
        def raising(new: Draft, overtaken: bool) -> list[Event]:
            return [entry(f"made {new.id}")]

        drafts = [draft(f"{n}") for n in range(5)]
        shop.run(shop.store.load(THINGS, drafts, Scope(), raising=raising))
        shop.replace(shop.get("3"), draft("3", name="x"), events=[entry("changed 3")])
        of_it = [name for name in names(shop) if name.endswith("3")]
        assert of_it == ["made 3", "changed 3"]

    def test_a_large_entry_comes_whole(self, shop: Driver) -> None:
        text = "".join(chr(33 + n * n % 90) for n in range(300_000))
        shop.create(draft("a"), events=[entry("large", change=[text] * 3)])
        assert orjson.loads(links(shop)[0].body)["change"] == [text] * 3
