"""What events tell of where an entity version is: as at the moment of the change (D6, D28)."""

from pathlib import Path
from uuid import uuid4

import orjson
import pytest
from click.testing import CliRunner

from tests.handlers.facts import case
from tests.handlers.notifications.listening import Listener
from tests.handlers.serving import Server
from tmf_apis.cli import main

OFFERING = case("TMF620-v5/productOffering")

pytestmark = pytest.mark.rule("R-103", "R-1303")


def told(notifying: Server, listener: Listener, callback: str, id: str, count: int) -> list[str]:
    """The kind of each event, and where it says the resource is, without the path before."""
    base = f"{notifying.url}{OFFERING.path}/{id}"
    return [
        f"{one.event['eventType'].removeprefix('ProductOffering').removesuffix('Event')}"
        f" {one.resource['href'].removeprefix(base)}"
        for one in listener.wait(callback, count, about=id)
    ]


def subscribed(notifying: Server, listener: Listener) -> str:
    callback = listener.callback()
    body = {"@type": "Hub", "callback": callback}
    hub = f"{OFFERING.api.base_path}/hub"
    assert notifying.client.post(hub, json=body).status_code == 201
    return callback


def test_events_tell_where_a_version_was(notifying: Server, listener: Listener) -> None:
    callback, client = subscribed(notifying, listener), notifying.client
    id = str(uuid4())
    url = OFFERING.item(id)
    for version in ("1.0", "2.0", "0.5"):
        notifying.make(OFFERING, id=id, version=version)
    client.patch(f"{url}?version=1.0", json={"description": "older"})
    client.patch(url, json={"description": "latest"})
    client.patch(url, json={"version": "0.1"})
    client.delete(f"{url}?version=1.0")
    client.delete(url)
    assert told(notifying, listener, callback, id, 9) == [
        "Create ",
        "Create ",
        "Create ?version=0.5",
        "AttributeValueChange ?version=1.0",
        "AttributeValueChange ",
        "AttributeValueChange ?version=0.1",
        "Delete ",
        "Delete ",
        "Delete ?version=0.1",
    ]


def test_events_of_loaded_versions(notifying: Server, listener: Listener, tmp_path: Path) -> None:
    """All of a file appear at once, whatever their order in it."""
    callback, id, file = subscribed(notifying, listener), str(uuid4()), tmp_path / "file.json"
    notifying.make(OFFERING, id=id, version="1.5")
    sample = OFFERING.sample() | {"id": id}
    file.write_bytes(orjson.dumps([sample | {"version": version} for version in ("2.0", "1.0")]))
    wanted = ("load", "--api", "TMF620", "--version", "v5", "--resource", "productOffering")
    store = ("--store", notifying.settings.store, "--base-url", notifying.url)
    done = CliRunner().invoke(main, [*wanted, *store, "--events", str(file)])
    assert done.exit_code == 0, done.output
    assert told(notifying, listener, callback, id, 3) == [
        "Create ",
        "Create ",
        "Create ?version=1.0",
    ]
