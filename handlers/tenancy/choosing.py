"""For which tenant a request is: its host says so, or else the token it carries.

Nothing is believed here: the application of the tenant judges the token by its own keys, and takes
none that names another one.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping

import orjson

from handlers.hosts import without_port
from tmf_apis.memory import remembering
from tmf_apis.tenants import Tenant

#: A token as it stands in a header: only what it claims is looked at.
_CLAIMS = re.compile(rb"(?i:bearer) +[\w-]+\.([\w-]{1,8192})\.[\w-]*", re.ASCII)


class Choosing:
    """Names the tenants that hosts and tokens name."""

    def __init__(self, tenants: Mapping[str, Tenant], claim: str) -> None:
        self._names = frozenset(tenants)
        self._hosts = {host: one.name for one in tenants.values() for host in one.hosts}
        self._claim = claim
        self.by_host = remembering(1 << 16)(self._by_host)

    def chosen(self, host: str, authorization: bytes) -> str | None:
        """The name of a tenant, or None where neither says one."""
        return self.by_host(host) or (self._by_token(authorization) if authorization else None)

    def _by_host(self, host: str) -> str | None:
        """The tenant that has a host, or whose name is the first label of it."""
        name = without_port(host).lower().rstrip(".")
        label = name.partition(".")[0]
        return self._hosts.get(name) or (label if label in self._names else None)

    def _by_token(self, authorization: bytes) -> str | None:
        found = _CLAIMS.fullmatch(authorization.strip())
        if found is None:
            return None
        try:
            claims = orjson.loads(urlsafe_b64decode(found[1] + b"=="))
        except ValueError:
            return None
        named = claims.get(self._claim) if isinstance(claims, dict) else None
        return named if isinstance(named, str) and named in self._names else None
