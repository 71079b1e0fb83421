"""The stream of events and the listeners of our own."""

from collections.abc import Iterator

import orjson
import pytest

from tests.handlers.asking import refused
from tests.handlers.facts import APIS, Json, case
from tests.handlers.serving import Server

STREAM = "/events/stream"
ALARM = case("TMF642-v5/alarm")


def events(lines: Iterator[str]) -> Iterator[tuple[str, Json]]:
    """The ids and events of a stream."""
    id = ""
    for line in lines:
        if line.startswith("id: "):
            id = line.removeprefix("id: ")
        elif line.startswith("data: "):
            yield id, orjson.loads(line.removeprefix("data: "))


def test_events_come_as_they_happen_and_from_where_a_client_was(notifying: Server) -> None:
    with notifying.client.stream("GET", STREAM) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream"
        found = events(answer.iter_lines())
        ids = notifying.make_some(ALARM, 3)
        # Each is told in both versions, the one it was written through first.
        first, *others = [next(found) for _ in range(6)]
    told = [event["event"]["alarm"]["id"] for _, event in (first, *others)]
    assert told == [id for id in ids for _ in range(2)]
    headers = {"Last-Event-ID": first[0]}
    with notifying.client.stream("GET", STREAM, headers=headers) as answer:
        found = events(answer.iter_lines())
        assert [next(found) for _ in range(5)] == others


def test_a_query_narrows_the_stream(notifying: Server) -> None:
    query = "event.alarm.perceivedSeverity=minor&fields=event.alarm.id"
    with notifying.client.stream("GET", f"{STREAM}?{query}") as answer:
        notifying.make(ALARM, perceivedSeverity="major")
        made = notifying.make(ALARM, perceivedSeverity="minor")
        _, event = next(events(answer.iter_lines()))
    assert event["event"]["alarm"]["id"] == made["id"]
    assert set(event["event"]["alarm"]) == {"id", "href", "@type"}


def test_what_cannot_be_streamed(notifying: Server) -> None:
    client = notifying.client
    refused(client.get(f"{STREAM}?eventType.regex=("), 400, "30")
    refused(client.get(f"{STREAM}?$[?("), 400, "31")
    refused(client.get(f"{STREAM}?eventType=AlarmCreatedEvent"), 400, "30", "AlarmCreateEvent")
    refused(client.get(STREAM, headers={"Last-Event-ID": "x"}), 400, "36")
    refused(client.post(STREAM), 405, "62")


@pytest.mark.rule("R-1009", "R-1010")
@pytest.mark.parametrize("api", [a for a in APIS if a.listeners], ids=lambda a: a.base_path)
def test_notifications_to_us_are_checked_and_kept(api, notifying: Server) -> None:  # type: ignore[no-untyped-def]
    name = next(n for n in api.listeners if n.endswith("CreateEvent"))
    path = f"{api.base_path}/listener/{name}"
    kind = name[0].upper() + name[1:]
    event: Json = {"eventId": path, "eventType": kind, "@type": kind, "event": {}}
    answer = notifying.client.post(path, json=event)
    assert answer.status_code == (204 if api.major == "v5" else 201), answer.text
    state = notifying.client.get("/events/state").json()
    assert next(one for one in state["received"] if one["path"] == path)["event"] == event
    refused(notifying.client.post(path, json={**event, "eventTime": 1}), 400, "21")
    refused(notifying.client.post(path, json=[]), 400, "20")
    refused(notifying.client.get(path), 405, "62")
    assert notifying.client.post(f"{path}X", json=event).status_code == 404
