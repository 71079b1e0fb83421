"""What every store must do, whatever engine keeps the records.

A test module names a store by a class that inherits these and has a fixture `shop`: a `Driver`
of an open, empty store.
"""

import orjson
import pytest

from persistence.errors import Duplicate, KeyReused, Missing, Stale, StoreError
from persistence.room import ROOM
from persistence.store import Created, Draft, Event, Once, Record, Scope
from tests.persistence.driver import OTHERS, THINGS, VERSIONED, Driver, draft, many, one
from tmf_apis.tmf630.query import (
    All,
    AnyOf,
    Comparison,
    Element,
    Kind,
    Not,
    Operator,
    Predicate,
    Present,
    Query,
)

MADE = Event("ThingCreateEvent", b'{"eventType":"ThingCreateEvent"}')
CHANGED = Event("ThingChangeEvent", b'{"eventType":"ThingChangeEvent"}')
GONE = Event("ThingDeleteEvent", b'{"eventType":"ThingDeleteEvent"}')
PARTY = Comparison((*many("party"), *one("id")), Operator.EQ, ("42",), Kind.TEXT)
RED = Comparison(one("name"), Operator.EQ, ("red",), Kind.TEXT)
#: Conditions on what each kind of index has, and on what none has.
CONFINING: tuple[Predicate, ...] = (
    PARTY,
    RED,
    Comparison(one("id"), Operator.EQ, ("a", "c"), Kind.TEXT),
    Comparison(one("cost", "unit"), Operator.EQ, ("EUR",), Kind.TEXT),
    Comparison(one("priority"), Operator.GT, (0,), Kind.NUMBER),
    Comparison((*many("party"), *one("id")), Operator.EQ, ("42", "8"), Kind.TEXT),
    Element(many("party"), Comparison(one("role"), Operator.EQ, ("x",), Kind.TEXT)),
    Element(
        many("characteristic"),
        All(
            (
                Comparison(one("name"), Operator.EQ, ("x",), Kind.TEXT),
                Comparison(one("value"), Operator.EQ, ("42",), Kind.ANY),
            )
        ),
    ),
    Not(PARTY),
    All((PARTY, Not(RED))),
    AnyOf((All((PARTY, RED)), Present(one("cost")))),
)
LEFT, RIGHT = Scope(tenant="left"), Scope(tenant="right")


def seen(records: list[Record]) -> list[tuple[str, str]]:
    return [(record.id, record.version) for record in records]


