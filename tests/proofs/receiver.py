"""A listener in a process of its own, fast enough to be sent hundreds of events a second.

`POST /ok/NAME` takes an event, `/fails/NAME` answers 500, `/never/NAME` does not answer.
`GET /got/NAME` shows what came: type, resource, description, state, and seconds since the event.
`POST /whole/NAME` takes an event as well, which is shown as it came. `GET /count/NAME` says how
many came.
"""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic, sleep, time
from typing import Any

import httpx
import orjson

from tests.proofs.serving import PATIENCE, ROOT

_got: dict[str, list[Any]] = {}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application of the listener."""
    if scope["type"] != "http":
        return
    _, behaviour, name = scope["path"].split("/")
    if scope["method"] == "GET":
        came = _got.get(name, [])
        await _answer(send, 200, orjson.dumps(len(came) if behaviour == "count" else came))
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    _got.setdefault(name, []).append(orjson.loads(body) if behaviour == "whole" else _noted(body))
    if behaviour == "never":
        await asyncio.sleep(3600)
    await _answer(send, 500 if behaviour == "fails" else 204)


def _noted(body: bytes) -> list[Any]:
    event = orjson.loads(body)
    [resource] = event["event"].values()
    raised = datetime.fromisoformat(event["eventTime"]).timestamp()
    about = [resource.get(name) for name in ("id", "description", "state")]
    return [event["eventId"], event["eventType"], *about, time() - raised]


async def _answer(send: Any, status: int, body: bytes = b"") -> None:
    headers = [(b"content-length", str(len(body)).encode())] if body else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Receiver:
    """A running listener."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def got(self, name: str) -> list[list[Any]]:
        """What came under a name, in order."""
        found: list[list[Any]] = self._asked("got", name)
        return found

    def whole(self, name: str) -> list[dict[str, Any]]:
        """The events that came under a name, in order, as they came."""
        found: list[dict[str, Any]] = self._asked("got", name)
        return found

    def count(self, name: str) -> int:
        """How much came under a name."""
        return int(self._asked("count", name))

    def _asked(self, what: str, name: str) -> Any:
        url = f"{self.url}/{what}/{name}"
        return orjson.loads(httpx.get(url, trust_env=False, timeout=PATIENCE).content)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A listener, for as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "tests.proofs.receiver:application", "--port",
         str(port), "--loop", "uvloop", "--http", "httptools", "--no-access-log",
         "--log-level", "critical", "--lifespan", "off", "--timeout-graceful-shutdown", "1"],
        cwd=ROOT, env=os.environ,
    )  # fmt: skip
    try:
        until = monotonic() + PATIENCE
        while monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            sleep(0.05)
        yield Receiver(port)
    finally:
        process.terminate()
        process.wait()
