"""With the database gone, requests are refused within two seconds, and service returns alone."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.handlers.facts import case
from tests.handlers.serving import Server, running
from tests.persistence.mongo_server import GIVEN, MongoServer, need_server
from tmf_apis.catalog import Catalog

CASE = case("TMF622-v4/productOrder")


@pytest.fixture
def mongo(tmp_path: Path) -> Iterator[MongoServer]:
    if GIVEN:
        pytest.skip("the given server is not ours to kill")
    need_server()
    mongo = MongoServer(tmp_path, "--sync-on-commit", storage=str(tmp_path / "data"))
    mongo.start()
    yield mongo
    mongo.stop()


def status(server: Server, method: str, path: str, **options: object) -> tuple[int, float]:
    """The status of an answer and the seconds it took."""
    began = time.monotonic()
    answer = server.client.request(method, path, **options)  # type: ignore[arg-type]
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and path not in ("/ready",):
        assert answer.headers["Retry-After"]
        assert answer.json()["@type"] == "Error"
    return answer.status_code, time.monotonic() - began


def test_requests_are_refused_in_time_and_served_again(mongo: MongoServer, tmp_path: Path) -> None:
    with running(tmp_path, Catalog((CASE.api,)), kind=mongo.url, impatient=True) as server:
        made = server.make(CASE)
        mongo.kill()
        for method, path, options in (
            ("GET", CASE.item(made["id"]), {}),
            ("GET", CASE.path, {}),
            ("POST", CASE.path, {"json": CASE.create_body()}),
            ("PATCH", CASE.item(made["id"]), {"json": CASE.patch_body()}),
            ("DELETE", CASE.item(made["id"]), {}),
            ("GET", "/ready", {}),
        ):
            answered, seconds = status(server, method, path, **options)
            assert (answered, seconds < 2) == (503, True), (method, path, seconds)
        assert status(server, "GET", "/health")[0] == 200
        mongo.start()
        until = time.monotonic() + 20
        while server.client.get("/ready").status_code != httpx.codes.OK:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert server.client.get(CASE.item(made["id"])).json()["id"] == made["id"]
        assert status(server, "POST", CASE.path, json=CASE.create_body())[0] == 201


def test_what_is_under_way_is_refused_in_time_as_well(mongo: MongoServer, tmp_path: Path) -> None:
    with running(tmp_path, Catalog((CASE.api,)), kind=mongo.url, impatient=True) as server:
        made = server.make(CASE)
        seen: list[tuple[int, float]] = []
        ended = threading.Event()

        def ask() -> None:
            while not ended.is_set():
                seen.append(status(server, "GET", CASE.item(made["id"])))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        mongo.kill()
        time.sleep(2.5)
        mongo.start()
        time.sleep(3)
        ended.set()
        for thread in threads:
            thread.join()
        assert {answered for answered, _ in seen} == {200, 503}
        assert max(seconds for answered, seconds in seen if answered == 503) < 2
        assert seen[-1][0] == 200
