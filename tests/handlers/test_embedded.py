"""A nested collection that its parent embeds is one with it: what is done to either shows in both.

The file has the shape of TM Forum's for addresses and the addresses within them.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.handlers.asking import ids, links, refused, shown
from tests.handlers.facts import Json
from tests.handlers.notifications.listening import Listener, listening
from tests.handlers.serving import Server, running
from tests.handlers.test_added_specs import BASE, entity, operations, reference, swagger, written
from tmf_apis.catalog import choose
from tmf_apis.cli import main

pytestmark = pytest.mark.rule("R-101", "R-209")

MERGE = {"Content-Type": "application/merge-patch+json"}


def house() -> Json:
    """Houses with rooms with doors: each a list in the one before, and a collection of its own."""

    def listed(name: str) -> Json:
        return {"type": "array", "items": reference(name)}

    document = swagger()
    names = {"House": "rooms", "Room": "door", "Door": ""}
    document["paths"] = {
        "/hub": {"post": {"operationId": "hub", "responses": {"201": {"description": ""}}}},
        "/listener/houseAttributeValueChangeEvent": operations("HouseEvent", "post"),
        "/listener/roomCreateEvent": operations("HouseEvent", "post"),
        "/house": operations("House", "list", "post"),
        "/house/{id}": operations("House", "get", "patch", "delete"),
        "/house/{houseId}/room": operations("Room", "list", "post"),
        "/house/{houseId}/room/{id}": operations("Room", "get", "patch", "delete"),
        "/house/{houseId}/room/{roomId}/door": operations("Door", "list", "post"),
        "/house/{houseId}/room/{roomId}/door/{id}": operations("Door", "get", "patch", "delete"),
        "/room": operations("Room", "list"),
    }
    document["definitions"] = {"HouseEvent": entity(), "HouseEvent_Create": entity()}
    for name, below in names.items():
        schema = entity(lastUpdate="string", area="number", kind="string")
        if below:
            schema["properties"][below] = listed("Room" if name == "House" else "Door")
        document["definitions"] |= {
            name: schema,
            f"{name}_Create": {**schema, "required": ["name"]},
            f"{name}_Update": schema,
        }
    return document


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("houses")
    with running(folder, choose([written(folder, house())], own=[]), development=True) as server:
        yield server


def put(server: Server, path: str, **body: Any) -> Json:
    made: Json = shown(server.client.post(f"{BASE}{path}", json=body), 201)
    return made


def get(server: Server, path: str) -> Any:
    return shown(server.client.get(f"{BASE}{path}"))


def test_what_a_parent_embeds_is_listed_and_addressed(server: Server) -> None:
    sent = {"id": "r 1", "name": "hall", "area": 9, "href": "https://elsewhere.example/"}
    made = put(server, "/house", id="a/1", name="a", rooms=[sent, {"name": "attic"}])
    hall, attic = made["rooms"]
    assert hall == sent
    assert list(attic) == ["id", "name"]
    url = f"{server.url}{BASE}/house/a%2F1/room"
    rooms = get(server, "/house/a%2F1/room")
    assert rooms == [
        {"id": "r 1", "href": f"{url}/r%201", "name": "hall", "area": 9},
        {"id": attic["id"], "href": f"{url}/{attic['id']}", "name": "attic"},
    ]
    for room in rooms:
        assert shown(server.client.get(room["href"])) == room
    assert shown(server.client.get(f"{url}/r%201?fields=name")) == {
        "id": "r 1", "href": f"{url}/r%201", "name": "hall",
    }  # fmt: skip
    refused(server.client.get(f"{url}/none"), 404, "60", "none")
    refused(server.client.get(f"{BASE}/house/none/room"), 404, "60", "none")
    refused(server.client.post(f"{BASE}/house/none/room", json={"name": "x"}), 404, "60", "none")
    assert get(server, "/house/a%2F1") == made


def test_a_parent_without_the_list_has_no_elements(server: Server) -> None:
    put(server, "/house", id="bare", name="bare")
    answer = server.client.get(f"{BASE}/house/bare/room")
    assert (shown(answer), answer.headers["x-total-count"]) == ([], "0")


@pytest.mark.rule("R-701", "R-703", "R-708", "R-104")
def test_a_created_element_stands_in_the_parent(server: Server) -> None:
    put(server, "/house", id="b", name="b")
    answer = server.client.post(f"{BASE}/house/b/room", json={"name": "hall", "x-n": {"y": [1]}})
    made = shown(answer, 201)
    assert answer.headers["location"] == made["href"]
    assert made["href"] == f"{server.url}{BASE}/house/b/room/{made['id']}"
    assert server.client.get(made["href"]).json() == made
    [stored] = get(server, "/house/b")["rooms"]
    assert stored == {name: value for name, value in made.items() if name != "href"}
    other = put(server, "/house/b/room", name="attic", id="attic")
    assert [room["id"] for room in get(server, "/house/b")["rooms"]] == [made["id"], other["id"]]
    refused(
        server.client.post(f"{BASE}/house/b/room", json={"name": "x", "id": "attic"}), 409, "70"
    )
    refused(server.client.post(f"{BASE}/house/b/room", json={}), 400, "21", "name")
    key = {"Idempotency-Key": "k"}
    refused(server.client.post(f"{BASE}/house/b/room", json={"name": "x"}, headers=key), 400, "36")
    assert len(get(server, "/house/b/room")) == 2


@pytest.mark.rule("R-801", "R-810", "R-813", "R-815", "R-112")
def test_a_patched_or_deleted_element_changes_the_parent(server: Server) -> None:
    parent = put(
        server,
        "/house",
        id="c",
        name="c",
        rooms=[{"id": "1", "name": "x", "area": 1, "href": "h"}, {"id": "2"}],
    )
    url = f"{BASE}/house/c/room/1"
    before = server.client.get(url)
    answer = server.client.patch(url, json={"area": 2, "kind": "k"}, headers=MERGE)
    changed = shown(answer)
    assert (changed["area"], changed["kind"], changed["name"]) == (2, "k", "x")
    assert changed["href"] == f"{server.url}{url}"
    after = get(server, "/house/c")
    assert after["rooms"][0] == changed | {"href": "h"}
    assert after["rooms"][1] == {"id": "2"}
    assert after["lastUpdate"] > parent["lastUpdate"]
    assert (
        answer.headers["etag"] == server.client.get(url).headers["etag"] != before.headers["etag"]
    )
    stale = {"If-Match": before.headers["etag"], **MERGE}
    refused(server.client.patch(url, json={"area": 3}, headers=stale), 412, "74")
    refused(server.client.delete(url, headers=stale), 412, "74")
    known = {"If-None-Match": answer.headers["etag"]}
    assert server.client.get(url, headers=known).status_code == 304
    refused(server.client.patch(url, json={"id": "3"}, headers=MERGE), 400, "22")
    refused(server.client.patch(url, json={"area": "wide"}, headers=MERGE), 400, "21", "area")
    assert server.client.delete(url).status_code == 204
    refused(server.client.get(url), 404, "60")
    refused(server.client.delete(url), 404, "60")
    assert get(server, "/house/c")["rooms"] == [{"id": "2"}]
    shown(server.client.patch(f"{BASE}/house/c", json={"rooms": [{"name": "new"}]}, headers=MERGE))
    [new] = get(server, "/house/c/room")
    assert new["name"] == "new"
    assert shown(server.client.get(new["href"])) == new


def test_elements_of_one_list_have_ids_of_their_own(server: Server) -> None:
    twice = [{"id": "1"}, {"id": "2"}, {"id": "1"}]
    body = {"name": "d", "rooms": twice}
    refused(server.client.post(f"{BASE}/house", json=body), 400, "21", "/rooms/2/id")
    put(server, "/house", id="d", name="d", rooms=[{"id": "1"}])
    answer = server.client.patch(f"{BASE}/house/d", json={"rooms": twice}, headers=MERGE)
    refused(answer, 400, "21", "/rooms/2/id")
    put(server, "/house", id="e", name="e", rooms=[{"id": "1"}])
    assert get(server, "/house/d/room/1")["href"] != get(server, "/house/e/room/1")["href"]


@pytest.mark.rule("R-401", "R-506", "R-601", "R-605", "R-607", "R-609", "R-301")
def test_elements_are_filtered_sorted_and_cut(server: Server) -> None:
    given = [("b", 3), ("a", 10), ("c", 3), ("a", 2)]
    rooms = [{"id": f"{n}", "name": name, "area": area} for n, (name, area) in enumerate(given)]
    put(server, "/house", id="f", name="f", rooms=[*rooms, {"id": "bare"}])
    base = f"{BASE}/house/f/room"
    for query, found in {
        "area=3": ["0", "2"],
        "area.gt=2&name=a": ["1"],
        "name=a,b": ["0", "1", "3"],
        "name.regex=^[ab]": ["0", "1", "3"],
        "filter=$[?(@.area<3)]": ["3"],
        "sort=name,-area": ["bare", "1", "3", "0", "2"],
        "sort=-area": ["1", "0", "2", "3", "bare"],
        "name": ["0", "1", "2", "3"],
        f"href={base}/2": ["2"],
    }.items():
        answer = server.client.get(f"{base}?{query}")
        assert ids(answer) == found, query
        assert answer.headers["x-total-count"] == str(len(found))
    page = server.client.get(f"{base}?sort=name&offset=1&limit=2&fields=none")
    assert (page.status_code, ids(page)) == (206, ["1", "3"])
    assert page.headers["content-range"] == "items 2-3/5"
    assert ids(server.client.get(links(page)["next"])) == ["0", "2"]
    assert ids(server.client.get(links(page)["prev"])) == ["bare"]
    assert ids(server.client.get(f"{base}?limit=0")) == []
    assert server.client.head(base).headers["x-total-count"] == "5"
    refused(server.client.get(f"{base}?name.like=a"), 400, "30")
    refused(server.client.get(f"{base}?after=nowhere&limit=1"), 400, "33")
    after = ids(server.client.get(f"{base}?sort=name&after=MQ&limit=2"))
    assert after == ["3", "0"]


def test_what_an_element_embeds_is_served_alike(server: Server) -> None:
    put(server, "/house", id="g", name="g", rooms=[{"id": "1", "name": "hall"}])
    door = put(server, "/house/g/room/1/door", name="front")
    assert door["href"] == f"{server.url}{BASE}/house/g/room/1/door/{door['id']}"
    assert get(server, "/house/g")["rooms"][0]["door"][0]["name"] == "front"
    answer = server.client.patch(door["href"], json={"name": "back"}, headers=MERGE)
    assert shown(answer)["name"] == "back"
    assert get(server, "/house/g/room/1")["door"][0]["name"] == "back"
    assert get(server, "/house/g/room/1/door?name=back") == [answer.json()]
    refused(server.client.get(f"{BASE}/house/g/room/2/door"), 404, "60", "2")
    assert server.client.delete(door["href"]).status_code == 204
    assert get(server, "/house/g/room/1")["door"] == []


def test_a_collection_of_the_same_name_is_another_one(server: Server) -> None:
    put(server, "/house", id="h", name="h", rooms=[{"id": "1"}])
    assert get(server, "/room") == []


@pytest.mark.rule("R-1015", "R-1017")
def test_listeners_hear_of_the_parent(server: Server, listener: Listener) -> None:
    callback = listener.callback()
    assert server.client.post(f"{BASE}/hub", json={"callback": callback}).status_code == 201
    put(server, "/house", id="i", name="i")
    room = put(server, "/house/i/room", name="hall")
    server.client.patch(room["href"], json={"name": "attic"}, headers=MERGE)
    server.client.delete(room["href"])
    told = listener.wait(callback, 4)
    assert [one.event["eventType"] for one in told] == [
        "HouseAttributeValueChangeEvent", "RoomCreateEvent",
        "HouseAttributeValueChangeEvent", "HouseAttributeValueChangeEvent",
    ]  # fmt: skip
    named = [
        [room["name"] for room in one.resource["rooms"]] for one in told if "rooms" in one.resource
    ]
    assert named == [["hall"], ["attic"], []]
    assert told[0].resource["href"] == f"{server.url}{BASE}/house/i"
    assert told[1].resource["href"] == room["href"]


def test_many_at_once_lose_nothing(server: Server) -> None:
    put(server, "/house", id="j", name="j", area=0)

    def send(number: int) -> int:
        if number % 3 == 0:
            return server.client.patch(f"{BASE}/house/j", json={"area": number}).status_code
        body = {"name": f"{number}"}
        return server.client.post(f"{BASE}/house/j/room", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(24))) == {200, 201}
    assert len(get(server, "/house/j")["rooms"]) == len(get(server, "/house/j/room")) == 16


def test_it_all_lasts(tmp_path: Path) -> None:
    catalog = choose([written(tmp_path, house())], own=[])
    with running(tmp_path, catalog) as server:
        put(server, "/house", id="a", name="a")
        room = put(server, "/house/a/room", name="hall")
    with running(tmp_path, catalog) as server:
        [found] = get(server, "/house/a/room")
        assert found["id"] == room["id"]


def test_elements_are_loaded_with_what_embeds_them(server: Server, tmp_path: Path) -> None:
    def load(resource: str, *records: Json) -> Result:
        file = written(tmp_path, list(records), "records.json")
        spec = written(tmp_path, house())
        wanted = ("--api", "shelf", "--version", "v4", "--resource", resource, "--spec", str(spec))
        return CliRunner().invoke(
            main, ["load", *wanted, "--store", server.settings.store, str(file)]
        )

    done = load("house", {"id": "k", "name": "k", "rooms": [{"name": "hall"}]})
    assert done.exit_code == 0, done.output
    assert [room["name"] for room in get(server, "/house/k/room")] == ["hall"]
    twice = load("house", {"id": "l", "name": "l", "rooms": [{"id": "1"}, {"id": "1"}]})
    assert (twice.exit_code, "/rooms/1/id" in twice.output) == (2, True)
    alone = load("door", {"id": "1", "name": "front"})
    assert (alone.exit_code, "load that" in alone.output) == (2, True)
