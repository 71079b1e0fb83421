"""Servers behind something: a token, a certificate, a proxy. Real sockets, all of them."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

#: From a request (its line, headers and body) to a status and a body.
Manner = Callable[["Asked"], tuple[int, bytes]]


@dataclass(frozen=True)
class Asked:
    """A request as it came in; the target of one to a proxy is a whole URL."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Gated:
    """A server that runs: where it is, and what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def gated(
    manner: Manner, tls: ssl.SSLContext | None = None, headers: Mapping[str, str] | None = None
) -> Iterator[Gated]:
    """A server that answers as `manner` says, always with some headers."""
    always = {"Content-Type": "application/json", **(headers or {})}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, sent, body)
            server.asked.append(asked)
            status, content = manner(asked)
            self.send_response(status)
            for name, value in always.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not trust the certificate goes away: as it should."""

    listening = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        listening.socket = tls.wrap_socket(listening.socket, server_side=True)
    scheme = "https" if tls else "http"
    server = Gated(f"{scheme}://127.0.0.1:{listening.server_address[1]}")
    thread = Thread(target=listening.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
