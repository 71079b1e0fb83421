"""How long anybody waits for what is about one record, be it read first and then written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic

from persistence import arrival

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


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a client waits, and that the server waits for what it does by itself: a run of
    bills is not given up for a slow moment.
    """

    client: float
    own: float

    @property
    def allowed(self) -> float:
        """Seconds that a read has."""
        return self.client if arrival.is_of_client() else max(self.own, self.client)

    def left(self) -> float:
        """Seconds that a write has, of those for itself and the read before it together."""
        waited = _waited.get()
        _waited.set(0.0)
        return max(self.allowed - waited, LEAST)
