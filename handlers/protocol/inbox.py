"""What came from a client and is not handed on yet: heads, and pieces of bodies, in order."""

from handlers.protocol.framing import Framing, framing
from handlers.protocol.head import Head, check_beginning, read_head


class Inbox:
    """Bytes as they come. `body` is how that of the last head is read."""

    __slots__ = ("_bytes", "_looked_at", "body")

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._looked_at = 0
        self.body: Framing = framing(0)

    def __len__(self) -> int:
        return len(self._bytes)

    def add(self, data: bytes) -> None:
        """More came."""
        self._bytes += data

    def clear(self) -> None:
        """Forget what came."""
        self._bytes.clear()

    @property
    def begins(self) -> bool:
        """Whether what came is the first of a head."""
        return len(self._bytes) > 0 and not self._looked_at

    @property
    def method(self) -> bytes:
        """The method of a head that is not whole or not right, as far as it can be told."""
        return bytes(self._bytes[:20].partition(b" ")[0])

    def head(self) -> Head | None:
        """The next head; None as long as it is not whole. Raises `TmfError` when it cannot be."""
        received = self._bytes
        if not self._looked_at:
            # An empty line in front is passed over (RFC 9112, section 2.2).
            if received == b"\r":
                return None
            if received.startswith(b"\r\n"):
                del received[:2]
        end = received.find(b"\r\n\r\n", max(0, self._looked_at - 3))
        if end < 0:
            check_beginning(received, self._looked_at)
            self._looked_at = len(received)
            return None
        head = read_head(bytes(received[:end]))
        del received[: end + 4]
        self._looked_at = 0
        self.body = framing(head.length)
        return head

    def piece(self) -> bytes:
        """What came of the body; raises `TmfError` when it cannot be read on."""
        return self.body.take(self._bytes)
