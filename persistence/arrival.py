"""When the request that is being answered came: deadlines count from there, waiting included."""

from contextvars import ContextVar
from time import monotonic

_arrived: ContextVar[float | None] = ContextVar("arrived", default=None)


def arrive() -> None:
    """A client's request came; what is asked of a store from here on is asked for it."""
    _arrived.set(monotonic())


def until(seconds: float) -> float | None:
    """The moment by which a client's request is answered; None for what the server does by itself.

    Moments are of the monotonic clock.
    """
    arrived = _arrived.get()
    return None if arrived is None else arrived + seconds
