"""Lists written through one version, with parts that only the other knows (V-5, V-6)."""

from time import process_time
from typing import Any

import pytest

from tests.faces.pairs import AT, Json, pair
from tests.peak import peak, started_peak
from tmf_apis.faces.sameness import known_by, origins, same

ORDER = pair("TMF622", "productOrder")
V4, V5 = 0, 1


def order(**more: Any) -> Json:
    return {
        "@type": "ProductOrder",
        "id": "7",
        "productOrderItem": [{"@type": "ProductOrderItem", "id": "1", "action": "add"}],
        **more,
    }


def party(id: str | None, role: str, **more: Any) -> Json:
    inside = {"@type": "PartyRef", "name": f"n{id}", "@referredType": "Individual"}
    inside |= {"id": id} if id else {}
    outer = {"@type": "RelatedPartyRefOrPartyRoleRef", "role": role, "partyOrPartyRole": inside}
    return outer | ({"partyOrPartyRole": {**inside, **more}} if more else {})


def written(new: Json, old: Json, other: Json, memory: Any = None) -> tuple[Json, Any]:
    return ORDER.faces.changed(V4, new, old, other, memory, AT)


def test_a_v4_client_that_replaces_a_list_keeps_what_v5_alone_knows() -> None:
    v5 = order(relatedParty=[party("a", "x", partyId="A"), party("b", "y", partyId="B")])
    v4, memory = ORDER.faces.made(V5, v5, AT)
    turned = {
        **v4,
        "relatedParty": [{**v4["relatedParty"][1], "name": "new"}, v4["relatedParty"][0]],
    }
    made, _ = written(turned, v4, v5, memory)
    assert [each["partyOrPartyRole"]["partyId"] for each in made["relatedParty"]] == ["B", "A"]
    assert made["relatedParty"][0]["partyOrPartyRole"]["name"] == "new"


def test_an_element_that_v4_cannot_show_stays_behind_its_neighbour() -> None:
    hidden = party(None, "h")
    v5 = order(relatedParty=[party("a", "x"), hidden, party("b", "y")])
    v4, memory = ORDER.faces.made(V5, v5, AT)
    assert [each["id"] for each in v4["relatedParty"]] == ["a", "b"]
    assert memory == {"relatedParty": {"v5": [1]}}
    turned = {**v4, "relatedParty": v4["relatedParty"][::-1]}
    made, kept = written(turned, v4, v5, memory)
    assert made["relatedParty"] == [party("b", "y"), party("a", "x"), hidden]
    assert kept == {"relatedParty": {"v5": [2]}}
    made, kept = written({**v4, "relatedParty": v4["relatedParty"][1:]}, v4, v5, memory)
    assert made["relatedParty"] == [hidden, party("b", "y")]
    assert kept == {"relatedParty": {"v5": [0]}}
    made, _ = written({k: v for k, v in v4.items() if k != "relatedParty"}, v4, v5, memory)
    assert made["relatedParty"] == [hidden]


def test_an_element_without_counterpart_is_kept_when_it_alone_is_changed() -> None:
    v4 = {"id": "7", "productOrderItem": [{"id": "1", "action": "add"}]}
    v4["quote"] = [{"name": "no id"}, {"id": "q"}]
    v5, memory = ORDER.faces.made(V4, v4, AT)
    assert v5["quote"] == [{"@type": "QuoteRef", "id": "q"}]
    new = {**v4, "quote": [{"name": "still none"}, {"id": "q"}]}
    made, kept = written(new, v4, v5, memory)
    assert (made, kept) == (v5, memory)
    new = {**v4, "quote": [{"name": "one now", "id": "p"}, {"id": "q"}]}
    made, kept = written(new, v4, v5, memory)
    assert [each["id"] for each in made["quote"]] == ["p", "q"]
    assert kept is None


def test_elements_without_identity_are_known_by_value_then_by_index() -> None:
    note = {"@type": "Note", "text": "a", "id": "1"}
    v5 = order(note=[note, {**note, "id": "2", "text": "b"}])
    v4, memory = ORDER.faces.made(V5, v5, AT)
    bare = [{"text": "b"}, {"text": "a"}]
    made, _ = written({**v4, "note": bare}, v4, v5, memory)
    assert made["note"] == [{"@type": "Note", "text": "b"}, {"@type": "Note", "text": "a"}]


@pytest.mark.parametrize(
    ("new", "old", "found"),
    [
        ([{"a": 1}, {"a": 1}], [{"a": 1}, {"a": 1}], [0, 1]),
        ([{"a": 1}], [{"a": 1}, {"a": 1}], [0]),
        ([{"b": 2}, {"a": 1}, {"a": 1}], [{"a": 1}, {"a": 1}], [None, 1, 0]),
        ([{"id": "2"}, {"id": "1"}], [{"id": "1", "n": 1}, {"id": "2", "n": 2}], [1, 0]),
        ([{"id": "9"}, {"id": "1"}], [{"id": "1"}, {"id": "2"}], [None, 0]),
        ([{"x": 1}, {"x": 2}], [{"x": 3}, {"x": 4}], [0, 1]),
        ([{"x": 1}], [{"x": 3}, {"x": 4}], [None]),
        ([{"v": 1}], [{"v": True}, {"v": 1.0}, {"v": 1}], [2]),
        ([], [{"v": 1}], []),
    ],
)
def test_which_element_is_which(new: Any, old: Any, found: Any) -> None:
    assert origins(new, old, known_by) == found


@pytest.mark.parametrize("id", ["x", "y"])
def test_another_thing_under_the_same_index_inherits_nothing(id: str) -> None:
    v5 = order(relatedParty=[party("x", "r", partyId="X")])
    v4, memory = ORDER.faces.made(V5, v5, AT)
    new = {**v4, "relatedParty": [{**v4["relatedParty"][0], "id": id, "name": "other"}]}
    made, _ = written(new, v4, v5, memory)
    assert ("partyId" in made["relatedParty"][0]["partyOrPartyRole"]) is (id == "x")


def test_work_grows_with_the_list_and_no_faster() -> None:
    def took(count: int) -> float:
        alike = [{"name": "n", "role": "r", "x": index % 3} for index in range(count)]
        before = alike[::-1]
        started = process_time()
        origins([*alike, {"name": "n", "x": -1}], before, known_by)
        return process_time() - started

    took(1000)
    assert took(40_000) < 40 * max(took(4_000), 0.004)


def test_a_nest_at_the_limit_of_depth_is_converted_and_changed() -> None:
    item: Json = {"@type": "ProductOrderItem", "id": "1", "action": "add", "quantity": 1}
    for _ in range(31):
        item = {**item, "productOrderItem": [item]}
    v5 = order(productOrderItem=[item])
    v4, memory = ORDER.faces.made(V5, v5, AT)
    changed = {**v4, "productOrderItem": [{**v4["productOrderItem"][0], "quantity": 2}]}
    made, _ = written(changed, v4, v5, memory)
    assert same(made["productOrderItem"][0], {**item, "quantity": 2})


@pytest.mark.parametrize("first", [0, 1], ids=["in their places", "moved"])
def test_long_lists_are_compared_in_little_memory(first: int) -> None:
    before = [{"@type": "Note", "id": str(n), "text": f"note {n}"} for n in range(20_000)]
    now = [dict(note) for note in before[first:]]
    started = started_peak()
    assert origins(now, before, known_by) == [*range(first, len(before))]
    assert peak() - started < 50
