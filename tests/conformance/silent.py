"""Servers that accept a connection and then do not get on."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n["


def says_nothing(wire: socket.socket, over: Event) -> None:
    """Read, and never answer."""
    over.wait()


def drips(wire: socket.socket, over: Event) -> None:
    """Answer a byte at a time, so that no pause is ever long."""
    wire.sendall(_HEAD)
    while not over.wait(0.05):
        wire.sendall(b" ")


def hangs_up(wire: socket.socket, over: Event) -> None:
    """Close the connection instead of an answer."""


def speaks_in_tongues(wire: socket.socket, over: Event) -> None:
    """Answer with what is no HTTP."""
    wire.sendall(b"\x16\x03\x01 hello\r\n\r\n")


@contextmanager
def silent(manner: Callable[[socket.socket, Event], None]) -> Iterator[str]:
    """The origin of a server of that manner."""
    over = Event()
    threads: list[Thread] = []

    def attend(wire: socket.socket) -> None:
        with wire:
            try:
                wire.recv(65536)
                manner(wire, over)
            except OSError:
                pass

    def accept(listening: socket.socket) -> None:
        while not over.is_set():
            try:
                wire, _ = listening.accept()
            except OSError:
                return
            threads.append(Thread(target=attend, args=(wire,)))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        threads.append(Thread(target=_until, args=(accept, listening, over)))
        threads[0].start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            for thread in threads:
                thread.join(5)


def _until(accept: Callable[[socket.socket], None], listening: socket.socket, over: Event) -> None:
    """Go on accepting after each pause, until it is over."""
    while not over.is_set():
        accept(listening)
