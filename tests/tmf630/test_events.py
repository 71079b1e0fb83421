"""Which events a change raises (R-1015..R-1019, D17)."""

from typing import Any

import pytest

from tests.handlers.facts import APIS, Json
from tmf_apis.catalog import neighbours
from tmf_apis.rules.base import ResourceRules
from tmf_apis.rules.lookup import rules_of
from tmf_apis.spec.events import EventSpec, events_of
from tmf_apis.tmf630.events import changed, created, deleted, same


def facts(name: str) -> tuple[dict[str, EventSpec], ResourceRules]:
    """The kinds and the rules of a resource written as `TMF622-v5/productOrder`."""
    file, _, resource = name.partition("/")
    api = next(api for api in APIS if f"{api.number}-{api.major}" == file)
    spec = api.resource(resource)
    rules = rules_of(api, spec)
    return dict(events_of(api, spec, rules.events)), rules


def told(name: str, before: Json, after: Json) -> dict[str, tuple[str, ...] | None]:
    """The kinds a change raises, each with the attributes it shows beside the identity."""
    events, rules = facts(name)
    return {
        happening.event.kind: happening.shown and happening.shown[3:]
        for happening in changed(events, rules, before, after)
    }


def test_a_change_has_one_name_where_the_file_has_one() -> None:
    api = next(api for api in neighbours() if api.number == "TMF633")
    spec = api.resource("serviceCandidate")
    events, rules = events_of(api, spec), rules_of(api, spec)
    before = {"id": "1", "name": "a", "lifecycleStatus": "In study"}
    for change in ({"name": "b"}, {"lifecycleStatus": "In design"}):
        told = changed(events, rules, before, before | change)
        assert [happening.event.type for happening in told] == ["ServiceCandidateChangeEvent"]
    assert changed(events, rules, before, before | {"lastUpdate": "2026-01-02T03:04:05Z"}) == []


ORDER, ORDER_V4 = "TMF622-v5/productOrder", "TMF622-v4/productOrder"
STATE, VALUE = "StateChange", "AttributeValueChange"
ITEM = {"id": "1", "action": "add", "state": "acknowledged"}


@pytest.mark.rule("R-1012", "R-1013", "R-1014")
def test_names_and_envelopes_are_those_of_the_file() -> None:
    old, new = facts(ORDER_V4)[0]["StateChange"], facts(ORDER)[0]["StateChange"]
    assert new == EventSpec(
        "StateChange", "ProductOrderStateChangeEvent", "productOrder", True, "timeOccurred"
    )
    assert old.type == new.type
    assert (old.typed, old.time) == (False, "timeOcurred")


@pytest.mark.rule("R-1015")
def test_creation_tells_all_and_deletion_which_one() -> None:
    for name, shown in ((ORDER, ("id", "href", "@type")), (ORDER_V4, None)):
        events, _ = facts(name)
        assert [(h.event.kind, h.shown) for h in created(events)] == [("Create", None)]
        assert [(h.event.kind, h.shown) for h in deleted(events)] == [("Delete", shown)]
    jobs, _ = facts("TMF620-v5/importJob")
    assert deleted(jobs) == []
    assert created({}) == []


@pytest.mark.rule("R-1016", "R-1017")
@pytest.mark.parametrize(
    ("name", "before", "after", "kinds"),
    [
        (ORDER, {"state": "a"}, {"state": "b"}, {STATE: ("state",)}),
        (ORDER, {"description": "a"}, {"description": "b"}, {VALUE: ("description",)}),
        (ORDER, {"description": "a"}, {}, {VALUE: ("description",)}),
        (ORDER, {}, {"note": []}, {VALUE: ("note",)}),
        (ORDER, {"state": "a"}, {"state": "b", "x": 1}, {STATE: ("state",), VALUE: ("x",)}),
        (ORDER, {"x": {"a": 1, "b": [2]}}, {"x": {"b": [2.0], "a": 1}}, {}),
        (ORDER, {"x": 1}, {"x": True}, {VALUE: ("x",)}),
        (ORDER_V4, {"state": "a", "x": 1}, {"state": "b"}, {STATE: None, VALUE: None}),
        ("TMF642-v5/alarm", {}, {"ackState": "acknowledged"}, {VALUE: ("ackState",)}),
        ("TMF642-v5/alarm", {"alarmChangedTime": "a"}, {"alarmChangedTime": "b"}, {}),
        ("TMF639-v5/resource", {}, {"usageState": "idle"}, {STATE: ("usageState",)}),
        ("TMF639-v4/resource", {}, {"usageState": "idle"}, {STATE: None}),
        ("TMF678-v5/customerBill", {"state": "new"}, {"state": "sent"}, {STATE: ("state",)}),
        ("TMF678-v4/customerBill", {"state": "new"}, {"state": "sent"}, {STATE: None}),
        ("TMF678-v5/customerBill", {}, {"billCycle": {}}, {}),
    ],
)
def test_a_change_of_state_and_one_of_something_else(
    name: str, before: Json, after: Json, kinds: Json
) -> None:
    assert told(name, before, after) == kinds


