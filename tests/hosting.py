"""An ASGI application on a real socket, for as long as a `with` block lasts."""

import faulthandler
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn

from handlers.protocol.connection import Connection

#: Seconds a server may take to start or stop, on a machine that does other things as well.
PATIENCE = 30


@contextmanager
def hosted(app: Any, **options: Any) -> Iterator[str]:
    """The origin of an application that is being served; `options` are uvicorn's."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        loop="uvloop",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        **{"log_level": "critical", "timeout_graceful_shutdown": 1, "http": Connection, **options},
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, name="hosted")
    thread.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            if time.monotonic() > deadline:
                faulthandler.dump_traceback(all_threads=True)
                raise AssertionError("the server takes too long to start")
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
