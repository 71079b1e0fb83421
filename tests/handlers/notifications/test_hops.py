"""A hub that points at a server of ours does not loop."""

import time

import httpx
import pytest

from handlers.hops import MOST
from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.facts import case
from tests.handlers.notifications.listening import PATIENCE, Listener
from tests.handlers.serving import Server

#: A resource that takes any event for one of its own.
RESOURCE = case("TMF639-v5/resource")


def total(server: Server) -> int:
    answer = server.client.get(RESOURCE.path, params={"limit": 0})
    return int(answer.headers["x-total-count"])


def test_what_went_round_too_often_is_refused(start: Start) -> None:
    server = start(development=True, delivery_timeout=3)
    body = {"@type": "Hub", "callback": server.url + RESOURCE.path}
    hub = f"{RESOURCE.api.base_path}/hub"
    made = server.client.post(hub, json=body).json()
    before = total(server)
    server.make(RESOURCE)
    until = time.monotonic() + PATIENCE
    while total(server) < before + 1 + MOST:
        assert time.monotonic() < until
        time.sleep(0.1)
    time.sleep(1)
    assert total(server) == before + 1 + MOST
    shown = server.client.get(f"{hub}/{made['id']}")
    assert shown.status_code == 200
    assert server.client.delete(f"{hub}/{made['id']}").status_code == 204


def test_a_delivery_says_how_many_led_to_it(notifying: Server, listener: Listener) -> None:
    callback = listener.callback()
    hub = f"{RESOURCE.api.base_path}/hub"
    notifying.client.post(hub, json={"@type": "Hub", "callback": callback})
    for told, wanted in ((None, "1"), ("0", "1"), ("3", "4"), (str(MOST), str(MOST + 1))):
        headers = {} if told is None else {"Tmf-Hops": told}
        body = RESOURCE.create_body()
        made = notifying.client.post(RESOURCE.path, json=body, headers=headers)
        assert made.status_code == 201
        [one] = listener.wait(callback, 1, about=made.json()["id"])
        assert one.headers["tmf-hops"] == wanted


def test_changes_and_removals_count_as_well(notifying: Server, listener: Listener) -> None:
    callback = listener.callback()
    hub = f"{RESOURCE.api.base_path}/hub"
    notifying.client.post(hub, json={"@type": "Hub", "callback": callback})
    made = notifying.make(RESOURCE)
    url, headers = RESOURCE.item(made["id"]), {"Tmf-Hops": "2"}
    notifying.client.patch(url, json={"description": "another"}, headers=headers)
    notifying.client.delete(url, headers=headers)
    got = listener.wait(callback, 3, about=made["id"])
    assert [one.headers["tmf-hops"] for one in got] == ["1", "3", "3"]


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_too_many_are_a_loop(method: str, client: httpx.Client) -> None:
    headers = {"Tmf-Hops": str(MOST + 1)}
    answer = client.request(method, RESOURCE.path, headers=headers, json={})
    refused(answer, 508, "93", "went round")


@pytest.mark.parametrize("told", ["-1", "x", "1.0", "", "1,2", "9" * 12])
def test_what_is_no_number_of_hops_is_refused(told: str, client: httpx.Client) -> None:
    refused(client.get(RESOURCE.path, headers={"Tmf-Hops": told}), 400, "36", "Tmf-Hops")