@pytest.mark.rule("R-1017")
def test_the_state_of_an_item_is_one_of_the_order() -> None:
    nested = ITEM | {"id": "3"}
    before = {"productOrderItem": [ITEM, ITEM | {"id": "2", "productOrderItem": [nested]}]}
    moved = {"productOrderItem": [ITEM | {"state": "held"}, before["productOrderItem"][1]]}
    inner = {"productOrderItem": [ITEM, ITEM | {"id": "2", "productOrderItem": []}]}
    items = ("productOrderItem",)
    assert told(ORDER, before, moved) == {STATE: (*items, "itemStateChange")}
    assert told(ORDER_V4, before, moved) == {STATE: None}
    assert told(ORDER, before, inner) == {STATE: items, VALUE: items}
    assert told(ORDER, before, {"productOrderItem": [ITEM]}) == {STATE: items, VALUE: items}
    turned = {"productOrderItem": before["productOrderItem"][::-1]}
    assert told(ORDER, before, turned) == {VALUE: items}
    quantity = {"productOrderItem": [ITEM | {"quantity": 2}, before["productOrderItem"][1]]}
    assert told(ORDER, before, quantity) == {VALUE: items}


@pytest.mark.rule("R-1016")
def test_items_that_moved_are_told_with_their_new_state() -> None:
    nested = {"id": "3", "state": "held"}
    before = {
        "state": "held",
        "productOrderItem": [ITEM, {"id": "2", "productOrderItem": [nested]}],
    }
    after = {
        "state": "inProgress",
        "productOrderItem": [
            ITEM | {"state": "inProgress"},
            {"id": "2", "productOrderItem": [nested | {"state": "completed"}]},
            {"id": "4", "state": "acknowledged"},
        ],
    }
    events, rules = facts(ORDER)
    state, value = changed(events, rules, before, after)
    moves = [("1", "inProgress"), ("3", "completed"), ("4", "acknowledged")]
    assert state.beside == {"itemStateChange": [{"itemId": i, "state": s} for i, s in moves]}
    assert value.beside == {}
    (state, *_) = changed(events, rules, before, before | {"state": "inProgress"})
    assert (state.beside, state.shown[-1:]) == ({}, ("state",))
    mine = {"itemStateChange": "what a client calls so"}
    assert all(not h.beside for h in changed(events, rules, before | mine, after | mine))


@pytest.mark.rule("R-1018")
def test_an_order_that_waits_asks_for_information() -> None:
    for name in (ORDER, ORDER_V4, "TMF641-v4/serviceOrder", "TMF641-v5/serviceOrder"):
        assert set(told(name, {"state": "inProgress"}, {"state": "pending"})) == {
            STATE, "InformationRequired"
        }  # fmt: skip
        assert set(told(name, {"state": "pending"}, {"state": "pending", "note": []})) == {VALUE}
        objects = ("relatedParty", "billingAccount", "agreement", "payment")
        dates = ("requestedStartDate", "requestedCompletionDate")
        asked = {name: [{"id": "1"}] for name in objects} | dict.fromkeys(dates, "2026-01-01")
        whole = {"state": "pending", **asked}
        assert set(told(name, {**asked, "state": "inProgress"}, whole)) == {STATE}


@pytest.mark.rule("R-1019")
@pytest.mark.parametrize(
    ("name", "attribute", "kind"),
    [
        (ORDER, "productOrderMilestone", "Milestone"),
        (ORDER, "productOrderJeopardyAlert", "JeopardyAlert"),
        (ORDER, "productOrderErrorMessage", "ErrorMessage"),
        ("TMF641-v4/serviceOrder", "milestone", "Milestone"),
        ("TMF641-v5/serviceOrder", "jeopardyAlert", "Jeopardy"),
    ],
)
def test_new_elements_are_told_of(name: str, attribute: str, kind: str) -> None:
    one, two = {"id": "1"}, {"id": "2"}
    assert set(told(name, {}, {attribute: [one]})) == {VALUE, kind}
    assert set(told(name, {attribute: [one]}, {attribute: [one, two]})) == {VALUE, kind}
    assert set(told(name, {attribute: [one, two]}, {attribute: [two]})) == {VALUE}


@pytest.mark.rule("R-1019")
def test_the_operating_status_has_an_event_of_its_own_where_the_file_has_it() -> None:
    before, after = {"operatingStatus": "starting"}, {"operatingStatus": "running"}
    assert set(told("TMF638-v5/service", before, after)) == {VALUE, "OperatingStatusChange"}
    assert set(told("TMF638-v4/service", before, after)) == {VALUE}


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [(1, 1.0, True), (1, True, False), ([0], [False], False), ({"a": None}, {}, False),
     ({"a": 1}, {"b": 1}, False), ([1, 2], [1], False), ("a", "a", True), (None, None, True)],
)  # fmt: skip
def test_json_values_are_the_same(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal
