"""A run that is told to end: by Ctrl-C or SIGTERM it stops, tidies up and reports what it has."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[asyncio.Event]:
    """An event that is set by the first signal; the second one ends the program as ever.

    Where no loop may have signals (another thread, another system) they do what they always do.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def stopped() -> None:
        stop.set()
        _give_back(loop)

    try:
        for number in _SIGNALS:
            loop.add_signal_handler(number, stopped)
    except (NotImplementedError, RuntimeError, ValueError):
        yield stop
        return
    try:
        yield stop
    finally:
        _give_back(loop)


def _give_back(loop: asyncio.AbstractEventLoop) -> None:
    for number in _SIGNALS:
        loop.remove_signal_handler(number)
