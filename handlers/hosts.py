"""The names the server goes by. A page can give its own name the address of a server it wants to
talk to (DNS rebinding): a request for such a name is refused.
"""

from collections.abc import Callable
from fnmatch import fnmatchcase
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from tmf_apis.memory import remembering
from tmf_apis.settings import Settings

#: Names that nobody can give another address.
_LOOPBACK = ("localhost", "*.localhost")


def names_of(settings: Settings) -> Callable[[str], bool] | None:
    """Tells whether a `Host` is a name of the server; None when it goes by any.

    In development it goes by the names of the loopback interface, unless others are given. That
    of the external URL is always one of them.
    """
    given = settings.allowed_hosts
    if "*" in given or not (given or settings.development):
        return None
    external = urlsplit(settings.base_url).hostname or ""
    # Who listens on every address is asked by each; an address is nobody's name.
    bound = address_of(settings.host)
    anywhere = not given and bound is not None and bound.is_unspecified
    known = (*_LOOPBACK, *given, external, settings.host)
    return remembering(1 << 16)(partial(_is_known, known=known, anywhere=anywhere))


def _is_known(host: str, *, known: tuple[str, ...], anywhere: bool) -> bool:
    name = without_port(host).lower().rstrip(".")
    address = address_of(name)
    if address is None:
        return any(fnmatchcase(name, pattern) for pattern in known if pattern)
    return anywhere or address.is_loopback or name in known


def without_port(host: str) -> str:
    """The name or the address in a `Host`."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def address_of(name: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is, or None."""
    try:
        return ip_address(name)
    except ValueError:
        return None
