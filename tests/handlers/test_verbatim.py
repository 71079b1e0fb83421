"""What a client sends comes back as the same JSON value (D3), and limits of what it sends (D23)."""

import httpx
import orjson
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.facts import Case, creatable, each, one_per_api, patchable
from tests.handlers.serving import Server

VALUES = {
    "order of members": b'{"z":1,"a":2,"m":{"y":1,"b":2}}',
    "texts": '["","é","e\u0301","😀","\u2028","\u007f","\\"\\\\/\\b\\f\\n\\r\\t"]'.encode(),
    "escapes": b'["\\u00e9","\\ud83d\\ude00","\\/"]',
    "integers": b"[0,-1,9007199254740993,9223372036854775807,-9223372036854775808]",
    "floats": b"[0.1,1e300,-2.5e-10,1.7976931348623157e308,5e-324,1.0,100000000000000000000.0]",
    "free values": b'[null,true,false,[],{},[[]],{"":null}]',
    "times": b'["2026-01-02T03:04:05.678901+05:30","2026-01-02T03:04:05Z","2026-01-02"]',
    "odd names": b'{"$set":1,"a.b":2,"$":3,"href":"x","id":7,"@x":1,"a~b/c":1}',
}
REPRESENTATIVES = one_per_api(creatable)


@pytest.mark.rule("R-1111", "R-1202")
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@each(REPRESENTATIVES)
def test_free_values_come_back_as_they_were(case: Case, value: bytes, server: Server) -> None:
    raw = orjson.dumps(case.create_body())[:-1] + b',"x-free":' + value + b"}"
    answer = server.client.post(case.path, content=raw)
    made = shown(answer, 201)
    sent = orjson.loads(value)
    for text in (answer.content, server.client.get(made["href"]).content):
        back = orjson.loads(text)["x-free"]
        assert orjson.dumps(back) == orjson.dumps(sent)
        assert repr(back) == repr(sent)


@pytest.mark.rule("R-1202")
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@each(one_per_api(patchable))
def test_and_after_a_patch(case: Case, value: bytes, server: Server) -> None:
    made = server.make(case)
    patch = b'[{"op":"add","path":"/x-free","value":' + value + b"}]"
    headers = {"Content-Type": "application/json-patch+json"}
    answer = server.client.patch(case.item(made["id"]), content=patch, headers=headers)
    assert repr(shown(answer)["x-free"]) == repr(orjson.loads(value))
    rest = [name for name in answer.json() if name != "x-free"]
    assert [name for name in rest if name in made] == list(made)


@pytest.mark.rule("R-1202")
@each(creatable)
def test_the_order_of_the_client_is_kept(case: Case, server: Server) -> None:
    body = dict(reversed(case.create_body().items()))
    made = shown(server.client.post(case.path, json=body), 201)
    assert [name for name in made if name in body] == list(body)
    if case.chooses_id:
        with_id = body | {"id": f"last-{made['id']}"}
        made = shown(server.client.post(case.path, json=with_id), 201)
        assert [name for name in made if name in with_id] == list(with_id)
        assert server.client.get(made["href"]).json() == made


@pytest.mark.rule("R-1204", "R-207")
@pytest.mark.parametrize("number", [b"9223372036854775808", b"-9223372036854775809", b"1" * 30])
@each(REPRESENTATIVES)
def test_refuses_integers_it_could_not_give_back(
    case: Case, number: bytes, client: httpx.Client
) -> None:
    raw = orjson.dumps(case.create_body())[:-1] + b',"x-big":' + number + b"}"
    refused(client.post(case.path, content=raw), 400, "20", number.decode()[:40])


@pytest.mark.rule("R-710", "R-1206")
@each(REPRESENTATIVES)
def test_nesting_has_a_limit(case: Case, server: Server) -> None:
    def nested(depth: int) -> bytes:
        tree = b"[" * depth + b"]" * depth
        return orjson.dumps(case.create_body())[:-1] + b',"x-deep":' + tree + b"}"

    assert server.client.post(case.path, content=nested(63)).status_code == 201
    refused(server.client.post(case.path, content=nested(64)), 400, "20", "64")
    refused(server.client.post(case.path, content=nested(100_000)), 400, "20")


@pytest.mark.rule("R-207", "R-1206")
def test_a_body_has_a_largest_size(start) -> None:
    server: Server = start(max_body=2000)
    c = REPRESENTATIVES[2]
    body = orjson.dumps(c.create_body())
    fits = body[:-1] + b" " * (2000 - len(body)) + b"}"
    assert server.client.post(c.path, content=fits).status_code == 201
    for content in (fits + b" ", iter([fits, b" "]), iter([fits, fits])):
        answer = server.client.post(c.path, content=content)
        refused(answer, 413, "75", "2000")
    made = server.make(c)
    headers = {"Content-Type": "application/merge-patch+json"}
    refused(server.client.patch(made["href"], content=fits + b" ", headers=headers), 413, "75")
    assert server.client.get(made["href"]).json() == made
