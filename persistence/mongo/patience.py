"""How long a client waits for what is about one record, be it read first and then written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

#: Seconds that a write has, however long the read before it took.
LEAST = 0.1
#: Seconds the last read of this request took, as long as no write has followed it.
_waited: ContextVar[float] = ContextVar("waited", default=0.0)


@contextmanager
def counted() -> Iterator[None]:
    """Count the time of a read against the write that follows it in the same request."""
    began = monotonic()
    try:
        yield
    finally:
        _waited.set(monotonic() - began)


def left(patience: float) -> float:
    """Seconds that a write has, of those for itself and the read before it together."""
    waited = _waited.get()
    _waited.set(0.0)
    return max(patience - waited, LEAST)
