"""Where a body ends: after so many bytes, or with its last chunk (RFC 9112, sections 6 and 7)."""

import re
from enum import Enum, auto
from typing import NoReturn

from handlers.protocol.head import read_field
from handlers.protocol.limits import CHUNK_LINE_BYTES, CHUNKS_A_TURN, TRAILER_BYTES
from tmf_apis.tmf630.errors import HEAD_TOO_LARGE, MALFORMED_REQUEST, TmfError

_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t -~\x80-\xff]*)?")


class Sized:
    """A body whose length is known. `left` bytes of it are to come; it is `done` when all of it was
    taken.
    """

    __slots__ = ("done", "left")

    def __init__(self, length: int) -> None:
        self.left = length
        self.done = not length

    def take(self, received: bytearray) -> bytes:
        """Take what belongs to the body off the front of what was received."""
        piece = bytes(received[: self.left])
        del received[: self.left]
        self.left -= len(piece)
        self.done = not self.left
        return piece


class _Next(Enum):
    """What of a body in chunks comes next."""

    SIZE = auto()
    DATA = auto()
    END_OF_DATA = auto()
    TRAILER = auto()
    NOTHING = auto()


class Chunked:
    """A body in chunks. Extensions and the fields behind the last chunk are read over.

    `left` is None: nobody knows how much is to come.
    """

    __slots__ = ("_next", "_of_chunk", "_trailer")
    left = None

    def __init__(self) -> None:
        self._next = _Next.SIZE
        self._of_chunk = 0
        self._trailer = 0

    @property
    def done(self) -> bool:
        """Whether all of it was taken."""
        return self._next is _Next.NOTHING

    def take(self, received: bytearray) -> bytes:
        """Take what belongs to the body off the front of what was received: some chunks at most.

        Raises `TmfError` (400, 431) for what is no chunk.
        """
        pieces: list[bytes] = []
        for _ in range(3 * CHUNKS_A_TURN):
            if self.done or not self._step(received, pieces):
                break
        return b"".join(pieces)

    def _step(self, received: bytearray, pieces: list[bytes]) -> bool:
        """Read one part of a chunk; whether it was all there."""
        if self._next is _Next.DATA:
            piece = bytes(received[: self._of_chunk])
            del received[: self._of_chunk]
            pieces.append(piece)
            self._of_chunk -= len(piece)
            if not self._of_chunk:
                self._next = _Next.END_OF_DATA
            return not self._of_chunk
        if self._next is _Next.END_OF_DATA:
            if not b"\r\n".startswith(received[:2]):
                _refuse("A chunk is longer than it says.")
            if len(received) < 2:
                return False
            del received[:2]
            self._next = _Next.SIZE
            return True
        ends = self._next is _Next.TRAILER
        line = _line(received, TRAILER_BYTES if ends else CHUNK_LINE_BYTES)
        if line is None:
            return False
        if ends:
            self._read_trailer(line)
        else:
            self._begin(line)
        return True

    def _begin(self, line: bytes) -> None:
        found = _CHUNK.fullmatch(line)
        if found is None:
            _refuse("A chunk does not begin with its size in hexadecimal digits.")
        self._of_chunk = int(found[1], 16)
        self._next = _Next.DATA if self._of_chunk else _Next.TRAILER

    def _read_trailer(self, line: bytes) -> None:
        self._trailer += len(line)
        if self._trailer > TRAILER_BYTES:
            raise TmfError(HEAD_TOO_LARGE, "The fields behind the last chunk are too large.")
        if not line:
            self._next = _Next.NOTHING
        else:
            read_field(line)


Framing = Sized | Chunked


def framing(length: int | None) -> Framing:
    """How the body of a head is to be read; `length` as in `Head`."""
    return Chunked() if length is None else Sized(length)


def _line(received: bytearray, longest: int) -> bytes | None:
    """The next line without its end, or None as long as it is not whole."""
    end = received.find(b"\n", 0, longest + 2)
    if end < 0:
        if len(received) > longest:
            _refuse(f"A line among the chunks is longer than {longest} bytes.")
        return None
    line = bytes(received[: end + 1])
    if not line.endswith(b"\r\n"):
        _refuse("A line among the chunks does not end by CRLF.")
    del received[: end + 1]
    return line[:-2]


def _refuse(message: str) -> NoReturn:
    raise TmfError(MALFORMED_REQUEST, message)
