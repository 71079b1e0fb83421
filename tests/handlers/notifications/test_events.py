"""Every resource of every API: what a listener gets of its changes, no more and no less.

R-1009..R-1017, R-1030.
"""

import time
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.handlers.facts import ALL, APIS, Case, Json, each
from tests.handlers.notifications.listening import Delivered, Listener
from tests.handlers.serving import Server
from tests.spec.test_events import KINDS
from tmf_apis.schema.validator import Validator
from tmf_apis.spec.attributes import attributes_of

#: A change of state that every lifecycle allows, in two steps, and one of something else.
_ENTITY = ("lifecycleStatus", "In design", "In test", "description")
_ORDER = ("state", "inProgress", "held", "description")
CHANGES: dict[str, tuple[str, str, str, str]] = {
    **dict.fromkeys(("catalog", "productCatalog", "category"), _ENTITY),
    **dict.fromkeys(("productOffering", "productOfferingPrice", "productSpecification"), _ENTITY),
    **dict.fromkeys(("productOrder", "serviceOrder"), _ORDER),
    "customer": ("status", "Active", "Suspended", "statusReason"),
    "service": ("state", "inactive", "active", "description"),
    "resource": ("administrativeState", "locked", "unlocked", "description"),
    "physicalResource": ("administrativeState", "locked", "unlocked", "description"),
    "logicalResource": ("administrativeState", "locked", "unlocked", "description"),
    "alarm": ("state", "updated", "cleared", "alarmEscalation"),
    "customerBill": ("state", "validated", "sent", ""),
}
OTHER: dict[str, tuple[object, object]] = {"alarm": (True, False)}
#: What a record has when it is loaded because it cannot be posted.
#: What moves with the state of a resource, and what else it brings about.
MOVED = {
    "productOrder": ["productOrderItem", "itemStateChange"],
    "serviceOrder": ["serviceOrderItem"],
}
IMPLIED = {"alarm": ["perceivedSeverity"]}
BEFORE: dict[str, Json] = {"customerBill": {"state": "new"}}
#: Seconds in which an event too many would come.
MOMENT = 0.1
STATE, VALUE = "StateChange", "AttributeValueChange"

Watch = Callable[[Case], str]


@pytest.fixture(scope="session")
def watch(notifying: Server, listener: Listener) -> Iterator[Watch]:
    """Gives the callback that gets all events of an API."""

    @cache
    def callback(base_path: str) -> str:
        url = listener.callback()
        answer = notifying.client.post(f"{base_path}/hub", json={"callback": url, "@type": "Hub"})
        assert answer.status_code == 201, answer.text
        return url

    return lambda case: callback(case.api.base_path)


@pytest.mark.rule("R-140", "R-1009", "R-1012", "R-1013", "R-1014", "R-1015", "R-1016", "R-1017",
                  "R-1030", "R-210", "L-004")  # fmt: skip
@each(lambda case: case.creatable or case.offers("PATCH"))
def test_a_listener_gets_exactly_what_happened(
    case: Case, notifying: Server, listener: Listener, watch: Watch
) -> None:
    callback = watch(case)
    made, happened = _live(case, notifying)
    raised = [
        (kind, names) for kind, names in happened if kind in KINDS.get(_collection_of(case), set())
    ]
    mine = _of(listener, callback, made["id"], len(raised))
    assert [one.event["eventType"] for one in mine] == [_name(case, kind) for kind, _ in raised]
    for one, (kind, names) in zip(mine, raised, strict=True):
        _check(case, one, kind, names, made)


def _live(case: Case, server: Server) -> tuple[Json, list[tuple[str, list[str]]]]:
    """Lead a resource through its life; what it was at first, and what happened to it."""
    happened: list[tuple[str, list[str]]] = [("Create", [])] if case.creatable else []
    made = server.make(case, **BEFORE.get(case.resource.name, {}))
    url = case.item(made["id"])
    typed = {"@type": made["@type"]} if case.resource.typed else {}

    def patch(changes: Json, expected: int = 200) -> None:
        answer = server.client.patch(url, json=typed | changes)
        assert answer.status_code == expected, answer.text

    if case.offers("PATCH"):
        state, one, two, other = CHANGES[case.resource.name]
        first, second = OTHER.get(case.resource.name, ("told once", "told again"))
        moved = [state, *MOVED.get(case.resource.name, [])]
        patch({state: one})
        happened.append((STATE, moved))
        patch({state: one})
        if other:
            patch({other: first})
            happened.append((VALUE, [other]))
            patch({other: first})
            patch({other: second, "id": "another"}, 400)
            patch({state: two, other: second})
            happened += [(STATE, moved), (VALUE, [other, *IMPLIED.get(case.resource.name, [])])]
    if case.offers("DELETE"):
        assert server.client.delete(url).status_code == 204
        happened.append(("Delete", []))
    assert server.client.post(case.path, content="{").status_code >= 400
    return made, happened


