"""The sockets a server listens on, taken before anything else is done."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

#: Connections that wait while the workers are busy.
BACKLOG = 2048


class CannotListen(OSError):
    """An address that cannot be listened on; the text names it and says why."""


@contextmanager
def listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Sockets that listen on every address of a host, all on one port; port 0 takes a free one.

    From here on clients wait rather than being turned away. Raises `CannotListen`.
    """
    with ExitStack() as stack:
        yield [stack.enter_context(one) for one in _listen(host, port)]


def _listen(host: str, port: int) -> list[socket.socket]:
    taken: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            try:
                one = socket.create_server(
                    (address[0], port, *address[2:]), family=family, backlog=BACKLOG
                )
            except OSError as error:
                # A name may stand for an address of a kind that this machine does not have.
                if error.errno == errno.EADDRNOTAVAIL and len(found) > 1:
                    continue
                raise
            taken.append(one)
            port = one.getsockname()[1]
    except OSError as error:
        for one in taken:
            one.close()
        raise CannotListen(_told(host, port, error)) from error
    if not taken:
        raise CannotListen(f"{host}: no address of this machine")
    return taken


def _told(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use; choose another by TMF_PORT or --port."
    if error.errno == errno.EACCES:
        return f"Port {port} of {host} may not be used; choose one above 1023 by TMF_PORT."
    return f"{host}:{port}: {error.strerror}"
