"""What stands before a server and passes on what it is asked, until it is told to do otherwise."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx

#: Statuses that it answers by itself, with headers and a body.
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "500": (500, {}, b'{"message": "it broke"}'),
    "401": (401, {}, b"{}"),
    "400": (400, {}, b'{"message": "not like this"}'),
    "html": (200, {"Content-Type": "text/html"}, b"<html>Hello</html>"),
    "redirect": (307, {"Location": "http://127.0.0.1:1/"}, b""),
    "list": (200, {}, b"[]"),
    "other": (200, {}, b'{"id": "another"}'),
}


@dataclass
class Front:
    """`does` is one of `ANSWERS`, `late`, `never`, `lost` (what is asked is done and not answered),
    or empty: it passes on.
    """

    behind: str
    port: int = 0
    does: str = ""
    #: Does so for these methods only, where some are named, and so often.
    methods: tuple[str, ...] = ()
    times: int = 1_000_000
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    cert: tuple[Path, Path] | None = None
    _server: ThreadingHTTPServer | None = None
    _released: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"{'https' if self.cert else 'http'}://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Be there, at the same port as before."""
        server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        server.daemon_threads = True
        if self.cert is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.cert)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        self.port, self._server = server.server_port, server
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def shut(self) -> None:
        """Be away: nobody is connected."""
        self._released.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        front = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if self.raw_requestline and self.parse_request():
                    front._answer(self)
                self.close_connection = True

            def log_message(self, *rest: object) -> None:
                pass

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        headers = dict(handler.headers.items())
        self.asked.append((handler.command, handler.path, headers))
        body = handler.rfile.read(int(headers.get("Content-Length", 0)))
        does = self.does if not self.methods or handler.command in self.methods else ""
        self.times -= bool(does)
        does = does if self.times >= 0 else ""
        if does == "never":
            self._released.wait(20)
            return
        if does in ANSWERS:
            status, more, content = ANSWERS[does]
            self._send(handler, status, more, content)
            return
        passed = {n: v for n, v in headers.items() if n.lower() not in ("host", "connection")}
        answer = httpx.request(
            handler.command, self.behind + handler.path, headers=passed, content=body,
            trust_env=False, timeout=30,
        )  # fmt: skip
        self.statuses.append(answer.status_code)
        if does == "lost":
            return
        kept = {n: answer.headers[n] for n in ("ETag", "Content-Type") if n in answer.headers}
        self._send(handler, answer.status_code, kept, answer.content, late=does == "late")

    def _send(
        self, handler: Any, status: int, headers: dict[str, str], body: bytes, late: bool = False
    ) -> None:
        try:
            handler.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                handler.send_header(name, value)
            handler.end_headers()
            # Late is a byte at a time: each comes soon after the one before.
            for byte in body if late else ():
                if self._released.wait(0.05):
                    break
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
            handler.wfile.write(b"" if late else body)
        except OSError:
            return


@contextmanager
def before(behind: str, **more: Any) -> Iterator[Front]:
    """One that stands before a server for as long as the block lasts."""
    front = Front(behind, **more)
    front.open()
    try:
        yield front
    finally:
        front.shut()
