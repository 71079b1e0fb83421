"""Delivery to listeners that behave well and badly (R-1009..R-1011, D18)."""

import asyncio
import hmac
import time
from pathlib import Path
from uuid import uuid4

import pytest

from handlers.app import registries_of
from handlers.notifications import administration, dead
from handlers.notifications.administration import Replayed, Row
from handlers.notifications.courier import LEAST_ATTEMPTS
from handlers.notifications.dead import Letter
from persistence.store import Store
from tests.handlers.asking import refused
from tests.handlers.conftest import Start
from tests.handlers.facts import Json, case
from tests.handlers.notifications.listening import (
    PATIENCE,
    Answer,
    Listener,
    close,
    drip,
    endless,
    hang,
    slow,
    status,
)
from tests.handlers.serving import Server, running, store_of
from tmf_apis.catalog import Catalog

ORDER = case("TMF622-v5/productOrder")
HUB = f"{ORDER.api.base_path}/hub"


def register(server: Server, callback: str, query: str = "") -> str:
    answer = server.client.post(HUB, json={"@type": "Hub", "callback": callback, "query": query})
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["id"]
    return id


def patch(server: Server, id: str, **changes: object) -> None:
    answer = server.client.patch(ORDER.item(id), json={"@type": "ProductOrder", **changes})
    assert answer.status_code == 200, answer.text


async def _with_store(server: Server, work):  # type: ignore[no-untyped-def]
    store: Store = store_of(server.settings.store)
    await store.open(server.collections)
    try:
        return await work(store, registries_of(server.catalog, store, server.settings))
    finally:
        await store.close()


def row(server: Server, id: str) -> Row:
    rows: list[Row] = asyncio.run(_with_store(server, administration.overview))
    return next(each for each in rows if each.id == id)


def letters(server: Server, id: str) -> list[Letter]:
    found: list[Letter] = asyncio.run(
        _with_store(server, lambda s, _: dead.letters(s, dead.to(id)))
    )
    return found


