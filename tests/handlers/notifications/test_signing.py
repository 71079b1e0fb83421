"""Deliveries are signed: by the secret of the subscription with id and time, by ours the body."""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.facts import case
from tests.handlers.notifications.listening import Listener, status
from tests.handlers.serving import Server

ROOT = Path(__file__).parents[3]
ORDER = case("TMF622-v5/productOrder")
HUB = f"{ORDER.api.base_path}/hub"
SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
IsGenuine = Callable[[str, Mapping[str, str], bytes], bool]


@pytest.fixture(scope="module")
def is_genuine() -> IsGenuine:
    """The example of the document, as a listener would copy it."""
    text = (ROOT / "docs" / "notifications.md").read_text()
    [example] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    found: dict[str, Any] = {}
    exec(example, found)
    check: IsGenuine = found["is_genuine"]
    return check


def subscribe(server: Server, callback: str, **more: str) -> dict[str, Any]:
    answer = server.client.post(HUB, json={"@type": "Hub", "callback": callback, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_listener_can_tell_who_sent_and_when(
    notifying: Server, listener: Listener, is_genuine: IsGenuine
) -> None:
    callback = listener.callback()
    made = subscribe(notifying, callback, **{"x-secret": SECRET})
    assert set(made) == {"id", "href", "callback", "@type"}
    notifying.make(ORDER)
    [one] = listener.wait(callback, 1)
    assert one.headers["webhook-id"] == one.event["eventId"]
    assert is_genuine(SECRET, one.headers, one.body)
    assert not is_genuine("whsec_" + b64encode(bytes(32)).decode(), one.headers, one.body)
    assert not is_genuine(SECRET, one.headers, one.body + b" ")
    late = str(int(one.headers["webhook-timestamp"]) - 600)
    assert not is_genuine(SECRET, {**one.headers, "webhook-timestamp": late}, one.body)
    later = str(int(one.headers["webhook-timestamp"]) + 1)
    assert not is_genuine(SECRET, {**one.headers, "webhook-timestamp": later}, one.body)
    assert abs(int(one.headers["webhook-timestamp"]) - time.time()) < 60


def test_without_a_secret_nothing_is_signed(notifying: Server, listener: Listener) -> None:
    callback = listener.callback()
    subscribe(notifying, callback)
    notifying.make(ORDER)
    [one] = listener.wait(callback, 1)
    assert not [name for name in one.headers if "webhook" in name or "signature" in name]


@pytest.mark.parametrize(
    "secret",
    ["", "secret", SECRET.removeprefix("whsec_"), "whsec_", "whsec_!", "whsec_" + "A" * 31,
     "whsec_" + b64encode(bytes(23)).decode(), "whsec_" + b64encode(bytes(65)).decode(), 5],
)  # fmt: skip
def test_what_is_no_secret_is_refused(secret: object, server: Server) -> None:
    body = {"@type": "Hub", "callback": "https://x.example/", "x-secret": secret}
    refused(server.client.post(HUB, json=body), 400, "21", "x-secret")


def test_a_secret_is_never_shown(start: Start, listener: Listener) -> None:
    server = start(development=True, delivery_timeout=1, retry_for=0)
    hub = case("TMF629-v5/customer").api.base_path + "/hub"
    body = {"@type": "Hub", "callback": listener.callback(), "x-secret": SECRET}
    made = server.client.post(hub, json=body)
    shown = server.client.get(f"{hub}/{made.json()['id']}")
    state = server.client.get("/events/state")
    for answer in (made, shown, state):
        assert SECRET not in answer.text
        assert "x-secret" not in answer.text


def test_each_attempt_has_a_signature_of_its_own(
    notifying: Server, listener: Listener, is_genuine: IsGenuine
) -> None:
    callback = listener.callback(status(500))
    subscribe(notifying, callback, **{"x-secret": SECRET})
    notifying.make(ORDER)
    tries = listener.wait(callback, 3)
    assert all(is_genuine(SECRET, one.headers, one.body) for one in tries)
    assert len({one.headers["webhook-id"] for one in tries}) == 1
