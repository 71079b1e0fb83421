"""Both stores let go of what was kept beside records, and tell whether a text is left anywhere."""

from typing import Any

import pytest

from persistence.forgetting import Forgetful
from persistence.store import Event, Once, Scope
from tests.persistence.driver import THINGS, Driver, draft

SCOPE = Scope()
#: What is kept packed, or beside a record.
LARGE = 40_000

pytestmark = pytest.mark.parametrize("shop", ["sqlite", "mongodb"], indirect=True)


def on(shop: Driver) -> Forgetful:
    assert isinstance(shop.store, Forgetful)
    return shop.store


async def all_of(store: Forgetful) -> dict[str, tuple[str, bytes]]:
    found = [one async for some in store.remembered() for one in some]
    return {one.key: (one.id, one.body) for one in found}


def make(shop: Driver, id: str, more: str = "", *events: Event, key: str = "") -> Any:
    once = Once(key, "digest") if key else None
    return shop.run(shop.store.create(THINGS, draft(id, name=more), SCOPE, events, once))


def test_keys_are_found_and_forgotten(shop: Driver) -> None:
    store = on(shop)
    large = "x" * LARGE
    first, second = make(shop, "a", key="one"), make(shop, "b", large, key="two")
    make(shop, "c")
    shop.run(store.delete(THINGS, [first.record], SCOPE))
    found = shop.run(all_of(store))
    assert {key: id for key, (id, _) in found.items()} == {"one": "a", "two": "b"}
    assert found["two"][1] == second.record.body
    shop.run(store.forget_remembered(["one"]))
    assert [*shop.run(all_of(store))] == ["two"]
    shop.run(store.forget_remembered(["two", "three"]))
    assert shop.run(all_of(store)) == {}
    assert not make(shop, "d", key="two").replayed


def test_events_are_amended_where_they_are(shop: Driver) -> None:
    store = on(shop)
    bodies = [b'{"small":"secret"}', b'{"large":"secret%b"}' % (b"x" * LARGE), b'{"other":1}']
    make(shop, "a", "", *(Event("ThingEvent", body) for body in bodies))
    shop.run(store.settle())
    events = shop.run(store.events(0, 10))
    assert [event.body for event in events] == bodies
    assert shop.run(store.traces([b"secret", b"never"])) == {b"secret"}
    amended = [
        event._replace(body=b'{"now":"%d"}' % event.sequence, id="z") for event in events[:2]
    ]
    shop.run(store.amend_events([*amended, amended[0]._replace(sequence=999)]))
    assert shop.run(store.events(0, 10)) == [*amended, events[2]]
    shop.run(store.compact())
    assert shop.run(store.traces([b"secret"])) == set()


def test_nothing_is_left_of_what_was_overwritten_or_removed(shop: Driver) -> None:
    store = on(shop)
    made = [make(shop, id, f"secret-{id}").record for id in ("a", "b")]
    assert shop.run(store.traces([b"secret-a", b"secret-b"])) == {b"secret-a", b"secret-b"}
    shop.run(store.replace(THINGS, made[0], draft("a", name="plain"), SCOPE))
    shop.run(store.delete(THINGS, [made[1]], SCOPE))
    shop.run(store.compact())
    assert shop.run(store.traces([b"secret-a", b"secret-b"])) == set()
    assert shop.run(store.get(THINGS, "a", SCOPE)).body == draft("a", name="plain").body
    make(shop, "c")
