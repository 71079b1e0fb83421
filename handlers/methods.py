"""What is said of methods: those a path offers, and the refusal of others (R-107, R-108)."""

from collections.abc import Iterable

from handlers.http import Response
from tmf_apis.tmf630.errors import METHOD_NOT_ALLOWED, TmfError
from tmf_apis.tmf630.patching import ACCEPT_PATCH

#: The methods of what can only be read.
READS = ("GET", "HEAD")
#: What `OPTIONS *` asks about (RFC 9110, 9.3.7), and the methods that some path or other offers.
WHOLE_SERVER = "*"
ALL = (*READS, "POST", "PATCH", "DELETE")


def not_offered(method: str, offered: Iterable[str], *, patchable: bool = False) -> Response:
    """The answer to OPTIONS. Raises `TmfError` (405) for any other method."""
    allow = ", ".join([*offered, "OPTIONS"])
    if method != "OPTIONS":
        raise TmfError(
            METHOD_NOT_ALLOWED, f"{method} is not offered here; use {allow}.", {"Allow": allow}
        )
    headers = {"Allow": allow}
    if patchable:
        headers["Accept-Patch"] = ACCEPT_PATCH
    return Response(204, b"", headers)
