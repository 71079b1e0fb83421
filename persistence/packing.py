"""Bodies that are seldom read are kept compressed where they are large.

A change of fifteen bytes of a record of 4 MB raises events with all of it, as they have to tell
how it was at that moment (D1).
"""

import zlib

#: Bytes from which on a body is compressed.
FROM = 16 * 1024


def packed(body: bytes) -> bytes:
    """A body as it is kept. JSON never begins like zlib's output."""
    return body if len(body) < FROM else zlib.compress(body, 1)


def unpacked(kept: bytes) -> bytes:
    """The body that was packed."""
    return zlib.decompress(kept) if kept[:1] == b"\x78" else kept
