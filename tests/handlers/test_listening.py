"""The sockets of a server: every address of a host, one port, taken before anything else."""

import socket

import pytest

from handlers.listening import CannotListen, listening


def test_a_free_port_is_found_and_connections_wait() -> None:
    with listening("127.0.0.1", 0) as [one]:
        address = one.getsockname()
        assert address[1]
        socket.create_connection(address, 1).close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(address, 1)


def test_all_addresses_of_a_host_have_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.1", 0)),  # not of this machine
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with listening("localhost", 0) as sockets:
        names = [one.getsockname() for one in sockets]
    assert [name[0] for name in names] == ["127.0.0.1", "127.0.0.2"]
    assert len({name[1] for name in names}) == 1


def test_a_port_that_is_taken_is_told() -> None:
    with listening("127.0.0.1", 0) as [one]:
        port = one.getsockname()[1]
        with pytest.raises(CannotListen, match=f"Port {port} of 127.0.0.1 is in use"):
            _enter("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1"])
def test_a_host_that_is_not_here_is_told(host: str) -> None:
    with pytest.raises(CannotListen, match=host):
        _enter(host, 0)


def _enter(host: str, port: int) -> None:
    with listening(host, port):
        pass
