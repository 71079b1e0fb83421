"""Heads and bodies come out as they went in, wherever packets end."""

import pytest

from handlers.protocol.inbox import Inbox
from tests.handlers.protocol.talking import GET, POST
from tmf_apis.tmf630.errors import TmfError

CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"


def read(packets: list[bytes]) -> list[tuple[bytes, bytes]]:
    """The methods and bodies of what came."""
    inbox, found, body = Inbox(), list[tuple[bytes, bytes]](), b""
    method = b""
    for packet in packets:
        inbox.add(packet)
        while True:
            if not inbox.body.done:
                body += inbox.piece()
                if not inbox.body.done:
                    break
                found.append((method, body))
                body = b""
            head = inbox.head()
            if head is None:
                break
            method = head.method
            if inbox.body.done:
                found.append((method, b""))
    return found


@pytest.mark.parametrize("between", [b"", b"\r\n"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 1000])
def test_packets_may_end_anywhere(between: bytes, size: int) -> None:
    raw = between + between.join((POST, GET, CHUNKED, POST))
    packets = [raw[n : n + size] for n in range(0, len(raw), size)]
    posted = (b"POST", b"abc")
    assert read(packets) == [posted, (b"GET", b""), posted, posted]


def test_one_empty_line_is_enough() -> None:
    with pytest.raises(TmfError):
        read([b"\r\n\r\n" + GET])


def test_the_method_of_a_head_that_is_none_is_known() -> None:
    inbox = Inbox()
    inbox.add(b"HEAD / HTTP/9.9\r\n")
    assert inbox.method == b"HEAD"
