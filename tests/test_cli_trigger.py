"""`tmf-apis trigger`: any event of any API, for whoever tries a listener."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.handlers.facts import APIS, Json
from tests.handlers.notifications.listening import Listener, listening, status
from tests.handlers.serving import running
from tmf_apis.catalog import Catalog, choose
from tmf_apis.cli import main
from tmf_apis.cli.trigger import notice_of
from tmf_apis.schema.validator import Validator
from tmf_apis.settings import Settings
from tmf_apis.spec.attributes import attributes_of
from tmf_apis.spec.events import named_after
from tmf_apis.spec.model import ApiSpec
from tmf_apis.tmf630.masking import masked
from tmf_apis.tmf630.query import ALWAYS
from tmf_apis.tmf630.subscriptions import Interest

CATALOG = Catalog(tuple(APIS))
#: What the two files without listener paths raise all the same (D17).
UNWRITTEN = {"customerBill": ("Create", "StateChange")}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("TMF_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as running:
        yield running


def trigger(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["trigger", *arguments])


@pytest.mark.parametrize("api", APIS, ids=lambda api: f"{api.number}-{api.major}")
def test_every_event_there_is_can_be_made_and_is_valid_by_its_schema(api: ApiSpec) -> None:
    for name, (_, event) in named_after(api, UNWRITTEN).items():
        notice = notice_of(CATALOG, Settings(), api, name)
        sent: Json = json.loads(notice.sent(Interest(ALWAYS)))
        assert sent["eventType"] == name
        told = sent["event"][event.member]
        assert told["href"].startswith(f"http://127.0.0.1:8080{api.base_path}/")
        if event.typed:
            assert sent["@type"] == name
        schema = api.listeners.get(name[:1].lower() + name[1:])
        if schema:
            validator = Validator(schema, api.schemas, attributes_of(schema, api.schemas))
            assert validator.fault(sent) is None, name
        assert event.kind != "StateChange" or notice.shown is None or len(notice.shown) > 3, name


def test_a_callback_gets_what_a_listener_of_the_api_would(listener: Listener) -> None:
    callback = listener.callback()
    done = trigger("productOrderStateChangeEvent", "--api", "tmf622", "--version", "V5",
                   "--callback", callback, "--json")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == [{"callback": masked(callback), "outcome": "taken"}]
    [got] = listener.at(callback)
    assert got.event["eventType"] == "ProductOrderStateChangeEvent"
    order = got.resource
    assert set(order) == {"id", "href", "@type", "state", "productOrderItem", "itemStateChange"}
    assert [move["itemId"] for move in order["itemStateChange"]] == [
        item["id"] for item in order["productOrderItem"]
    ]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("ProductOrderInformationRequiredEvent", {"informationRequired"}),
        ("ProductOrderJeopardyAlertEvent", {"productOrderJeopardyAlert"}),
        ("ProductOrderMilestoneEvent", {"productOrderMilestone"}),
        ("ProductOrderErrorMessageEvent", {"productOrderErrorMessage"}),
        ("ProductOrderDeleteEvent", {"id"}),
    ],
)
def test_an_event_holds_what_it_is_about(event: str, told: set[str], listener: Listener) -> None:
    callback = listener.callback()
    wanted = ("--api", "TMF622", "--version", "v5", "--callback", callback)
    assert trigger(event, *wanted).exit_code == 0
    [got] = listener.at(callback)
    assert told <= set(got.resource) | set(got.event["event"])
    assert "description" not in got.resource


def test_an_event_that_is_none_is_told_with_those_there_are() -> None:
    done = trigger("ServiceStateChangedEvent", "--api", "TMF638", "--version", "v4")
    assert done.exit_code == 2
    assert done.stderr == (
        "TMF638 v4 has no event ServiceStateChangedEvent. Did you mean ServiceStateChangeEvent?"
        " There are: ServiceAttributeValueChangeEvent, ServiceCreateEvent, ServiceDeleteEvent,"
        " ServiceStateChangeEvent.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--api", "TMF999", "--version", "v4"), "No TMF999 in v4 is served; "),
        (("--api", "TMF638", "--version", "v4", "--callback", "ftp://x/"), "callback: an abs"),
        (("--api", "TMF638", "--version", "v4"), "TMF_STORE: sqlite:///"),
    ],
)
def test_what_cannot_be_done_is_one_line(arguments: tuple[str, ...], fault: str) -> None:
    done = trigger("ServiceCreateEvent", *arguments)
    assert done.exit_code == 2
    assert fault in done.stderr
    assert done.stderr.count("\n") == 1


def test_those_who_are_registered_get_what_they_ask_for(listener: Listener, tmp_path: Path) -> None:
    takes, refuses, other = (
        listener.callback(),
        listener.callback(status(500)),
        listener.callback(),
    )
    queries = {
        takes: "eventType=AlarmCreateEvent&fields=event.alarm.id",
        refuses: "",
        other: "eventType=AlarmDeleteEvent",
    }
    with running(tmp_path, choose(()), development=True, kind="sqlite") as server:
        hub = "/tmf-api/alarmManagement/v5/hub"
        for callback, query in queries.items():
            body = {"@type": "Hub", "callback": callback, "query": query}
            assert server.client.post(hub, json=body).status_code == 201
        wanted = ("AlarmCreateEvent", "--api", "TMF642", "--version", "v5")
        done = trigger(*wanted, "--store", server.settings.store, "--development", "--json")
        assert done.exit_code == 1
        outcomes = {one["callback"]: one["outcome"] for one in json.loads(done.stdout)}
        assert outcomes == {masked(takes): "taken", masked(refuses): "answered 500"}
        assert set(listener.at(takes)[0].resource) == {"id", "href", "@type"}
        # Nothing was stored, and nothing is tried twice.
        assert server.client.get("/tmf-api/alarmManagement/v5/alarm").json() == []
        assert [len(listener.at(callback)) for callback in queries] == [1, 1, 0]
        closed = trigger(*wanted, "--store", server.settings.store, "--json")
        assert {one["outcome"] for one in json.loads(closed.stdout)} == {
            "127.0.0.1 has an address that this server does not post to"
        }


def test_nobody_who_asks_for_it_is_told(tmp_path: Path) -> None:
    with running(tmp_path, choose(()), kind="sqlite") as server:
        done = trigger("AlarmCreateEvent", "--api", "TMF642", "--version", "v4",
                       "--store", server.settings.store)  # fmt: skip
    assert done.exit_code == 1
    assert "Nobody who is registered at /tmf-api/alarm/v4/hub asks for it" in done.stderr


def test_an_event_of_a_file_that_somebody_gives_is_made_from_it(
    listener: Listener, tmp_path: Path
) -> None:
    [ours] = [api for api in APIS if (api.number, api.major) == ("TMF638", "v5")]
    text = ours.source.read_text().replace("TMF638", "TMF938").replace("service", "widget")
    file = tmp_path / "given.json"
    file.write_text(text.replace("Service", "Widget"))
    callback = listener.callback()
    done = trigger("WidgetCreateEvent", "--api", "TMF938", "--version", "v5",
                   "--callback", callback, "--spec", str(file))  # fmt: skip
    assert done.exit_code == 0, done.output
    widget = listener.at(callback)[0].resource
    assert widget["@type"] == "Widget"
    assert widget["state"]
