"""Bodies that come compressed: gzip is read within the limit, nothing else is guessed at."""

import gzip
import zlib
from collections.abc import Callable

import orjson
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import Case, case
from tests.handlers.serving import Server
from tests.handlers.wire import ask

CASES = [case("TMF639-v5/resource"), case("TMF629-v4/customer")]
JSON = {"Content-Type": "application/json"}
MERGE = {"Content-Type": "application/merge-patch+json"}
ZIPPED = {"Content-Encoding": "gzip"}


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_gzip_is_read(case: Case, coding: str, server: Server) -> None:
    headers = {"Content-Encoding": coding}
    body = case.create_body(name="zipped")
    answer = server.client.post(
        case.path, content=gzip.compress(orjson.dumps(body)), headers=JSON | headers
    )
    made = shown(answer, 201)
    assert made["name"] == "zipped"
    assert "content-encoding" not in answer.headers
    item = case.item(made["id"])
    patch = gzip.compress(b'{"name":"zipped again"}')
    assert shown(server.client.patch(item, content=patch, headers=MERGE | headers))
    assert shown(server.client.get(item))["name"] == "zipped again"


def test_a_body_that_is_not_coded_may_say_so(server: Server) -> None:
    case = CASES[0]
    headers = JSON | {"Content-Encoding": "identity"}
    body = orjson.dumps(case.create_body())
    shown(server.client.post(case.path, content=body, headers=headers), 201)


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda body: body,
    "deflate": zlib.compress,
    "cut": lambda body: gzip.compress(body)[:-9],
    "no checksum": lambda body: gzip.compress(body)[:-8],
    "wrong checksum": lambda body: gzip.compress(body)[:-8] + bytes(8),
    "two": lambda body: gzip.compress(body) + gzip.compress(body),
    "more behind it": lambda body: gzip.compress(body) + b"x",
    "empty": lambda body: b"",
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_no_gzip_is_refused(
    case: Case, spoil: Callable[[bytes], bytes], server: Server
) -> None:
    body = spoil(orjson.dumps(case.create_body()))
    refused(server.client.post(case.path, content=body, headers=JSON | ZIPPED), 400, "20", "gzip")


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "identity, gzip", "\xff"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_another_coding_is_refused_and_gzip_offered(
    case: Case, coding: str, server: Server
) -> None:
    body = gzip.compress(orjson.dumps(case.create_body()))
    headers = JSON | {"Content-Encoding": coding.encode("latin-1")}
    answer = ask(server, "POST", case.path, body, headers)
    assert (answer.status, answer.json()["code"]) == (415, "76")
    assert answer.headers["accept-encoding"] == "gzip"


def test_what_unpacks_to_more_than_a_body_may_have_is_refused(start: Start) -> None:
    case, limit = CASES[0], 100_000
    server = start(max_body=limit)
    body = orjson.dumps(case.create_body())
    fits = gzip.compress(body + b" " * (limit - len(body)))
    bomb = gzip.compress(body + b" " * (limit - len(body) + 1))
    shown(server.client.post(case.path, content=fits, headers=JSON | ZIPPED), 201)
    answer = server.client.post(case.path, content=bomb, headers=JSON | ZIPPED)
    refused(answer, 413, "75", "unzipped")
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < limit
    refused(
        server.client.post(case.path, content=bomb, headers=JSON | ZIPPED), 413, "75", "unzipped"
    )


def test_hubs_read_gzip(server: Server) -> None:
    hub = f"{CASES[0].api.base_path}/hub"
    body = gzip.compress(b'{"callback":"https://example.com/zipped"}')
    shown(server.client.post(hub, content=body, headers=JSON | ZIPPED), 201)
    refused(server.client.post(hub, content=b"{}", headers=JSON | ZIPPED), 400, "20", "gzip")
