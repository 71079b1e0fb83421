"""One process that serves."""

import os
import signal
import socket
import sys
from collections.abc import Sequence
from functools import partial
from types import FrameType
from typing import NoReturn

import uvicorn
from uvicorn.importer import import_from_string

from handlers.giving_back import give_back_large
from handlers.protocol.connection import Connection
from handlers.protocol.limits import IDLE_SECONDS
from handlers.tls import options
from tmf_apis.settings import read_settings

#: Seconds a stopping worker waits for requests that are being answered.
GRACE = 10
_TOLD = (signal.SIGTERM, signal.SIGINT)


def work(sockets: Sequence[socket.socket]) -> None:
    """Serve on some sockets until told to stop, then answer what is under way.

    Exits with 0 when told to stop by a signal, with another code when it cannot serve.
    """
    for number in _TOLD:
        signal.signal(number, _stopped)
    give_back_large()
    settings = read_settings(os.environ)
    if settings.authentication or settings.tenants:
        # Until its application reads files again when told to: it is about to read them.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Made before the server listens to signals: a process that is told to stop while it begins
    # ends at once.
    application = import_from_string("handlers.server:application")()
    config = uvicorn.Config(
        application,
        loop="uvloop",
        # uvicorn makes one by calling what it is given, be it a class or not.
        http=partial(Connection, slowest=settings.slowest, most=settings.max_connections),  # type: ignore[arg-type]
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE,
        **options(settings),
    )
    uvicorn.Server(config).run(list(sockets))


def _stopped(number: int, frame: FrameType | None) -> NoReturn:
    """End without fault: before the server listens to signals, and when it has answered all."""
    sys.exit(0)