class Records:
    """One record: made, read, put another in its place, removed."""

    def test_a_created_record_is_read_back(self, shop: Driver) -> None:
        new = draft("a", name="first")
        created = shop.create(new)
        assert not created.replayed
        assert shop.get("a") == created.record
        assert (created.record.id, created.record.version) == ("a", "")
        assert created.record.latest

    @pytest.mark.parametrize(
        "body",
        [
            '{"id":"a","z":1,"a":{"y":[],"b":{}},"name":"ünïcødé 日本語 😀"}',
            '{"id":"a","n":[9223372036854775807,-9223372036854775808,1e300,-0.0,0.1,5.0]}',
            '{"id":"a","$where":1,"a.b":{"$gt":""},"":null,"with space":true,"q\\"q":[null]}',
            '{"id":"a","date":"2024-02-29T13:00:00.000000000+01:00","text":"\\\\ \\u001f \\ud83d"}',
            '{"name":"id comes late","id":"a"}',
        ],
    )  # fmt: skip
    def test_bodies_come_back_byte_for_byte(self, shop: Driver, body: str) -> None:
        raw = body.replace("\\ud83d", "").encode()
        shop.create(Draft("a", orjson.loads(raw), raw))
        assert shop.get("a").body == raw
        assert shop.find().records[0].body == raw
        shop.reopen()
        assert shop.get("a").body == raw

    @pytest.mark.parametrize("id", ["a b", "%2F", "a/b", "'; --", "ü", "x" * 255, "1", "01"])
    def test_any_text_is_an_id(self, shop: Driver, id: str) -> None:
        shop.create(draft(id))
        assert shop.get(id).id == id
        with pytest.raises(Missing):
            shop.get(id + " ")

    def test_ids_are_compared_to_the_letter(self, shop: Driver) -> None:
        shop.load(draft("abc"), draft("ABC"), draft("1"), draft("1.0"))
        assert shop.get("abc").key != shop.get("ABC").key
        assert shop.get("1").key != shop.get("1.0").key

    def test_what_is_not_there_is_missing(self, shop: Driver) -> None:
        with pytest.raises(Missing):
            shop.get("a")
        shop.create(draft("a"))
        with pytest.raises(Missing):
            shop.get("a", collection=OTHERS)

    def test_an_id_is_taken_once(self, shop: Driver) -> None:
        first = shop.create(draft("a", name="first")).record
        with pytest.raises(Duplicate):
            shop.create(draft("a", name="second"))
        assert shop.get("a") == first
        assert shop.find().total == 1

    def test_a_replacement_keeps_key_and_place(self, shop: Driver) -> None:
        first = shop.create(draft("a", name="first")).record
        shop.create(draft("b"))
        new = shop.replace(first, draft("a", name="second", state="active"))
        assert shop.get("a") == new
        assert (new.key, new.latest) == (first.key, True)
        assert new.revision != first.revision
        assert new.modified > first.modified
        assert shop.ids() == ["a", "b"]

    def test_a_replacement_is_found_by_its_new_values_only(self, shop: Driver) -> None:
        first = shop.create(draft("a", name="old", channel={"id": "c1"})).record
        shop.replace(first, draft("a", name="new", channel={"id": "c2"}))
        for path, was, now in ((one("name"), "old", "new"), (one("channel", "id"), "c1", "c2")):
            for value, ids in ((was, []), (now, ["a"])):
                where = Comparison(path, Operator.EQ, (value,), Kind.TEXT)
                assert shop.ids(Query(where)) == ids

    def test_what_changed_meanwhile_is_not_replaced(self, shop: Driver) -> None:
        old = shop.create(draft("a", name="1")).record
        current = shop.replace(old, draft("a", name="2"))
        with pytest.raises(Stale):
            shop.replace(old, draft("a", name="3"))
        assert shop.get("a") == current
        shop.delete(current)
        with pytest.raises(Stale):
            shop.replace(current, draft("a", name="4"))
        with pytest.raises(Missing):
            shop.get("a")

    def test_a_deleted_record_is_gone(self, shop: Driver) -> None:
        record = shop.create(draft("a", channel={"id": "c"})).record
        shop.delete(record)
        with pytest.raises(Missing):
            shop.get("a")
        assert shop.find().total == 0
        where = Comparison(one("channel", "id"), Operator.EQ, ("c",), Kind.TEXT)
        assert shop.find(Query(where)).total == 0

    def test_what_changed_meanwhile_is_not_deleted(self, shop: Driver) -> None:
        old = shop.create(draft("a")).record
        current = shop.replace(old, draft("a", name="new"))
        with pytest.raises(Stale):
            shop.delete(old)
        assert shop.get("a") == current
        shop.delete(current)
        with pytest.raises(Stale):
            shop.delete(current)

    def test_of_several_all_are_deleted_or_none(self, shop: Driver) -> None:
        first = shop.create(draft("a")).record
        second = shop.create(draft("b")).record
        shop.replace(second, draft("b", name="new"))
        with pytest.raises(Stale):
            shop.delete(first, second)
        assert shop.ids() == ["a", "b"]
        shop.delete(first, shop.get("b"))
        assert shop.ids() == []

    @pytest.mark.rule("R-112")
    def test_a_revision_is_never_used_twice_for_an_id(self, shop: Driver) -> None:
        revisions = []
        for _ in range(3):
            record = shop.create(draft("a")).record
            revisions.append(record.revision)
            for name in "xy":
                record = shop.replace(record, draft("a", name=name))
                revisions.append(record.revision)
            shop.delete(record)
            shop.reopen()
        shop.load(draft("a"))
        revisions.append(shop.get("a").revision)
        shop.load(draft("a", name="z"), replace=True)
        revisions.append(shop.get("a").revision)
        assert len(set(revisions)) == len(revisions) == 11

    def test_everything_outlives_the_process(self, shop: Driver) -> None:
        kept = [shop.create(draft(id, name=id)).record for id in "abc"]
        kept[1] = shop.replace(kept[1], draft("b", name="B"))
        shop.delete(kept.pop(0))
        shop.reopen()
        assert shop.find().records == kept

    def test_it_answers_a_ping_and_nothing_once_closed(self, shop: Driver) -> None:
        shop.run(shop.store.ping())
        shop.run(shop.store.close())
        with pytest.raises(StoreError):
            shop.create(draft("a"))
        shop.store = shop._make()
        shop.open()
        assert shop.find().total == 0


