"""Which hosts import and export jobs may use: those of `TMF_JOBS_HOSTS` (R-620-11)."""

import asyncio
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest

from handlers.jobs.places import places
from handlers.tasks.task import Failed
from tmf_apis.settings import read_settings
from tmf_apis.tmf630.callbacks import Address

CONTENT = b'[{"id": "a"}]'


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Of a server that has a file."""
    (tmp_path / "a.json").write_bytes(CONTENT)
    handler = partial(_Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever).start()
        yield server.server_address[1]
        server.shutdown()


def read(hosts: str, host: str, port: int) -> bytes:
    """The file, from a host whose name leads to this machine."""
    opened = places(read_settings({"TMF_JOBS_HOSTS": hosts, "TMF_DEVELOPMENT": "1"}))

    async def content() -> bytes:
        async with opened.reading(f"http://{host}:{port}/a.json") as file:
            return file.read()

    return asyncio.run(content())


@pytest.fixture(autouse=True)
def _every_name_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async def here(host: str) -> list[Address]:
        return [ip_address("127.0.0.1")]

    monkeypatch.setattr("handlers.jobs.places.addresses_of", here)


@pytest.mark.rule("R-620-11")
@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        ("files.example.com", "files.example.com"),
        ("other.example, files.example.com", "files.example.com"),
        ("*.example.com", "files.example.com"),
        ("*.Example.com", "a.b.EXAMPLE.com"),
    ],
)
def test_a_host_that_is_named_is_open_and_so_is_all_below_a_star(
    hosts: str, host: str, port: int
) -> None:
    assert read(hosts, host, port) == CONTENT


@pytest.mark.rule("R-620-11")
@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        ("", "files.example.com"),
        ("files.example.com", "a.files.example.com"),
        ("*.example.com", "example.com"),
        ("*.example.com", "notexample.com"),
        ("*.example.com", "files.example.com.other.example"),
    ],
)
def test_any_other_is_not(hosts: str, host: str, port: int) -> None:
    with pytest.raises(Failed) as refused:
        read(hosts, host, port)
    said = f"http://{host}:{port}/a.json: {host} is not open to jobs (TMF_JOBS_HOSTS)"
    assert str(refused.value) == said
