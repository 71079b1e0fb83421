"""Nobody is served unasked but on this machine: a server that asks nobody who they are is not to be
reached from elsewhere, unless its operator says that something in front of it asks.
"""

import socket
from ipaddress import ip_address

from tmf_apis.settings import Settings


class Exposed(ValueError):
    """A server that anybody could use; the text says what to do."""


def refuse_exposed(settings: Settings) -> None:
    """Raise `Exposed` for a server that others reach and that asks nobody."""
    if not settings.insecure and is_exposed(settings):
        raise Exposed(
            f"{settings.host} is reached from other machines, and nobody would be asked who they"
            " are. Set TMF_AUTHENTICATION=1, or bind 127.0.0.1; where something in front of it"
            " asks, say --insecure."
        )


def is_exposed(settings: Settings) -> bool:
    """Whether others reach it, and nobody is asked."""
    return not (settings.authentication or _is_near(settings.host))


def _is_near(host: str) -> bool:
    """Whether all addresses of a host are of the loopback interface."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        return True  # Nobody can listen there, which is told in its own words.
    return all(ip_address(str(address[0])).is_loopback for *_, address in found)
