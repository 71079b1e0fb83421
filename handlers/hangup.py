"""What a process does when it is told to look at its files again, by SIGHUP."""

import asyncio
import signal
import threading
from collections.abc import Callable

_Again = Callable[[], None]
#: What is done, in the order it was asked for; a process that serves has one loop.
_AGAIN: list[_Again] = []


def on_hangup(again: _Again) -> _Again:
    """Do something at each SIGHUP from now on, in the loop of the main thread; what ends that.

    An application that is hosted elsewhere is told by nobody.
    """
    if threading.current_thread() is not threading.main_thread():
        return _nothing
    if not _AGAIN:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, _look_again)
    _AGAIN.append(again)

    def end() -> None:
        _AGAIN.remove(again)

    return end


def _look_again() -> None:
    for again in tuple(_AGAIN):
        again()


def _nothing() -> None:
    pass
