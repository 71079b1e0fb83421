"""The file of an API as the server sends it: for this server, and of what it does."""

from collections.abc import Mapping
from typing import Any

import orjson

from handlers.browsers import SAFE
from handlers.http import Request, Response
from handlers.standing import digest, standing
from tmf_apis.tmf630.preconditions import etag

#: Refusals that files name for every operation, and that this server does not give: it counts
#: nobody's requests, and those of who asks it gives where it asks. Pages of other origins it keeps
#: from writing.
_NEVER = frozenset(("429",))
_NEVER_UNASKED, _NEVER_TO_READS_UNASKED = _NEVER | {"401"}, _NEVER | {"401", "403"}


class Document:
    """The file of an API, which names as its server the place it was got from; `asked` says whether
    who asks is asked who they are.
    """

    def __init__(self, document: Mapping[str, Any], *, asked: bool = False) -> None:
        rest = {k: v for k, v in document.items() if k not in ("openapi", "servers")}
        rest["paths"] = {
            path: _done(path, item, asked=asked) for path, item in rest["paths"].items()
        }
        self._openapi = document["openapi"]
        self._rest = orjson.dumps(rest)
        self._revision = digest(self._rest)

    async def below(self, base: str, request: Request) -> Response:
        """The file as it is got below a base path."""
        url = request.origin + base
        head = orjson.dumps({"openapi": self._openapi, "servers": [{"url": url}]})
        return standing(b"%b,%b" % (head[:-1], self._rest[1:]), etag(self._revision, url))


def _done(path: str, item: dict[str, Any], *, asked: bool) -> dict[str, Any]:
    """The operations of a path with the answers they give; listeners are the client's."""
    if path.startswith("/listener/"):
        return item
    writes, reads = (_NEVER, _NEVER) if asked else (_NEVER_UNASKED, _NEVER_TO_READS_UNASKED)
    return {
        name: _without(value, reads if name.upper() in SAFE else writes)
        for name, value in item.items()
    }


def _without(operation: Any, statuses: frozenset[str]) -> Any:
    if not isinstance(operation, dict) or "responses" not in operation:
        return operation
    given = {s: answer for s, answer in operation["responses"].items() if s not in statuses}
    return {**operation, "responses": given}
