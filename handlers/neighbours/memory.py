"""Bodies that a neighbour gave, by URL, each with the `ETag` by which to ask if it still holds.

So many bytes of them at most: those that nobody asked for the longest go first.
"""

from collections import OrderedDict
from typing import NamedTuple

#: Bytes that are remembered of one neighbour.
ROOM = 16 * 1024 * 1024


class Known(NamedTuple):
    """A body as it was when its tag was given."""

    tag: str
    body: bytes


class Memory:
    """The bodies of one neighbour."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._bytes = 0

    def get(self, url: str) -> Known | None:
        """What is known of a URL, which was asked for just now."""
        if url not in self._known:
            return None
        self._known.move_to_end(url)
        return self._known[url]

    def put(self, url: str, tag: str, body: bytes) -> None:
        """Remember a body; one without a tag, or larger than all the room, is forgotten."""
        self.drop(url)
        if not tag or len(body) > self._room:
            return
        self._known[url] = Known(tag, body)
        self._bytes += len(body)
        while self._bytes > self._room:
            self.drop(next(iter(self._known)))

    def drop(self, url: str) -> None:
        """Forget what is known of a URL."""
        known = self._known.pop(url, None)
        self._bytes -= len(known.body) if known is not None else 0
