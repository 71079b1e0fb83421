"""Names of hosts, looked up so that one without an answer holds up nothing else.

A look-up may take half a minute. The event loop's own runs on a few threads that opening sockets
needs as well; here each has a thread of its own, which ends with the process at the latest.
"""

import asyncio
import socket
from contextlib import suppress
from ipaddress import ip_address
from threading import Thread

from tmf_apis.tmf630.callbacks import Address


async def addresses_of(host: str) -> list[Address]:
    """The addresses of a host. Raises `OSError` when there is none."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Address]] = loop.create_future()

    def tell(found: list[Address] | OSError) -> None:
        if answer.done():
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def look_up() -> None:
        found: list[Address] | OSError
        try:
            entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in entries]
        except (OSError, UnicodeError) as error:
            found = error if isinstance(error, OSError) else OSError(f"{host}: {error}")
        with suppress(RuntimeError):  # The loop may have ended meanwhile.
            loop.call_soon_threadsafe(tell, found)

    Thread(target=look_up, name="resolver", daemon=True).start()
    return await answer
