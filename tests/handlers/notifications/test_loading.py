"""Loaded records tell listeners of themselves when that is asked for (D21)."""

from pathlib import Path

import orjson
from click.testing import CliRunner

from tests.handlers.facts import case
from tests.handlers.notifications.listening import Listener
from tests.handlers.serving import Server
from tmf_apis.cli import main

BILL = case("TMF678-v5/customerBill")


def test_loading_with_events(notifying: Server, listener: Listener, tmp_path: Path) -> None:
    callback = listener.callback()
    body = {"@type": "Hub", "callback": callback}
    assert notifying.client.post(f"{BILL.api.base_path}/hub", json=body).status_code == 201
    file = tmp_path / "bills.json"
    wanted = ("load", "--api", "TMF678", "--version", "v5", "--resource", "customerBill")
    store = ("--store", notifying.settings.store)
    for id, flags in (("bill-quiet", ()), ("bill-told", ("--events",))):
        file.write_bytes(orjson.dumps([BILL.sample() | {"id": id}]))
        done = CliRunner().invoke(main, [*wanted, *store, *flags, str(file)])
        assert done.exit_code == 0, done.output
    [one] = listener.wait(callback, 1, about="bill-told")
    assert one.event["eventType"] == "CustomerBillCreateEvent"
    assert listener.at(callback, about="bill-quiet") == []
    again = CliRunner().invoke(main, [*wanted, *store, "--events", str(file)])
    both = CliRunner().invoke(main, [*wanted, *store, "--events", "--replace", str(file)])
    assert (again.exit_code, both.exit_code) == (2, 2)
