"""What once froze everybody or filled the memory, each by its name: raw requests."""

from collections.abc import Iterator
from urllib.parse import quote

import orjson

from tests.proofs.attacking.wire import request

CUSTOMERS = "/tmf-api/customerManagement/v5/customer"
#: Where a client may choose the id.
OLD_CUSTOMERS = "/tmf-api/customerManagement/v4/customer"
ORDERS = "/tmf-api/productOrderingManagement/v5/productOrder"
HUB = "/tmf-api/productOrderingManagement/v5/hub"
JSON = {"Content-Type": "application/json"}
#: Orders of the greatest size that are listed, and patches of one of them.
LARGE, SMALL_PATCHES = 8, 20
#: Bytes that a body may have.
LARGEST = 4 * 1024 * 1024 - 1024


def specimens(large: str) -> Iterator[tuple[str, bytes]]:
    """Each with its name; `large` is the path of a record with a long list under `note`."""
    for count in (900, 9_000, 36_000):
        party = {"@type": "RelatedPartyOrPartyRole", "partyOrPartyRole": {"id": 0}}
        yield (
            f"{count} misfits",
            _post(CUSTOMERS, {"@type": "Customer", "relatedParty": [party] * count}),
        )
    yield "a text of a megabyte", _order(b'"description":"' + b"abbab" * 200_000 + b'"')
    for most in (20, 50):
        costly = quote("|".join(f"(a.{{{n}}}b.{{{n + 1}}}c)" for n in range(1, most)))
        yield "a costly pattern", request("GET", f"{ORDERS}?description.regex={costly}")
        yield (
            "a costly pattern in a hub",
            _post(HUB, {"callback": "http://127.0.0.1:9/", "query": f"description.regex={costly}"}),
        )
        yield (
            "a costly pattern in a patch",
            _patch(
                large,
                [{"op": "remove", "path": f"$.note[?(@.text=~/{'(a|b)*c' * most}/)]"}],
                "application/json-patch-query+json",
            ),
        )
    yield (
        "a costly pattern for a text",
        request("GET", f"{ORDERS}?note.text.regex={quote('(x+x+)+y|' * 40 + 'z')}"),
    )
    deep = b"[" * 50 + b"]" * 50
    yield "lists in lists", _order(b'"x-deep":[' + b",".join([deep] * 20_000) + b"]")
    yield "1.4 million lists", _order(b'"x-wide":[' + b",".join([b"[]"] * 1_300_000) + b"]")
    yield "escapes", _order(b'"x-esc":[' + b",".join([b'{"\\u0061":1}'] * 300_000) + b"]")
    yield "brackets", request("POST", ORDERS, b"[" * LARGEST, JSON)
    yield "one long text", _order(b'"description":"' + b"a" * (LARGEST - 200) + b'"')
    yield "long numbers", _order(b'"x-n":[' + b",".join([b"1" * 4000] * 900) + b"]")
    query = [
        {"op": "replace", "path": f"$.note[?(@.id=='{n}')].text", "value": "x"} for n in range(100)
    ]
    yield "100 query operations", _patch(large, query, "application/json-patch-query+json")
    copies = [{"op": "copy", "from": "/note/0", "path": "/note/-"}] * 1000
    yield "1,000 copies", _patch(large, copies, "application/json-patch+json")
    yield "a wide record", _customer("wide", "x-wide", [0] * 700_000)
    copies = [{"op": "copy", "from": "/x-wide/0", "path": "/x-wide/-"}] * 1000
    wide = f"{OLD_CUSTOMERS}/wide"
    yield "copies beside 700,000", _patch(wide, copies, "application/json-patch+json")
    doubling = [{"op": "copy", "from": "/note", "path": "/note/-"}] * 40
    yield "doubling", _patch(large, doubling, "application/json-patch+json")
    for _ in range(LARGE):
        yield "a large order", _order(b'"x-text":"' + b"word " * (LARGEST // 5 - 50) + b'"')
    yield "a list of large orders", request("GET", f"{ORDERS}?sort=-creationDate&limit={LARGE}")
    yield "a long record", _customer("long", "x-text", "word " * (LARGEST // 5 - 100))
    for number in range(SMALL_PATCHES):
        change = {"name": f"{number}"}
        yield (
            "a small patch",
            _patch(f"{OLD_CUSTOMERS}/long", change, "application/merge-patch+json"),
        )
    for number in range(118):
        names = "&".join(f"note.text.ne={number}x{n}" for n in range(90))
        yield "long queries", request("GET", f"{ORDERS}?{names}")
    yield "a head without end", b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 200_000
    yield "a long head", b"GET / HTTP/1.1\r\nHost: x\r\na: " + b"b" * 160_000_000
    yield "a long line", b"GET /" + b"a" * 20_000_000 + b" HTTP/1.1\r\n\r\n"
    yield (
        "an upgrade",
        request(
            "POST",
            ORDERS,
            b"{}",
            JSON | {"Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings, close"},
        ),
    )
    yield "HTTP/0.9", b"GET /\r\n\r\n"
    yield "HTTP/3", b"GET / HTTP/3.0\r\nHost: x\r\n\r\n"
    yield (
        "a page of another origin",
        request("POST", ORDERS, b"{}", {"Origin": "http://evil.example"}),
    )
    yield "another's name", request("GET", ORDERS, headers={"Host": "evil.example"})
    yield "a loop of hubs", request("POST", HUB, b"{}", JSON | {"Tmf-Hops": "6"})
    yield (
        "two lengths",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    )
    yield (
        "state that is a list",
        _patch(
            large, {"state": [], "productOrderItem": [{"id": "1"}]}, "application/merge-patch+json"
        ),
    )


def _post(path: str, document: object) -> bytes:
    return request("POST", path, orjson.dumps(document), JSON)


def _customer(id: str, name: str, value: object) -> bytes:
    party = {"id": "p", "@referredType": "Individual"}
    return _post(OLD_CUSTOMERS, {"id": id, "name": id, "engagedParty": party, name: value})


def _order(member: bytes) -> bytes:
    item = b'{"@type":"ProductOrderItem","id":"1","action":"add"}'
    body = b'{"@type":"ProductOrder","productOrderItem":[%b],%b}' % (item, member)
    return request("POST", ORDERS, body, JSON)


def _patch(path: str, change: object, media: str) -> bytes:
    return request("PATCH", path, orjson.dumps(change), {"Content-Type": media})


def scans() -> list[bytes]:
    """What fifty clients scan for at the same moment, each for something else."""
    return [request("GET", f"{ORDERS}?note.text.regex=x{n}.*y") for n in range(50)]


#: All that ever happened, from the beginning.
STREAM = request("GET", "/events/stream", headers={"Last-Event-ID": "0"})
