"""A network that configures what it is asked to, or refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import sleep

from tests.handlers.flow.ordering import Flowing, added


@dataclass
class Network:
    """Where it is asked, whether it refuses, and the keys of what it was asked."""

    url: str = ""
    refuses: bool = False
    refuses_next: int = 0
    #: Seconds that it takes to answer.
    takes: float = 0.02
    #: With what the keys begin of what it refuses.
    refused: tuple[str, ...] = ()
    keys: list[str] = field(default_factory=list)
    #: How many ask now, and how many did at most.
    asking: int = 0
    most: int = 0
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def count(self) -> Iterator[None]:
        """Count who asks for as long as the block lasts."""
        with self._lock:
            self.asking += 1
            self.most = max(self.most, self.asking)
        yield
        with self._lock:
            self.asking -= 1

    def answer(self, key: str) -> int:
        """The status for a request."""
        self.keys.append(key)
        if self.refuses_next:
            self.refuses_next -= 1
            return 500
        return 500 if self.refuses or key.startswith(self.refused or ("\n",)) else 200


@contextmanager
def network() -> Iterator[Network]:
    """A network on a port of its own."""
    asked = Network()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            with asked.count():
                sleep(asked.takes)
            self.send_response(asked.answer(self.headers.get("Idempotency-Key", "")))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *rest: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        asked.url = f"http://127.0.0.1:{server.server_port}/activate"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield asked
        server.shutdown()
        thread.join()


def held(flowing: Flowing, asked: Network, *offerings: str) -> str:
    """An order whose first item cannot be activated."""
    asked.refuses = True
    id = flowing.order(*(added(str(n), one) for n, one in enumerate(offerings, 1)))
    flowing.over(id, "held")
    asked.refuses = False
    return id