def _of(listener: Listener, callback: str, id: str, count: int) -> list[Delivered]:
    """The deliveries about a resource: those that must come, and a moment later any others."""
    listener.wait(callback, count, about=id)
    time.sleep(MOMENT)
    return listener.wait(callback, count, about=id)


def _check(case: Case, one: Delivered, kind: str, names: list[str], made: Json) -> None:
    event, resource = one.event, one.resource
    assert one.headers["content-type"] == "application/json"
    typed = case.resource.typed
    occurred = "timeOccurred" if typed else "timeOcurred"
    expected = {"eventId", "eventTime", "eventType", "event", occurred}
    assert set(event) == expected | ({"@type", "@baseType"} if typed else set())
    assert event["eventTime"] == event[occurred]
    if typed:
        assert (event["@type"], event["@baseType"]) == (event["eventType"], "Event")
    assert list(event["event"]) == [_member(case)]
    assert resource["href"].endswith(f"{case.api.base_path}/{_member(case)}/{made['id']}")
    if kind == "Create":
        assert resource | {"href": made["href"]} == made
    elif typed:
        assert set(resource) == {"id", "href", "@type", *names}
    else:
        assert set(made) <= set(resource) | set(names)
    if (schema := _schema(case, event["eventType"])) is not None:
        assert schema.fault(event) is None


@cache
def _schema(case: Case, event_type: str) -> Validator | None:
    name = case.api.listeners.get(event_type[:1].lower() + event_type[1:])
    assert name is not None or not case.api.listeners
    schemas = case.api.schemas
    return (name and Validator(name, schemas, attributes_of(name, schemas))) or None


def _member(case: Case) -> str:
    """What the payload calls the resource: for the views of a collection, what that is called."""
    views = ("physicalResource", "logicalResource")
    return "resource" if case.resource.name in views else case.resource.name


def _collection_of(case: Case) -> str:
    return f"{case.api.number}-{case.api.major}/{_member(case)}"


def _name(case: Case, kind: str) -> str:
    member = _member(case)
    return f"{member[0].upper()}{member[1:]}{kind}Event"


def test_every_event_of_the_files_is_known() -> None:
    assert {kind for kinds in KINDS.values() for kind in kinds} >= {STATE, VALUE, "Create"}
    assert len(ALL) > 40
    assert len(APIS) == 16


def _missing(asking: Json) -> list[str]:
    """The attributes that a notification asks for."""
    if "fieldPath" in asking:
        return str(asking["fieldPath"]).split(",")
    steps = asking["event"]["informationRequired"]
    steps = [steps] if isinstance(steps, dict) else steps
    assert all(step["op"] == "add" for step in steps)
    return [step["path"].removeprefix("/") for step in steps]


@pytest.mark.rule("R-1018", "R-1019")
def test_an_order_that_waits_and_one_with_a_milestone(
    notifying: Server, listener: Listener, watch: Watch
) -> None:
    for case in (c for c in ALL if c.resource.name in ("productOrder", "serviceOrder")):
        callback = watch(case)
        made = notifying.make(case)
        url = case.item(made["id"])
        typed = {"@type": made["@type"]} if case.resource.typed else {}
        begun = {**typed, "state": "inProgress", "requestedStartDate": None, "note": []}
        assert notifying.client.patch(url, json=begun).is_success
        assert notifying.client.patch(url, json={**typed, "state": "pending"}).is_success
        mine = _of(listener, callback, made["id"], 5)
        kinds = [one.event["eventType"] for one in mine]
        told = ("Create", STATE, VALUE, STATE, "InformationRequired")
        assert kinds == [_name(case, kind) for kind in told]
        schema, asking = _schema(case, kinds[-1]), mine[-1].event
        assert schema is not None
        assert schema.fault(asking) is None
        shown = notifying.client.get(url).json()
        assert _missing(asking)
        assert not set(_missing(asking)) & shown.keys()


@pytest.mark.rule("R-1016")
def test_the_items_that_moved_are_told(notifying: Server, listener: Listener, watch: Watch) -> None:
    case = next(c for c in ALL if str(c) == "TMF622-v5/productOrder")
    callback, made = watch(case), notifying.make(case)
    items = [item | {"state": "inProgress"} for item in made["productOrderItem"]]
    change = {"state": "inProgress", "productOrderItem": items}
    assert notifying.client.patch(case.item(made["id"]), json=change).is_success
    _, moved = _of(listener, callback, made["id"], 2)
    assert moved.event["eventType"] == "ProductOrderStateChangeEvent"
    assert moved.resource == {
        "id": made["id"], "href": moved.resource["href"], "@type": "ProductOrder",
        **change,
        "itemStateChange": [{"itemId": item["id"], "state": "inProgress"} for item in items],
    }  # fmt: skip
    schema = _schema(case, moved.event["eventType"])
    assert schema is not None
    assert schema.fault(moved.event) is None