def eventually(holds) -> None:  # type: ignore[no-untyped-def]
    """Return when something holds; fails when it does not come to."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.rule("R-1007", "R-1008", "R-1016")
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["Create", "AttributeValueChange", "StateChange"]),
        ("eventType=ProductOrderStateChangeEvent", ["StateChange"]),
        ("eventType=ProductOrderCreateEvent,ProductOrderStateChangeEvent",
         ["Create", "StateChange"]),
        ("event.productOrder.priority=1", ["AttributeValueChange", "StateChange"]),
        ("event.productOrder.priority=1&event.productOrder.state=held", []),
        ("$[?(@.eventType=='ProductOrderCreateEvent')]", ["Create"]),
        ("filter=$[?(@.event.productOrder.priority=='1')]&eventType.regex=StateChange",
         ["StateChange"]),
        ("event.productOrder.completionDate", []),
        ("event.productOrder.requestedStartDate=2030-01-01T01:00:00%2B01:00",
         ["Create", "AttributeValueChange", "StateChange"]),
        ("event.productOrder.requestedStartDate.gt=2029-12-31T23:59:59Z",
         ["Create", "AttributeValueChange", "StateChange"]),
        ("event.productOrder.requestedStartDate.lt=2030-01-01T01:30:00%2B02:00", []),
        ("$[?(@.event.productOrder.requestedStartDate=='2030-01-01T01:00:00+01:00')]",
         ["Create", "AttributeValueChange", "StateChange"]),
    ],
)  # fmt: skip
def test_queries_choose_events(
    query: str, wanted: list[str], notifying: Server, listener: Listener
) -> None:
    """They see the whole resource, also where only a part of it is sent (D17)."""
    callback, fence = listener.callback(), listener.callback()
    register(notifying, callback, query)
    register(notifying, fence)
    made = notifying.make(ORDER, requestedStartDate="2030-01-01T00:00:00Z")
    patch(notifying, made["id"], priority="1")
    patch(notifying, made["id"], state="inProgress")
    listener.wait(fence, 3, about=made["id"])
    listener.wait(callback, len(wanted))
    time.sleep(0.1)
    got = [one.event["eventType"] for one in listener.at(callback)]
    assert got == [f"ProductOrder{kind}Event" for kind in wanted]


@pytest.mark.rule("R-1007")
def test_fields_narrow_what_is_sent(notifying: Server, listener: Listener) -> None:
    callback = listener.callback()
    register(notifying, callback, "fields=event.productOrder.description,domain")
    made = notifying.make(ORDER, description="only this")
    [one] = listener.wait(callback, 1)
    assert set(one.event) == {"eventId", "eventTime", "eventType", "@type", "event"}
    assert one.resource == {
        "id": made["id"], "href": made["href"], "@type": "ProductOrder",
        "description": "only this",
    }  # fmt: skip


@pytest.mark.rule("R-1010")
@pytest.mark.parametrize("code", [200, 201, 202, 204])
def test_any_success_will_do(code: int, notifying: Server, listener: Listener) -> None:
    callback = listener.callback(status(code))
    id = register(notifying, callback)
    notifying.make(ORDER)
    listener.wait(callback, 1)
    time.sleep(0.3)
    assert len(listener.at(callback)) == 1
    assert letters(notifying, id) == []


@pytest.mark.rule("R-1011")
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (status(500), "answered 500"),
        (status(404), "answered 404"),
        (status(302, Location="http://127.0.0.1:1/"), "answered 302"),
        (hang, "did not answer within 1 s"),
        (drip, "did not answer within 1 s"),
        (close, "closed before the answer ended"),
    ],
    ids=["500", "404", "redirect", "hangs", "drips", "closes"],
)
def test_a_bad_listener_is_retried_then_buried_and_nobody_waits_for_it(
    answer: Answer, error: str, notifying: Server, listener: Listener
) -> None:
    bad, good = listener.callback(answer), listener.callback()
    id = register(notifying, bad)
    register(notifying, good)
    made = notifying.make(ORDER)
    listener.wait(good, 1, about=made["id"])
    tries = listener.wait(bad, 3)
    assert len({one.event["eventId"] for one in tries}) == 1
    eventually(lambda: letters(notifying, id))
    [letter] = letters(notifying, id)
    assert error in letter.about["error"]
    assert (letter.about["attempts"], letter.about["resource"]) == (3, made["id"])
    assert error in row(notifying, id).error
    assert row(notifying, id).state == "failing"
    notifying.client.delete(f"{HUB}/{id}")


def test_an_endless_answer_is_cut_off(notifying: Server, listener: Listener) -> None:
    callback = listener.callback(endless)
    id = register(notifying, callback)
    notifying.make(ORDER)
    listener.wait(callback, 1)
    time.sleep(0.3)
    assert len(listener.at(callback)) == 1
    assert row(notifying, id).state == "active"


def test_a_dead_letter_is_replayed_or_purged(notifying: Server, listener: Listener) -> None:
    callback = listener.callback(status(500))
    name = callback.rpartition("/")[2]
    id = register(notifying, callback)
    made = notifying.make(ORDER)
    notifying.make(ORDER)
    eventually(lambda: len(letters(notifying, id)) == 2)
    listener.answers[name] = status(201)
    before = len(listener.at(callback))
    replay = asyncio.run(_with_store(notifying, lambda s, r: administration.replay(s, r, id)))
    assert replay == Replayed(letters=2)
    listener.wait(callback, before + 2)
    eventually(lambda: not letters(notifying, id))
    assert made["id"] in {one.resource["id"] for one in listener.at(callback)[before:]}
    listener.answers[name] = status(500)
    notifying.make(ORDER)
    eventually(lambda: letters(notifying, id))
    assert asyncio.run(_with_store(notifying, lambda s, r: administration.purge(s, r, id))) == 1
    assert letters(notifying, id) == []
    notifying.client.delete(f"{HUB}/{id}")


def test_a_listener_that_takes_nothing_is_told_of_in_the_log_and_at_its_hub(
    notifying: Server, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    callback = listener.callback(status(503))
    name = callback.rpartition("/")[2]
    id = register(notifying, callback)
    url = f"{HUB}/{id}"
    assert notifying.client.get(url).json().keys() & {"failingSince", "lastError"} == set()
    made = notifying.make(ORDER)
    eventually(lambda: "failingSince" in notifying.client.get(url).json())
    shown = notifying.client.get(url).json()
    assert (shown["callback"], shown["lastError"]) == (callback, "answered 503")
    assert shown["failingSince"].endswith("Z") and "pausedSince" not in shown
    listener.wait(callback, 3, made["id"])
    told = [one.getMessage() for one in caplog.records if id in one.getMessage()]
    assert told == [f"127.0.0.1 takes no events: answered 503 (hub {id})"]
    assert name not in caplog.text
    listener.answers[name] = status(201)
    notifying.make(ORDER)
    eventually(lambda: "failingSince" not in notifying.client.get(url).json())
    assert "lastError" not in notifying.client.get(url).json()
    notifying.client.delete(url)


def test_failure_without_end_pauses_visibly_and_resuming_goes_on(
    start: Start, listener: Listener
) -> None:
    server = start(development=True, delivery_timeout=1, pause_after=1)
    hub = case("TMF629-v5/customer").api.base_path + "/hub"
    callback = listener.callback(status(503))
    answer = server.client.post(hub, json={"@type": "Hub", "callback": callback})
    id = answer.json()["id"]
    made = server.make(case("TMF629-v5/customer"))
    eventually(lambda: row(server, id).state == "paused")
    shown = server.client.get(f"{hub}/{id}").json()
    assert shown["lastError"] == "answered 503"
    assert shown["pausedSince"].endswith("Z")
    listener.answers[callback.rpartition("/")[2]] = status(201)
    before = len(listener.at(callback))
    asyncio.run(_with_store(server, lambda s, r: administration.resume(s, r, id)))
    after = listener.wait(callback, before + 1)
    assert after[-1].resource["id"] == made["id"]
    eventually(lambda: row(server, id).state == "active")
    assert "pausedSince" not in server.client.get(f"{hub}/{id}").json()
    asyncio.run(_with_store(server, lambda s, r: administration.pause(s, r, id)))
    assert row(server, id).state == "paused"


def test_deliveries_are_signed_and_carry_the_token_of_the_listener(
    start: Start, listener: Listener, tmp_path: Path
) -> None:
    tokens = listener.callback()
    secret_of = tmp_path / "access.yaml"
    listener.answers[tokens.rpartition("/")[2]] = status(404)
    bearer = listener.callback()
    secret_of.write_text(f"- callback: {bearer}\n  bearer: open sesame\n")
    server = start(
        development=True, delivery_timeout=1, retry_for=0,
        callback_secret="shared", callback_access=secret_of,
    )  # fmt: skip
    register(server, bearer)
    server.make(ORDER)
    [one] = listener.wait(bearer, 1)
    assert one.headers["authorization"] == "Bearer open sesame"
    digest = hmac.new(b"shared", one.body, "sha256").hexdigest()
    assert one.headers["x-hub-signature-256"] == f"sha256={digest}"


def test_a_removed_subscription_gets_nothing_more_once_that_is_answered(
    tmp_path: Path, listener: Listener
) -> None:
    """Whichever of two servers is asked, and however much is under way."""
    catalog = Catalog((ORDER.api,))
    settings = {"development": True, "delivery_at_once": 4}
    with (
        running(tmp_path, catalog, **settings) as one,
        running(tmp_path, catalog, **settings) as two,
    ):
        for asked in (one, two, one, two):
            callback = listener.callback(slow)
            id = register(one, callback)
            one.make_some(ORDER, 20)
            listener.wait(callback, 2)
            assert asked.client.delete(f"{HUB}/{id}").status_code == 204
            heard = len(listener.at(callback))
            time.sleep(0.4)
            assert len(listener.at(callback)) == heard < 20
            refused(one.client.delete(f"{HUB}/{id}"), 404, "60")


def test_a_removed_subscription_leaves_no_letters(notifying: Server, listener: Listener) -> None:
    callback = listener.callback(status(500))
    id = register(notifying, callback)
    notifying.make(ORDER)
    eventually(lambda: letters(notifying, id))
    assert notifying.client.delete(f"{HUB}/{id}").status_code == 204
    assert letters(notifying, id) == []


def test_events_are_tried_until_they_are_old(start: Start, listener: Listener) -> None:
    server = start(development=True, delivery_timeout=1, retry_for=2)
    callback = listener.callback(status(500))
    id = register(server, callback)
    began = time.monotonic()
    server.make(ORDER)
    listener.wait(callback, LEAST_ATTEMPTS)
    eventually(lambda: letters(server, id))
    assert time.monotonic() - began > 2
    assert letters(server, id)[0].about["attempts"] >= LEAST_ATTEMPTS
    server.client.delete(f"{HUB}/{id}")


def test_where_nothing_gets_through_what_is_old_goes_without_attempts_of_its_own(
    start: Start, listener: Listener
) -> None:
    server = start(development=True, delivery_timeout=1, delivery_at_once=1, retry_for=0)
    callback = listener.callback(status(500))
    id = register(server, callback)
    server.make_some(ORDER, 20)
    eventually(lambda: len(letters(server, id)) == 20)
    assert len(listener.at(callback)) < 20
    assert {letter.about["error"] for letter in letters(server, id)} == {"answered 500"}
    server.client.delete(f"{HUB}/{id}")


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "2130706433", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
     "10.0.0.1", "192.168.0.1", "169.254.169.254", "[fe80::1]", "0.0.0.0"],
)  # fmt: skip
def test_forbidden_callbacks_are_refused_at_registration(host: str, server: Server) -> None:
    body: Json = {"@type": "Hub", "callback": f"http://{host}:{9}/{uuid4()}"}
    refused(server.client.post(HUB, json=body), 400, "37")
