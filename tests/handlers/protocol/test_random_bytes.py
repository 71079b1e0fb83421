"""Whatever bytes come, they are read or refused, and where packets end makes no difference."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.protocol.framing import Chunked
from handlers.protocol.head import check_beginning, read_head
from tmf_apis.tmf630.errors import TmfError

#: Pieces that heads and chunks are made of, and what spoils them.
PIECES = st.one_of(
    st.sampled_from(
        [b"GET", b" ", b"/", b"HTTP/1.1", b"\r\n", b"\n", b"\r", b":", b"Host: x", b"Host", b"0",
         b"3", b"abc", b";a=b", b"Content-Length: 3", b"Transfer-Encoding: chunked", b"\t", b"\x00",
         b"\xff", b"#", b"*", b"http://x"]
    ),
    st.binary(max_size=3),
)  # fmt: skip
BYTES = st.lists(PIECES, max_size=30).map(b"".join)
CUTS = st.lists(st.integers(1, 12), max_size=30)


@given(BYTES)
@settings(max_examples=300)
def test_a_head_is_read_or_refused(raw: bytes) -> None:
    readable = False
    with suppress(TmfError):
        read_head(raw)
        readable = True
    if readable:
        # What can be read was never refused while it came.
        for seen in range(len(raw)):
            check_beginning(bytearray(raw[: seen + 1]), seen)


def outcome(packets: list[bytes]) -> tuple[bytes, bytes, bool]:
    """The body, what stands behind it, and whether it was refused."""
    chunks, received, body = Chunked(), bytearray(), b""
    for packet in packets:
        received += packet
        before = -1
        while not chunks.done and before != len(received):
            before = len(received)
            try:
                body += chunks.take(received)
            except TmfError:
                return b"", b"", True
    return body, bytes(received) if chunks.done else b"", False


@given(BYTES, CUTS)
@settings(max_examples=300)
def test_chunks_are_the_same_however_they_come(raw: bytes, cuts: list[int]) -> None:
    packets, rest = [], raw
    for cut in cuts:
        packets.append(rest[:cut])
        rest = rest[cut:]
    assert outcome([*packets, rest]) == outcome([raw])


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8))
@settings(max_examples=100)
def test_what_is_sent_in_chunks_is_what_was_meant(parts: list[bytes]) -> None:
    raw = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\nNEXT"
    assert outcome([raw]) == (b"".join(parts), b"NEXT", False)
