"""What was worked out from what clients send, kept for when it is sent again, within some bytes.

A bound on entries is none on memory: one client can make each as large as its requests may be.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

#: An entry that takes more than this part of the memory is not kept: it would push out the rest.
_LARGEST_PART = 8
#: Bytes of an entry beside its key and its value: its place, its size.
_PLACE = 250


class Memory(dict[K, V]):
    """`memory[key]` is what `make(key)` gives, which is asked once as long as it is kept.

    `size` says how many bytes an entry takes, at least, by its key and its value; all together
    take no more than `most`, and the oldest go first. What `make` raises is raised, and not kept.
    What is kept is read as fast as from any dictionary. May be used by several threads.
    """

    def __init__(self, make: Callable[[K], V], size: Callable[[K, V], int], most: int) -> None:
        super().__init__()
        self._make = make
        self._size = size
        self._most = most
        self._sizes: dict[K, int] = {}
        self._taken = 0
        self._lock = Lock()

    @property
    def taken(self) -> int:
        """Bytes that are taken."""
        return self._taken

    def __missing__(self, key: K) -> V:
        value = self._make(key)
        self._keep(key, value)
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            super().clear()
            self._sizes.clear()
            self._taken = 0

    def _keep(self, key: K, value: V) -> None:
        size = self._size(key, value) + _PLACE
        if size * _LARGEST_PART > self._most:
            return
        with self._lock:
            self._taken += size - self._sizes.pop(key, 0)
            self._sizes[key] = size
            self[key] = value
            while self._taken > self._most:
                oldest = next(iter(self._sizes))
                self._taken -= self._sizes.pop(oldest)
                del self[oldest]


def of_texts(make: Callable[[Any], V], most: int, each: int = 1) -> Memory[Any, V]:
    """A memory for a text, or for a tuple with texts in it, and values that are no larger than
    `each` times as many bytes as the texts have characters.
    """
    return Memory(make, lambda key, _: each * _characters(key), most)


def _characters(key: Any) -> int:
    """Characters of the texts in a key, at four bytes each where they may not be ASCII."""
    if isinstance(key, str):
        return len(key) if key.isascii() else 4 * len(key)
    if isinstance(key, bytes):
        return len(key)
    return sum(map(_characters, key)) if isinstance(key, tuple) else 0


def remembering(most: int, each: int = 1) -> Callable[[Callable[[K], V]], Callable[[K], V]]:
    """Have a function of one text keep what it gives, as `of_texts` says."""
    return lambda make: of_texts(make, most, each).__getitem__
