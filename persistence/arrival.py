"""When the request that is being answered came, and from whom: deadlines count from there, waiting
included, and clients take turns.
"""

from contextvars import ContextVar
from time import monotonic

#: The moment and the client's address.
_arrived: ContextVar[tuple[float, str] | None] = ContextVar("arrived", default=None)


def arrive(client: str = "") -> None:
    """A request came from a client; what is asked of a store from here on is asked for it."""
    _arrived.set((monotonic(), client))


def is_of_client() -> bool:
    """Whether what is done is done for a client's request."""
    return _arrived.get() is not None


def client() -> str:
    """The address of the client, empty where there is none."""
    arrived = _arrived.get()
    return "" if arrived is None else arrived[1]


def left(seconds: float) -> float:
    """Seconds until then, all of them for what the server does by itself; none may be left."""
    moment = until(seconds)
    return seconds if moment is None else moment - monotonic()


def until(seconds: float) -> float | None:
    """The moment by which a client's request is answered; None for what the server does by itself.

    Moments are of the monotonic clock.
    """
    arrived = _arrived.get()
    return None if arrived is None else arrived[0] + seconds
