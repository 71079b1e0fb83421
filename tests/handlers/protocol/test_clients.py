"""What the HTTP clients of several languages really send, byte by byte, gets its answers.

Recorded from `java.net.http.HttpClient` 17, curl 7.88, Go 1.26 and Node's `fetch`; .NET is written
down from its documentation. Java and curl offer HTTP/2 (`Upgrade: h2c`), which is not taken.
"""

import pytest

from tests.handlers.facts import case
from tests.handlers.protocol.talking import talking
from tests.handlers.serving import Server

CUSTOMER = case("TMF629-v4/customer")
#: Its two halves, as Go sends them that makes the body while it sends.
BODIES = (b'{"name":"Ada",', b'"engagedParty":{"id":"1","@referredType":"Individual"}}')
BODY = b"".join(BODIES)
PATH = CUSTOMER.path.encode()


def message(line: bytes, *fields: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join((line % PATH, *fields, b"", body))


def chunk(data: bytes) -> bytes:
    return b"%X\r\n%b\r\n" % (len(data), data)


H2C = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c")
JAVA_SETTINGS = b"HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA"
CURL_SETTINGS = b"HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA"
HOST = b"Host: 127.0.0.1:8080"
JSON = b"Content-Type: application/json"
LENGTH = b"Content-Length: %d" % len(BODY)
POST, GET = b"POST %b HTTP/1.1", b"GET %b?limit=1 HTTP/1.1"

#: The packets of a POST, and a GET that follows it on the same connection.
CLIENTS = {
    "Java": (
        [
            message(
                POST, H2C[0], LENGTH, HOST, JAVA_SETTINGS, H2C[1],
                b"User-Agent: Java-http-client/17.0.15", JSON,
            ),
            BODY,
        ],
        message(
            GET, H2C[0], b"Content-Length: 0", HOST, JAVA_SETTINGS, H2C[1],
            b"User-Agent: Java-http-client/17.0.15",
        ),
    ),
    "curl --http2": (
        [
            message(
                POST, HOST, b"User-Agent: curl/7.88.1", b"Accept: */*", *H2C, CURL_SETTINGS, JSON,
                LENGTH, body=BODY,
            )
        ],
        message(GET, HOST, b"User-Agent: curl/7.88.1", b"Accept: */*", *H2C, CURL_SETTINGS),
    ),
    "Go": (
        [
            message(
                POST, HOST, b"User-Agent: Go-http-client/1.1", LENGTH, JSON,
                b"Accept-Encoding: gzip", body=BODY,
            )
        ],
        message(GET, HOST, b"User-Agent: Go-http-client/1.1", b"Accept-Encoding: gzip"),
    ),
    "Go, streaming": (
        [
            message(
                POST, HOST, b"User-Agent: Go-http-client/1.1", b"Transfer-Encoding: chunked", JSON,
                b"Accept-Encoding: gzip",
                body=b"%b%b0\r\n\r\n" % tuple(chunk(half) for half in BODIES),
            )
        ],
        message(GET, HOST, b"User-Agent: Go-http-client/1.1", b"Accept-Encoding: gzip"),
    ),
    "Node": (
        [
            message(
                POST, b"host: 127.0.0.1:8080", b"connection: keep-alive",
                b"content-type: application/json", b"accept: */*", b"accept-language: *",
                b"sec-fetch-mode: cors", b"user-agent: node", b"accept-encoding: gzip, deflate",
                LENGTH.lower(), body=BODY,
            )
        ],
        message(GET, b"host: 127.0.0.1:8080", b"connection: keep-alive", b"accept: */*"),
    ),
    ".NET": (
        [
            message(
                POST, HOST, b"Transfer-Encoding: chunked",
                b"Content-Type: application/json; charset=utf-8",
            ),
            chunk(BODY),
            b"0\r\n\r\n",
        ],
        message(GET, HOST),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("packets", "get"), CLIENTS.values(), ids=CLIENTS)
def test_posts_and_gets(packets: list[bytes], get: bytes, server: Server) -> None:
    with talking(server.url) as talk:
        talk.say(*packets)
        answer = talk.hear()
        assert answer.status == 201, answer.body
        made = answer.json()
        assert made["name"] == "Ada"
        talk.say(get)
        answer = talk.hear()
        assert answer.status in (200, 206)
        assert len(answer.json()) == 1
        shown = talk_again(server, made["id"])
        assert shown["engagedParty"]["id"] == "1"


def talk_again(server: Server, id: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = server.client.get(CUSTOMER.item(id)).json()
    return found


@pytest.mark.parametrize("waits", [True, False])
def test_dot_net_that_expects_to_be_told_to_go_on(waits: bool, server: Server) -> None:
    head = message(POST, b"Expect: 100-continue", HOST, JSON, LENGTH)
    with talking(server.url) as talk:
        talk.say(head)
        if waits:
            assert talk.hear().status == 100
        talk.say(BODY)
        answer = talk.hear()
        if answer.status == 100:
            answer = talk.hear()
        assert answer.status == 201
        talk.say(message(GET, HOST))
        assert talk.hear().status in (200, 206)


def test_who_waits_and_is_refused_need_not_send(server: Server) -> None:
    fields = (b"Expect: 100-continue", HOST, b"Content-Type: text/plain", LENGTH)
    with talking(server.url) as talk:
        talk.say(message(POST, *fields))
        answer = talk.hear()
        assert answer.error() == (415, "76")
        assert answer.headers["connection"] == "close"
        assert talk.ended()
