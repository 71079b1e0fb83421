import asyncio

import httpx

from conformance.listener import Inbox, Listener
from conformance.options import Options


async def delivered(*events: dict[str, str], refuses: str = "") -> tuple[Inbox, list[int]]:
    listener = Listener(Options(url=""), "http://127.0.0.1:1")
    inbox = await listener.inbox()
    inbox.refuses = refuses
    async with httpx.AsyncClient(trust_env=False) as client:
        answers = [await client.post(inbox.url, json=event) for event in events]
        elsewhere = await client.post(inbox.url + "x", json={})
    await listener.close()
    return inbox, [*(answer.status_code for answer in answers), elsewhere.status_code]


def test_what_is_delivered_is_kept_in_order() -> None:
    inbox, statuses = asyncio.run(delivered({"eventId": "1"}, {"eventId": "2"}))
    assert [event["eventId"] for event in inbox.events] == ["1", "2"]
    assert statuses == [204, 204, 404]
    assert inbox.deliveries[0].media == "application/json"


def test_the_first_delivery_of_an_event_can_be_refused() -> None:
    events = [{"eventId": "1"}, {"eventId": "2"}, {"eventId": "2"}]
    _, statuses = asyncio.run(delivered(*events, refuses='"2"'))
    assert statuses[:3] == [204, 503, 204]


def test_waiting_ends_with_patience() -> None:
    inbox = Inbox("http://127.0.0.1/x")
    assert asyncio.run(inbox.wait(0.05, lambda events: len(events) > 0)) == []
