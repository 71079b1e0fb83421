"""Preconditions of requests, judged by what the answer tells of the state (R-112; RFC 9110,
section 13).

Writes are judged before anything changes; reads when their answer is there, since a refusal or a
failure comes before any condition.
"""

from handlers.http import Request, Response
from tmf_apis.tmf630.preconditions import Validators, not_modified

#: What an answer without content says of the one that the client has.
_TOLD = ("ETag", "Last-Modified", "Cache-Control", "Vary")


def check_conditions(request: Request, current: Validators | None) -> None:
    """Raise `TmfError` (412) when a precondition of a write does not hold.

    `current` tells the state of what is addressed, None of a collection.
    """
    asked = request.conditions
    if asked is not None:
        not_modified(request.method, asked, current)


def unless_had(request: Request, response: Response) -> Response:
    """The answer to a read, or 304 when the client has what is in it.

    Raises `TmfError` (412) when another precondition does not hold.
    """
    asked = request.conditions
    if asked is None or not 200 <= response.status < 300:
        return response
    told = response.headers
    if not not_modified(request.method, asked, told if "ETag" in told else None):
        return response
    return Response(304, b"", {name: told[name] for name in _TOLD if name in told})
