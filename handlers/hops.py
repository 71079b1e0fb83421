"""How often an event went round: what keeps a hub that points at a server of ours from looping.

A delivery says in `Tmf-Hops` how many deliveries led to it. The events that are raised while it is
answered were led to by as many; their deliveries say one more, and too many are refused.
"""

from contextvars import ContextVar

from handlers.http import Request
from tmf_apis.tmf630.errors import INVALID_HEADER, LOOP, TmfError

HEADER = b"tmf-hops"
#: Deliveries that may lead to one another.
MOST = 5

#: How many deliveries led to the request that is answered in this context.
_hops: ContextVar[int] = ContextVar("hops", default=0)


def arrive(request: Request) -> None:
    """Note what a request says of the deliveries that led to it.

    Raises `TmfError`: 508 when they are too many, 400 for what is no number.
    """
    if HEADER not in request.named:
        return
    told = request.header(HEADER) or ""
    if not (told.isascii() and told.isdecimal() and len(told) < 10):
        raise TmfError(INVALID_HEADER, "Tmf-Hops: a number of deliveries is needed.")
    if int(told) > MOST:
        raise TmfError(
            LOOP,
            f"Tmf-Hops: this event went round through {told} deliveries. The callback of a hub"
            " leads to a path that raises events of that hub; let it lead elsewhere.",
        )
    _hops.set(int(told))


def hops() -> int:
    """How many deliveries led to what is done in this context."""
    return _hops.get()
