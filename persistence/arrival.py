"""When the request that is being answered came: deadlines count from there, waiting included."""

from contextvars import ContextVar
from time import monotonic

_arrived: ContextVar[float | None] = ContextVar("arrived", default=None)


def arrive() -> None:
    """A client's request came; what is asked of a store from here on is asked for it."""
    _arrived.set(monotonic())


def is_of_client() -> bool:
    """Whether what is done is done for a client's request."""
    return _arrived.get() is not None


def left(seconds: float) -> float:
    """Seconds until then, all of them for what the server does by itself; none may be left."""
    moment = until(seconds)
    return seconds if moment is None else moment - monotonic()


def until(seconds: float) -> float | None:
    """The moment by which a client's request is answered; None for what the server does by itself.

    Moments are of the monotonic clock.
    """
    arrived = _arrived.get()
    return None if arrived is None else arrived + seconds
