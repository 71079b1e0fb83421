"""Many clients at once: nothing is lost, and of two conditional writers one wins (D1, D15)."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.facts import Case, creatable, each, one_per_api, patchable
from tests.handlers.serving import PATIENCE, Server

MERGE = {"Content-Type": "application/merge-patch+json"}
CLIENTS = 50
#: Clients of one resource of each API: what they do grows with their square.
A_FEW = 20


def at_once(server: Server, requests: list[tuple[str, str, dict]]) -> list[httpx.Response]:
    """The answers to requests that are sent side by side."""

    def send(request: tuple[str, str, dict]) -> httpx.Response:
        method, path, more = request
        return httpx.request(method, server.url + path, timeout=PATIENCE, **more)

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(send, requests))


@pytest.mark.rule("R-801", "R-210")
@each(one_per_api(patchable))
def test_parallel_patches_of_one_resource_lose_nothing(case: Case, server: Server) -> None:
    path = case.item(server.make(case)["id"])
    patches = [{"json": {f"x-{n}": n}, "headers": MERGE} for n in range(A_FEW)]
    answers = at_once(server, [("PATCH", path, patch) for patch in patches])
    assert [answer.status_code for answer in answers] == [200] * A_FEW
    assert len({answer.headers["etag"] for answer in answers}) == A_FEW
    kept = shown(server.client.get(path))
    assert {name for name in kept if name.startswith("x-")} == {f"x-{n}" for n in range(A_FEW)}


@pytest.mark.rule("R-803", "R-210")
def test_parallel_appends_lose_nothing(server: Server) -> None:
    case = one_per_api(patchable)[0]
    path = case.item(server.make(case, **{"x-list": []})["id"])
    headers = {"Content-Type": "application/json-patch+json"}
    append = [[{"op": "add", "path": "/x-list/-", "value": n}] for n in range(CLIENTS)]
    requests = [("PATCH", path, {"json": patch, "headers": headers}) for patch in append]
    assert {answer.status_code for answer in at_once(server, requests)} == {200}
    assert sorted(shown(server.client.get(path))["x-list"]) == list(range(CLIENTS))


@pytest.mark.rule("R-112")
@each(one_per_api(patchable))
def test_of_writers_with_the_same_tag_one_wins(case: Case, server: Server) -> None:
    path = case.item(server.make(case)["id"])
    headers = MERGE | {"If-Match": server.client.get(path).headers["etag"]}
    requests = [("PATCH", path, {"json": {"x-n": n}, "headers": headers}) for n in range(8)]
    answers = at_once(server, requests)
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    for answer in answers:
        if answer is not won[0]:
            refused(answer, 412, "74")
    assert server.client.get(path).json() == won[0].json()


@pytest.mark.rule("R-708")
@each(one_per_api(lambda case: case.creatable and case.chooses_id))
def test_of_creates_of_one_id_one_wins(case: Case, server: Server) -> None:
    # What it is about has to be there.
    server.make(case)
    id = str(uuid4())
    bodies = [case.create_body(id=id, **{"x-n": n}) for n in range(8)]
    answers = at_once(server, [("POST", case.path, {"json": body}) for body in bodies])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    won = next(answer for answer in answers if answer.status_code == 201)
    assert server.client.get(case.item(id)).json() == won.json()


@pytest.mark.rule("R-815")
def test_of_deletes_one_wins(server: Server) -> None:
    case = one_per_api(lambda case: case.offers("DELETE"))[0]
    path = case.item(server.make(case)["id"])
    answers = at_once(server, [("DELETE", path, {})] * 8)
    assert sorted(answer.status_code for answer in answers) == [204] + [404] * 7


@pytest.mark.rule("R-604", "R-702")
def test_parallel_creates_are_all_there_in_one_order(server: Server) -> None:
    case = one_per_api(creatable)[0]
    mark = uuid4().hex
    requests = [("POST", case.path, {"json": case.create_body(**{"x-mark": mark})})] * CLIENTS
    made = {answer.json()["id"] for answer in at_once(server, requests)}
    listed = [r["id"] for r in shown(server.client.get(case.path, params={"x-mark": mark}))]
    assert set(listed) == made
    again = [r["id"] for r in shown(server.client.get(case.path, params={"x-mark": mark}))]
    assert (len(listed), again) == (CLIENTS, listed)
