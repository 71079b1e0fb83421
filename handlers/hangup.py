"""What a process does when it is told to look at its files again, by SIGHUP."""

import asyncio
import signal
import threading
from collections.abc import Callable


def on_hangup(again: Callable[[], None]) -> None:
    """Do something at each SIGHUP from now on; a process that serves has one loop, in its main
    thread, and an application that is hosted elsewhere is told by nobody.
    """
    if threading.current_thread() is threading.main_thread():
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, again)
