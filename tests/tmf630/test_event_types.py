"""The kinds of event that a query names: whether there are any, and which are near (D30)."""

import pytest

from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.event_types import EventTypes, check_types, confined, never_raised
from tmf_apis.tmf630.subscriptions import interest

CREATE, STATE = "ProductOrderCreateEvent", "ProductOrderStateChangeEvent"
TYPES = EventTypes(
    raised=frozenset({CREATE, STATE, "CancelProductOrderCreateEvent"}),
    defined=frozenset({"CatalogBatchEvent"}),
)


def where(query: str):  # type: ignore[no-untyped-def]
    return interest(query, None).where


@pytest.mark.parametrize(
    "query",
    ["", f"eventType={CREATE}", f"eventType={CREATE},{STATE}", f"eventType.in={CREATE},{STATE}",
     f"eventType={CREATE};eventType={STATE}", f"eventType={CREATE};{STATE}", "eventType",
     f"$[?(@.eventType=='{CREATE}')]", f"filter=$[?(@.eventType=='{CREATE}')]&id=1",
     "eventType=CatalogBatchEvent", "eventType.regex=Nonsense", "eventType=~^Nonsense",
     f"eventType='{CREATE}'", f"eventType='{CREATE}','{STATE}'",
     "eventType.ne=Nonsense", "$[?(@.eventType!='Nonsense')]", "eventType.gt=N",
     "event.productOrder.eventType=Nonsense", "title=Nonsense"],
)  # fmt: skip
def test_takes_what_an_event_can_meet(query: str) -> None:
    check_types(where(query), TYPES)


@pytest.mark.parametrize(
    ("query", "wrong", "near"),
    [
        ("eventType=ProductOrderCreatedEvent", "ProductOrderCreatedEvent", CREATE),
        ("eventType=productOrderCreateEvent", "productOrderCreateEvent", CREATE),
        ("eventType='productOrderCreateEvent'", "productOrderCreateEvent", CREATE),
        ("eventType=PRODUCTORDERCREATEEVENT", "PRODUCTORDERCREATEEVENT", CREATE),
        ("eventType=ProductOrderStateChangeNotification", "ProductOrderStateChangeNotification",
         STATE),
        ("eventType=ProductOrderCreationNotification", "ProductOrderCreationNotification", CREATE),
        ("eventType=ProductOrderStateChange", "ProductOrderStateChange", STATE),
        (f"eventType={CREATE},ProductOrdrStateChangeEvent", "ProductOrdrStateChangeEvent", STATE),
        (f"eventType.in={CREATE},ProductOrdrStateChangeEvent", "ProductOrdrStateChangeEvent",
         STATE),
        (f"eventType={CREATE};eventType=ProductOrderStateChanged", "ProductOrderStateChanged",
         STATE),
        ("eventType.eq=productOrderCreateEvent", "productOrderCreateEvent", CREATE),
        ("$[?(@.eventType=='productOrderCreateEvent')]", "productOrderCreateEvent", CREATE),
        ("event.productOrder.id=1&filter=$[?(@.eventType=='productOrderCreateEvent')]",
         "productOrderCreateEvent", CREATE),
    ],
)  # fmt: skip
def test_refuses_a_kind_that_is_none_and_names_the_nearest(
    query: str, wrong: str, near: str
) -> None:
    with pytest.raises(TmfError, match=f"^query: eventType {wrong} is none .* nearest .*: {near}"):
        check_types(where(query), TYPES)


def test_a_kind_that_is_near_to_none_is_told_of_all() -> None:
    with pytest.raises(TmfError) as refusal:
        check_types(where("eventType=X"), TYPES)
    assert refusal.value.message.endswith(": " + ", ".join(sorted(TYPES.raised)) + ".")


def test_an_api_that_defines_no_events_is_asked_for_any() -> None:
    check_types(where("eventType=X"), EventTypes(frozenset(), frozenset()))


def test_what_is_defined_but_never_raised_is_known() -> None:
    assert never_raised(where(f"eventType=CatalogBatchEvent,{CREATE}"), TYPES) == [
        "CatalogBatchEvent"
    ]
    assert never_raised(where("eventType.ne=CatalogBatchEvent"), TYPES) == []


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("", None),
        ("event.productOrder.state=held", None),
        ("eventType.ne=A", None),
        ("eventType.regex=A", None),
        ("eventType=A,B", {"A", "B"}),
        ("eventType=A&event.productOrder.state=held", {"A"}),
        ("eventType=A;eventType=B", {"A", "B"}),
        ("eventType=A;event.productOrder.state=held", None),
        ("eventType=A,B&filter=$[?(@.eventType=='B')]", {"B"}),
    ],
)
def test_the_kinds_that_a_query_is_confined_to(query: str, kinds: set[str] | None) -> None:
    assert confined(where(query)) == kinds
