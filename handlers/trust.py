"""The certificate authorities that the server trusts when it asks others."""

from functools import cache
from ssl import SSLContext

import httpx


@cache
def trusted() -> SSLContext:
    """Those authorities, read once: that takes tens of milliseconds, in which nobody is served."""
    return httpx.create_ssl_context()
