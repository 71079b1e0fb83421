"""A listener on a real socket: it keeps what it is sent, and answers well or badly."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any
from uuid import uuid4

import orjson

Json = dict[str, Any]

#: Seconds to wait for what must come, on a machine that does other things as well.
PATIENCE = 30.0


@dataclass
class Delivered:
    """One request a listener got."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Json:
        found: Json = orjson.loads(self.body)
        return found

    @property
    def resource(self) -> Json:
        [resource] = (v for k, v in self.event["event"].items() if k != "informationRequired")
        found: Json = resource
        return found


#: Answers one delivery in its own way: writes to the connection of the handler.
Answer = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, **headers: str) -> Answer:
    """Answer with a status and no body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def slow(handler: BaseHTTPRequestHandler) -> None:
    """Take a while to answer well."""
    time.sleep(0.1)
    status(201)(handler)


def hang(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing for a long time."""
    time.sleep(5)
    handler.close_connection = True


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Answer byte by byte, slower than anybody waits."""
    try:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.1)
    except OSError:
        handler.close_connection = True


def close(handler: BaseHTTPRequestHandler) -> None:
    """Close in the middle of the answer."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
    handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Answer 200 with more than anybody reads."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        handler.close_connection = True


@dataclass
class Listener:
    """A running listener. `answers` are by the first segment of the path; others get 201."""

    url: str
    got: list[Delivered] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    changed: Condition = field(default_factory=Condition)

    def callback(self, answer: Answer | None = None) -> str:
        """A URL of its own, at which deliveries are answered so."""
        name = str(uuid4())
        if answer is not None:
            self.answers[name] = answer
        return f"{self.url}/{name}"

    def at(self, callback: str, about: str = "") -> list[Delivered]:
        """What was sent to a callback so far, about any resource or the one of an id."""
        path = callback.removeprefix(self.url)
        with self.changed:
            here = [one for one in self.got if one.path == path]
        return [one for one in here if not about or one.resource["id"] == about]

    def wait(self, callback: str, count: int, about: str = "") -> list[Delivered]:
        """What was sent to a callback, once it is that much; fails when it does not come."""
        until = time.monotonic() + PATIENCE
        with self.changed:
            while len(found := self.at(callback, about)) < count:
                left = until - time.monotonic()
                assert left > 0, f"{len(found)} of {count} came to {callback}"
                self.changed.wait(left)
        return found


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with listener.changed:
                headers = {name.lower(): value for name, value in self.headers.items()}
                listener.got.append(Delivered(self.path, headers, body))
                listener.changed.notify_all()
            listener.answers.get(self.path.split("/")[1], status(201))(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    listener = Listener(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
