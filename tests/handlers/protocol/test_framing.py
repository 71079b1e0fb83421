"""Where bodies end (RFC 9112, sections 6 and 7)."""

import pytest

from handlers.protocol.framing import Chunked, Framing, framing
from handlers.protocol.limits import CHUNK_LINE_BYTES, CHUNKS_A_TURN, TRAILER_BYTES
from tmf_apis.tmf630.errors import TmfError


def read(body: Framing, *pieces: bytes) -> tuple[bytes, bytes]:
    """The body in what comes piece by piece, and what stands behind it."""
    received, found = bytearray(), b""
    for piece in pieces:
        received += piece
        while taken := body.take(received):
            found += taken
    return found, bytes(received)


def bytewise(raw: bytes) -> list[bytes]:
    return [raw[n : n + 1] for n in range(len(raw))]


def test_a_length_is_kept_to() -> None:
    for pieces in ([b"abcdef"], bytewise(b"abcdef")):
        body = framing(3)
        assert read(body, *pieces) == (b"abc", b"def")
        assert body.done


def test_no_body_is_none() -> None:
    assert framing(0).done


CHUNKS = {
    "one": (b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
    "none": (b"0\r\n\r\n", b""),
    "several": (b"3\r\nabc\r\n00a\r\n0123456789\r\n0\r\n\r\n", b"abc0123456789"),
    "in capitals": (b"A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
    "that look like others": (b"5\r\n0\r\n\r\n\r\n0\r\n\r\n", b"0\r\n\r\n"),
    "with extensions": (b'3;a=b ;c="d"\r\nabc\r\n0 ; e\r\n\r\n', b"abc"),
    "with fields behind them": (b"3\r\nabc\r\n0\r\nA: b\r\nContent-Length: 7\r\n\r\n", b"abc"),
}


@pytest.mark.parametrize(("raw", "body"), CHUNKS.values(), ids=CHUNKS)
def test_chunks(raw: bytes, body: bytes) -> None:
    for pieces in ([raw + b"GET /"], bytewise(raw + b"GET /")):
        chunks = framing(None)
        assert not chunks.done
        assert read(chunks, *pieces) == (body, b"GET /")
        assert chunks.done


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n",
        b"g\r\n",
        b"-1\r\n",
        b"+1\r\n",
        b"0x1\r\n",
        b"1 \r\n",
        b" 1\r\n",
        b"1_0\r\n",
        b"1" * 16 + b"\r\n",
        b"3\n",
        b"3\r\r\n",
        b"3;a\nb\r\n",
        b"3;a\rb\r\n",
        b"3;\x00\r\n",
        b"3 a\r\n",
        b"3\r\nabcd",
        b"3\r\nabc\n0\r\n\r\n",
        b"3\r\nabc0\r\n\r\n",
        b"0\r\nA b\r\n",
        b"0\r\n folded: b\r\n",
        b"0\r\nA: b\n\r\n",
        b"1;" + b"a" * CHUNK_LINE_BYTES,
        b"1;" + b"a" * CHUNK_LINE_BYTES + b"\r\n",
        b"0\r\nA: \x00\r\n",
        b"0\r\n" + (b"A: " + b"b" * 97 + b"\r\n") * (TRAILER_BYTES // 100 + 1),
    ],
)
def test_what_is_no_chunk(raw: bytes) -> None:
    for pieces in ([raw], bytewise(raw)):
        with pytest.raises(TmfError) as found:
            read(framing(None), *pieces)
        assert found.value.cause.status in (400, 431)


def test_many_small_chunks_take_several_turns() -> None:
    raw = b"1\r\na\r\n" * (2 * CHUNKS_A_TURN)
    received = bytearray(raw)
    body = Chunked()
    assert body.take(received) == b"a" * CHUNKS_A_TURN
    assert body.take(received) == b"a" * CHUNKS_A_TURN
    assert not received