class Events:
    """A change and its events are kept together, or neither (D1)."""

    def test_each_change_keeps_its_events_in_order(self, shop: Driver) -> None:
        record = shop.create(draft("a"), events=[MADE, CHANGED]).record
        record = shop.replace(record, draft("a", name="x"), events=[CHANGED])
        shop.delete(record, events=[GONE])
        assert shop.events() == [(e.type, "a", e.body) for e in (MADE, CHANGED, CHANGED, GONE)]

    def test_a_refused_change_keeps_none(self, shop: Driver) -> None:
        old = shop.create(draft("a")).record
        record = shop.replace(old, draft("a", name="x"))
        for refused in (
            shop.store.create(THINGS, draft("a"), Scope(), [MADE]),
            shop.store.replace(THINGS, old, draft("a"), Scope(), [CHANGED]),
            shop.store.delete(THINGS, [record, old], Scope(), [GONE]),
        ):
            with pytest.raises(StoreError):
                shop.run(refused)
        assert shop.events() == []
        assert shop.get("a") == record

    def test_loading_raises_none(self, shop: Driver) -> None:
        shop.load(draft("a"), draft("b"))
        assert shop.events() == []

    def test_loading_with_events_raises_those_of_new_records(self, shop: Driver) -> None:
        drafts = [draft("a"), draft("b")]
        events = {"a": [MADE], "b": [MADE, CHANGED]}

        def raising(draft: Draft, overtaken: bool) -> list[Event]:
            assert not overtaken
            return events.get(draft.id, [])

        shop.run(shop.store.load(THINGS, drafts, Scope(), raising=raising))
        assert [(e.id, e.type) for e in shop.log()] == [
            ("a", MADE.type), ("b", MADE.type), ("b", CHANGED.type)
        ]  # fmt: skip
        with pytest.raises(Duplicate):
            shop.run(shop.store.load(THINGS, [draft("c"), draft("a")], Scope(), raising=raising))
        assert len(shop.log()) == 3

    def test_the_log_is_read_on_from_where_one_was(self, shop: Driver) -> None:
        shop.create(draft("a"), events=[MADE, CHANGED])
        shop.create(draft("b"), collection=OTHERS, events=[MADE])
        first, second, third = shop.log()
        assert first.sequence < second.sequence < third.sequence
        assert (third.collection, third.id, third.type) == (OTHERS.name, "b", MADE.type)
        assert shop.log(after=first.sequence, limit=1) == [second]
        assert shop.log(after=third.sequence) == []
        assert shop.run(shop.store.last_event()) == third.sequence

    def test_large_ones_come_back_byte_for_byte(self, shop: Driver) -> None:
        large = Event("ThingCreateEvent", b'null\n{"name":"\xc3\xa4 %b"}' % (b"word " * 100_000))
        shop.create(draft("a"), events=[MADE, large])
        assert [event.body for event in shop.log()] == [MADE.body, large.body]
        shop.run(shop.store.load(THINGS, [draft("b")], Scope(), raising=lambda *_: [large, MADE]))
        assert [event.body for event in shop.log()][2:] == [large.body, MADE.body]
        shop.reopen()
        assert len(shop.log()) == 4

    def test_of_large_ones_fewer_are_read_at_once(self, shop: Driver) -> None:
        large = Event("ThingCreateEvent", b"null\n" + b" " * (ROOM // 3))
        larger = Event("ThingCreateEvent", b"null\n" + b'"%b"' % (b" " * ROOM))
        shop.create(draft("a"), events=[MADE, large, large, large, larger, MADE])
        first = shop.log()
        assert [event.body for event in first] == [MADE.body, large.body, large.body]
        second = shop.log(after=first[-1].sequence)
        assert [event.body for event in second] == [large.body]
        third = shop.log(after=second[-1].sequence)
        assert [event.body for event in third] == [larger.body]
        assert [event.body for event in shop.log(after=third[-1].sequence)] == [MADE.body]

    def test_an_event_is_logged_once_whoever_settles(self, shop: Driver) -> None:
        for count in range(20):
            shop.create(draft(f"a{count}"), events=[MADE])
        shop.together(*(shop.store.settle() for _ in range(4)))
        assert [event.id for event in shop.log()] == [f"a{count}" for count in range(20)]

    def test_numbers_of_forgotten_events_are_not_used_again(self, shop: Driver) -> None:
        assert shop.run(shop.store.last_event()) == 0
        shop.create(draft("a"), events=[MADE])
        (old,) = shop.log()
        assert shop.run(shop.store.forget_events(old.raised, {})) == 0
        assert shop.run(shop.store.forget_events(old.raised + 1, {})) == 1
        shop.create(draft("b"), events=[MADE])
        (new,) = shop.log()
        assert new.sequence > old.sequence
        assert shop.log(after=old.sequence) == [new]

    def test_events_that_somebody_has_to_get_are_not_forgotten(self, shop: Driver) -> None:
        for name in ("a", "b", "c"):
            shop.create(draft(name), events=[MADE])
            shop.create(draft(name), events=[MADE], collection=OTHERS)
        log = shop.log()
        path = THINGS.name.rpartition("/")[0]
        late = log[-1].raised + 1
        assert shop.run(shop.store.forget_events(late, {path: 0, "/another": 9})) == 0
        assert shop.run(shop.store.forget_events(late, {path: log[1].sequence})) == 2
        assert shop.log() == log[2:]
        assert shop.run(shop.store.forget_events(late, {path[:-1]: 0})) == 4

    def test_the_log_of_an_api_is_bounded(self, shop: Driver) -> None:
        for name in ("a", "b", "c", "d"):
            shop.create(draft(name), events=[MADE])
            shop.create(draft(name), events=[MADE], collection=OTHERS)
        log = shop.log()
        path = THINGS.name.rpartition("/")[0]
        assert shop.run(shop.store.trim_events("/another", 1)) == 0
        assert shop.run(shop.store.trim_events(path[:-1], 1)) == 0
        for most, dropped in ((8, 0), (5, 3), (5, 0), (4, 1)):
            assert shop.run(shop.store.trim_events(path, most)) == dropped
            assert shop.log() == log[-most:]
        assert shop.run(shop.store.trim_events(path, 0)) == 4
        shop.create(draft("e"), events=[MADE])
        [new] = shop.log()
        assert new.sequence > log[-1].sequence


class Idempotency:
    """A key that was used gives what it gave the first time (D20)."""

    ONCE = Once("key", "digest")

    def test_the_second_create_is_a_replay(self, shop: Driver) -> None:
        first = shop.create(draft("a"), events=[MADE], once=self.ONCE)
        second = shop.create(draft("b"), events=[MADE], once=self.ONCE)
        assert (first.replayed, second.replayed) == (False, True)
        assert second.record == first.record
        assert shop.ids() == ["a"]
        assert len(shop.events()) == 1

    def test_a_replay_gives_the_first_body_whatever_happened_since(self, shop: Driver) -> None:
        first = shop.create(draft("a", name="first"), once=self.ONCE).record
        shop.replace(first, draft("a", name="second"))
        assert shop.create(draft("b"), once=self.ONCE).record == first
        shop.delete(shop.get("a"))
        shop.reopen()
        assert shop.create(draft("b"), once=self.ONCE).record == first
        assert shop.find().total == 0

    def test_another_request_with_the_key_is_refused(self, shop: Driver) -> None:
        shop.create(draft("a"), once=self.ONCE)
        with pytest.raises(KeyReused):
            shop.create(draft("b"), events=[MADE], once=Once("key", "other"))
        assert shop.ids() == ["a"]
        assert shop.events() == []

    def test_what_a_key_made_is_recalled(self, shop: Driver) -> None:
        assert shop.recall(self.ONCE) is None
        first = shop.create(draft("a", name="first"), once=self.ONCE)
        shop.replace(first.record, draft("a", name="second"))
        known = shop.recall(self.ONCE)
        assert known is not None
        assert (known.record, known.replayed) == (first.record, True)
        with pytest.raises(KeyReused):
            shop.recall(Once("key", "other"))

    def test_a_refused_create_leaves_the_key_free(self, shop: Driver) -> None:
        shop.create(draft("a"))
        with pytest.raises(Duplicate):
            shop.create(draft("a"), once=self.ONCE)
        assert not shop.create(draft("b"), once=Once("key", "other")).replayed

    def test_at_once_one_creates_and_the_others_replay(self, shop: Driver) -> None:
        works = [shop.store.create(THINGS, draft(id), Scope(), (), self.ONCE) for id in "abcdef"]
        made = shop.together(*works)
        assert sorted(m.replayed for m in made) == [False] + [True] * 5
        assert len({m.record.id for m in made}) == 1
        assert shop.find().total == 1


class Spaces:
    """Tenants and the parents of nested collections are kept apart; a scope confines reads."""

    SCOPES = (
        Scope(), LEFT, RIGHT, Scope(parent="1"), Scope(parent="2"), Scope("left", parent="1"),
        Scope(tenant="1"),
    )  # fmt: skip

    def test_an_id_is_free_in_every_space(self, shop: Driver) -> None:
        made = [shop.create(draft("a", name=repr(s)), s).record for s in self.SCOPES]
        for scope, record in zip(self.SCOPES, made, strict=True):
            assert shop.get("a", scope) == record
            assert shop.find(scope=scope).records == [record]
            assert shop.find(scope=scope).total == 1

    def test_a_record_is_out_of_reach_from_another_space(self, shop: Driver) -> None:
        record = shop.create(draft("a", channel={"id": "c"}), LEFT).record
        with pytest.raises(Missing):
            shop.get("a", RIGHT)
        with pytest.raises(Stale):
            shop.replace(record, draft("a", name="x"), RIGHT)
        with pytest.raises(Stale):
            shop.delete(record, scope=RIGHT)
        where = Comparison(one("channel", "id"), Operator.EQ, ("c",), Kind.TEXT)
        assert shop.find(Query(where), RIGHT).total == 0
        assert shop.get("a", LEFT) == record

    def test_versions_are_those_of_the_space(self, shop: Driver) -> None:
        shop.create(draft("a", "1"), LEFT, collection=VERSIONED)
        shop.create(draft("a", "2"), RIGHT, collection=VERSIONED)
        assert seen(shop.versions("a", LEFT)) == [("a", "1")]

    def test_where_confines_every_read(self, shop: Driver) -> None:
        red = Comparison(one("name"), Operator.EQ, ("red",), Kind.TEXT)
        scope = Scope(where=red)
        shop.load(draft("a", name="red"), draft("b", name="blue"), draft("c", name="red"))
        assert shop.ids(scope=scope) == ["a", "c"]
        assert shop.find(Query(limit=1), scope).total == 2
        assert shop.get("a", scope).id == "a"
        with pytest.raises(Missing):
            shop.get("b", scope)

    @pytest.mark.parametrize("where", CONFINING, ids=range(len(CONFINING)))
    def test_a_record_is_got_by_whom_it_is_found(self, shop: Driver, where: Predicate) -> None:
        scope = Scope(where=where)
        shop.load(
            draft("a", name="red", party=[{"id": "7"}, {"id": "42"}], priority=1),
            draft("b", name="blue", party=[{"id": "42"}], channel={"id": "c"}),
            draft("c", name="red", characteristic=[{"name": "x", "value": "42"}]),
            draft("d", cost={"unit": "EUR"}, party=[{"id": "42", "role": "x"}]),
        )
        found = shop.ids(scope=scope)
        assert 0 < len(found) < 4
        for id in "abcd":
            if id in found:
                assert shop.get(id, scope).id == id
            else:
                with pytest.raises(Missing):
                    shop.get(id, scope)

    def test_where_confines_versions(self, shop: Driver) -> None:
        red = Comparison(one("name"), Operator.EQ, ("red",), Kind.TEXT)
        shop.create(draft("a", "1", name="red"), collection=VERSIONED)
        shop.create(draft("a", "2", name="blue"), collection=VERSIONED)
        assert seen(shop.versions("a", Scope(where=red))) == [("a", "1")]
        assert shop.get("a", Scope(where=red), collection=VERSIONED).version == "1"


class Versions:
    """Several entity versions share an id, and one of them is the latest (D2, D28)."""

    @pytest.fixture
    def three(self, shop: Driver) -> list[Record]:
        """Three versions in the order they were made; the second is the latest."""
        for version in ("1.9", "1.10", "1.2"):
            shop.create(draft("a", version, name=version), collection=VERSIONED)
        return shop.find(collection=VERSIONED).records

    @pytest.mark.rule("R-1301", "R-1302", "R-1305")
    def test_the_latest_is_the_greatest(self, shop: Driver, three: list[Record]) -> None:
        assert shop.get("a", collection=VERSIONED).version == "1.10"
        assert seen(shop.versions("a")) == [("a", "1.10"), ("a", "1.9"), ("a", "1.2")]
        assert shop.versions("b") == []

    @pytest.mark.rule("R-1305")
    def test_of_equal_ones_the_later_made_is_the_latest(self, shop: Driver) -> None:
        for version in ("1", "1.0", "v1"):
            shop.create(draft("a", version), collection=VERSIONED)
            assert shop.get("a", collection=VERSIONED).version == version

    @pytest.mark.rule("R-1303")
    def test_each_is_addressed_by_its_version(self, shop: Driver, three: list[Record]) -> None:
        for record in three:
            assert shop.get("a", version=record.version, collection=VERSIONED) == record
        with pytest.raises(Missing):
            shop.get("a", version="2", collection=VERSIONED)

    def test_a_record_tells_whether_it_is_the_latest(
        self, shop: Driver, three: list[Record]
    ) -> None:
        assert [record.latest for record in three] == [False, True, False]
        assert shop.versions("a") == [three[1], three[0], three[2]]
        assert shop.get("a", collection=VERSIONED) == three[1]
        shop.create(draft("b", "0.1"), LEFT, collection=VERSIONED)
        assert shop.find(scope=LEFT, collection=VERSIONED).records[0].latest
        shop.reopen()
        assert shop.find(collection=VERSIONED).records == three

    def test_a_new_record_tells_so_as_well(self, shop: Driver) -> None:
        made = [shop.create(draft("a", version), collection=VERSIONED).record for version in "231"]
        assert [record.latest for record in made] == [True, True, False]
        assert shop.get("a", version="1", collection=VERSIONED) == made[2]

    @pytest.mark.rule("R-112")
    def test_one_that_is_overtaken_moves_to_another_revision(self, shop: Driver) -> None:
        old = shop.create(draft("a", "1"), collection=VERSIONED).record
        shop.create(draft("a", "2"), collection=VERSIONED)
        new = shop.get("a", version="1", collection=VERSIONED)
        assert (old.latest, new.latest) == (True, False)
        assert new.revision != old.revision
        assert new.modified > old.modified
        assert new.body == old.body
        with pytest.raises(Stale):
            shop.replace(old, draft("a", "1", name="x"), collection=VERSIONED)
        with pytest.raises(Stale):
            shop.delete(old, collection=VERSIONED)
        shop.replace(new, draft("a", "1", name="x"), collection=VERSIONED)

    def test_one_that_is_not_overtaken_does_not_move(self, shop: Driver) -> None:
        latest = shop.create(draft("a", "2"), collection=VERSIONED).record
        lower = shop.create(draft("a", "1"), collection=VERSIONED).record
        shop.create(draft("a", "0"), collection=VERSIONED)
        shop.create(draft("b", "3"), collection=VERSIONED)
        shop.create(draft("a", "3"), LEFT, collection=VERSIONED)
        shop.delete(shop.get("a", version="0", collection=VERSIONED), collection=VERSIONED)
        assert shop.versions("a") == [latest, lower]

    @pytest.mark.rule("R-112")
    def test_no_revision_comes_back(self, shop: Driver) -> None:
        """Whatever makes a version the latest, and another one again."""
        shop.create(draft("a", "1"), collection=VERSIONED)
        told = [shop.get("a", collection=VERSIONED)]
        for _ in range(2):
            shop.create(draft("a", "2"), collection=VERSIONED)
            told.append(shop.get("a", version="1", collection=VERSIONED))
            shop.delete(shop.get("a", collection=VERSIONED), collection=VERSIONED)
            told.append(shop.get("a", version="1", collection=VERSIONED))
            shop.load(draft("a", "3"), collection=VERSIONED)
            told.append(shop.get("a", version="1", collection=VERSIONED))
            shop.replace(shop.get("a", collection=VERSIONED), draft("a", "0"), collection=VERSIONED)
            told.append(shop.get("a", version="1", collection=VERSIONED))
            shop.delete(shop.get("a", version="0", collection=VERSIONED), collection=VERSIONED)
        assert [record.latest for record in told] == [True, *(False, True) * 4]
        assert len({record.revision for record in told}) == len(told)
        times = [record.modified for record in told]
        assert sorted(set(times)) == times
        assert len({record.body for record in told}) == 1

    def test_a_renamed_version_may_become_the_latest_or_cease_to_be(
        self, shop: Driver, three: list[Record]
    ) -> None:
        new = shop.replace(three[2], draft("a", "2.0"), collection=VERSIONED)
        assert new.latest
        assert shop.get("a", collection=VERSIONED) == new
        old = shop.get("a", version="1.10", collection=VERSIONED)
        assert not old.latest
        assert old.revision != three[1].revision
        with pytest.raises(Missing):
            shop.get("a", version="1.2", collection=VERSIONED)
        again = shop.replace(new, draft("a", "1.0"), collection=VERSIONED)
        assert not again.latest
        assert shop.get("a", version="1.0", collection=VERSIONED) == again
        assert shop.get("a", collection=VERSIONED).version == "1.10"
        assert shop.replace(again, draft("a", "1.1"), collection=VERSIONED).latest is False
        assert shop.get("a", collection=VERSIONED).revision not in (old.revision, three[1].revision)

    @pytest.mark.parametrize(("version", "latest"), [("2", False), ("1", True)])
    def test_a_caller_that_is_mistaken_is_told(
        self, version: str, latest: bool, shop: Driver, three: list[Record]
    ) -> None:
        """Events say where a record is, so whoever raises them must have known."""
        wrong = draft("a", version)._replace(latest=latest)
        with pytest.raises(Stale):
            shop.create(wrong, events=[MADE], collection=VERSIONED)
        with pytest.raises(Stale):
            shop.replace(three[0], wrong, events=[CHANGED], collection=VERSIONED)
        assert shop.find(collection=VERSIONED).records == three
        assert shop.events() == []
        right = wrong._replace(latest=not latest)
        shop.create(right, events=[MADE], collection=VERSIONED)
        assert len(shop.events()) == 1

    def test_a_replay_tells_what_was_so_at_first(self, shop: Driver) -> None:
        once = Once("k", "d")
        first = shop.create(draft("a", "1"), once=once, collection=VERSIONED)
        shop.create(draft("a", "2"), collection=VERSIONED)
        again = shop.create(draft("a", "1"), once=once, collection=VERSIONED)
        assert again.replayed
        assert again.record == first.record
        assert again.record.latest

    @pytest.mark.parametrize("replace", [False, True])
    def test_loaded_versions_overtake_as_created_ones_do(self, replace: bool, shop: Driver) -> None:
        old = shop.create(draft("a", "1"), collection=VERSIONED).record
        drafts = [draft("a", "3"), draft("a", "2"), draft("b", "2"), draft("b", "1")]
        shop.load(*drafts, replace=replace, collection=VERSIONED)
        assert [r.version for r in shop.find(collection=VERSIONED).records if r.latest] == [
            "3",
            "2",
        ]
        new = shop.get("a", version="1", collection=VERSIONED)
        assert new.revision != old.revision
        assert new.modified > old.modified

    def test_a_load_that_fails_overtakes_nothing(self, shop: Driver) -> None:
        old = shop.create(draft("a", "1"), collection=VERSIONED).record
        with pytest.raises(Duplicate):
            shop.load(draft("a", "2"), draft("a", "1"), collection=VERSIONED)
        assert shop.versions("a") == [old]

    def test_loading_over_the_latest_leaves_it_so(self, shop: Driver, three: list[Record]) -> None:
        shop.load(draft("a", "1.10", name="again"), replace=True, collection=VERSIONED)
        assert shop.get("a", collection=VERSIONED).version == "1.10"
        assert shop.versions("a")[1:] == [three[0], three[2]]

    def test_of_versions_made_at_once_one_is_the_latest(self, shop: Driver) -> None:
        works = [
            shop.store.create(VERSIONED, draft("a", f"{n}"), Scope(), [MADE]) for n in range(12)
        ]
        assert all(isinstance(made, Created) for made in shop.together(*works))
        found = shop.find(collection=VERSIONED).records
        assert [record.version for record in found if record.latest] == ["11"]
        assert len({record.revision for record in found}) == 12

    def test_lists_hold_every_version(self, shop: Driver, three: list[Record]) -> None:
        found = shop.find(collection=VERSIONED)
        assert found.records == three
        assert found.total == 3

    def test_a_pair_of_id_and_version_is_taken_once(
        self, shop: Driver, three: list[Record]
    ) -> None:
        with pytest.raises(Duplicate):
            shop.create(draft("a", "1.9"), collection=VERSIONED)
        with pytest.raises(Duplicate):
            shop.replace(three[0], draft("a", "1.10"), collection=VERSIONED, events=[CHANGED])
        assert shop.find(collection=VERSIONED).records == three
        assert shop.events() == []

    def test_one_is_deleted_or_all(self, shop: Driver, three: list[Record]) -> None:
        shop.delete(three[1], collection=VERSIONED)
        assert shop.get("a", collection=VERSIONED).version == "1.9"
        shop.delete(*shop.versions("a"), collection=VERSIONED)
        assert shop.versions("a") == []


class Moving:
    """Records on their way to another store."""

    def test_they_come_as_there_is_room(self, shop: Driver) -> None:
        sizes = {"a": 10, "b": ROOM // 3, "c": ROOM // 3, "d": ROOM // 3, "e": ROOM, "f": 10}
        for id, size in sizes.items():
            shop.create(draft(id, x=" " * size))

        async def batches(size: int) -> list[str]:
            found = shop.store.export(THINGS, 0, size)
            return ["".join(kept.id for kept in batch) async for batch in found]

        assert shop.run(batches(100)) == ["abc", "d", "e", "f"]
        assert shop.run(batches(2)) == ["ab", "cd", "e", "f"]


class Loading:
    """Many records at once, all or none (D21)."""

    def test_all_are_kept_in_the_order_given(self, shop: Driver) -> None:
        assert shop.load(*(draft(id) for id in "cab")) == 3
        assert shop.ids() == ["c", "a", "b"]
        assert shop.load() == 0

    def test_one_that_is_taken_stops_them_all(self, shop: Driver) -> None:
        shop.create(draft("b", name="old"))
        with pytest.raises(Duplicate, match="b"):
            shop.load(draft("a"), draft("b"), draft("c"))
        with pytest.raises(Duplicate, match="x"):
            shop.load(draft("x"), draft("y"), draft("x"))
        assert shop.ids() == ["b"]

    def test_replace_puts_records_in_the_place_of_others(self, shop: Driver) -> None:
        shop.load(draft("a", name="1", channel={"id": "c"}), draft("b"))
        old = shop.get("a")
        assert shop.load(draft("c"), draft("a", name="2"), replace=True) == 2
        new = shop.get("a")
        assert orjson.loads(new.body)["name"] == "2"
        assert new.revision != old.revision
        assert shop.ids() == ["a", "b", "c"]
        with pytest.raises(Stale):
            shop.replace(old, draft("a"))
        where = Comparison(one("channel", "id"), Operator.EQ, ("c",), Kind.TEXT)
        assert shop.find(Query(where)).total == 0


class Races:
    """Of writes at the same time, each takes place wholly, and none on top of another."""

    def test_of_two_replaces_of_one_revision_one_wins(self, shop: Driver) -> None:
        old = shop.create(draft("a")).record
        works = [
            shop.store.replace(THINGS, old, draft("a", name=n), Scope(), [CHANGED]) for n in "xy"
        ]
        outcomes = shop.together(*works)
        (winner,) = (o for o in outcomes if isinstance(o, Record))
        assert [type(o) for o in outcomes if o is not winner] == [Stale]
        assert shop.get("a") == winner
        assert len(shop.events()) == 1

    def test_of_two_creates_of_one_id_one_wins(self, shop: Driver) -> None:
        outcomes = shop.together(
            *(shop.store.create(THINGS, draft("a", name=n), Scope(), [MADE]) for n in "xyz")
        )
        assert sorted(type(o).__name__ for o in outcomes) == ["Created", "Duplicate", "Duplicate"]
        assert len(shop.events()) == 1

    def test_a_replace_and_a_delete_do_not_both_succeed(self, shop: Driver) -> None:
        old = shop.create(draft("a")).record
        outcomes = shop.together(
            shop.store.replace(THINGS, old, draft("a", name="x"), Scope()),
            shop.store.delete(THINGS, [old], Scope()),
        )
        assert [isinstance(o, Stale) for o in outcomes].count(True) == 1

    def test_counting_up_together_loses_no_step(self, shop: Driver) -> None:
        shop.create(draft("a", priority=0))

        async def step() -> None:
            while True:
                seen = await shop.store.get(THINGS, "a", Scope())
                new = draft("a", priority=orjson.loads(seen.body)["priority"] + 1)
                try:
                    await shop.store.replace(THINGS, seen, new, Scope())
                except Stale:
                    continue
                return

        assert shop.together(*(step() for _ in range(20))) == [None] * 20
        assert orjson.loads(shop.get("a").body)["priority"] == 20


class StoreContract(Records, Events, Idempotency, Spaces, Versions, Moving, Loading, Races):
    """The whole contract of writing, and of reading one record."""
