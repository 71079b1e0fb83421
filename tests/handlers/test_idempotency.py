"""Idempotency-Key: a create that is sent again happens once (D20)."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.facts import Case, case, creatable, each
from tests.handlers.serving import PATIENCE, Server

pytestmark = pytest.mark.rule("R-701")


def post(server: Server, case: Case, key: str, body: dict, path: str = "") -> httpx.Response:
    return server.client.post(path or case.path, json=body, headers={"Idempotency-Key": key})


@each(creatable)
def test_a_repeated_create_gives_the_first_answer(case: Case, server: Server) -> None:
    key, mark = str(uuid4()), uuid4().hex
    body = case.create_body(**{"x-mark": mark})
    first = post(server, case, key, body)
    assert "idempotent-replayed" not in first.headers
    again = post(server, case, key, body)
    assert shown(again, 201) == shown(first, 201)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    for name in ("location", "etag", "last-modified", "content-type"):
        assert again.headers[name] == first.headers[name]
    found = server.client.get(case.path, params={"x-mark": mark})
    assert found.headers["x-total-count"] == "1"


@each(creatable)
def test_one_key_stands_for_one_body(case: Case, server: Server) -> None:
    key = str(uuid4())
    post(server, case, key, case.create_body())
    other = case.create_body(**{"x-mark": key})
    refused(post(server, case, key, other), 422, "77", "Idempotency-Key")
    assert shown(server.client.get(case.path, params={"x-mark": key})) == []


@each(lambda case: case.creatable and case.offers("PATCH"))
def test_a_replay_shows_the_first_state(case: Case, server: Server) -> None:
    key = str(uuid4())
    body = case.create_body(**{"x-n": 1})
    first = post(server, case, key, body)
    url = first.headers["location"]
    server.client.patch(url, json={"x-n": 2})
    again = post(server, case, key, body)
    assert again.status_code == 201
    assert again.content == first.content
    assert server.client.get(url).json()["x-n"] == 2


@each(creatable)
def test_a_refusal_is_not_remembered(case: Case, server: Server) -> None:
    key = str(uuid4())
    refused(post(server, case, key, []), 400, "20")
    answer = post(server, case, key, case.create_body())
    assert answer.status_code == 201
    assert "idempotent-replayed" not in answer.headers


def test_a_key_is_of_one_collection_whatever_its_path(server: Server) -> None:
    key = str(uuid4())
    customer, old = case("TMF629-v5/customer"), case("TMF629-v4/customer")
    first = post(server, customer, key, customer.create_body())
    assert "idempotent-replayed" not in post(server, old, key, old.create_body()).headers
    again = post(server, customer, key, customer.create_body(), customer.aliases[0])
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_refuses_unusable_keys(key: str, server: Server) -> None:
    c = case("TMF629-v4/customer")
    refused(post(server, c, key, c.create_body()), 400, "36", "Idempotency-Key")


def test_of_many_at_once_one_creates(server: Server) -> None:
    c, key, mark = case("TMF629-v4/customer"), str(uuid4()), uuid4().hex
    body = c.create_body(**{"x-mark": mark})

    def send(_: int) -> httpx.Response:
        headers = {"Idempotency-Key": key}
        return httpx.post(server.url + c.path, json=body, headers=headers, timeout=PATIENCE)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(send, range(24)))
    made = [a for a in answers if a.status_code == 201]
    for answer in answers:
        if answer.status_code != 201:
            refused(answer, 409, "72", "Idempotency-Key")
    assert len({a.content for a in made}) == 1
    assert sum("idempotent-replayed" not in a.headers for a in made) == 1
    assert shown(server.client.get(c.path, params={"x-mark": mark})) == [made[0].json()]
