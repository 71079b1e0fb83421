"""What a server asks of the system before it serves."""

import resource
from collections.abc import Iterator

import pytest

from handlers import server
from tmf_apis.catalog import Catalog

MOST = 300


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The limit of open files, which is low, and is afterwards as it was."""
    some, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST, most))
    monkeypatch.setattr(server, "work", lambda _: None)
    try:
        yield [MOST, most]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (some, most))


def test_it_may_have_as_many_files_open_as_the_system_lets_it(limits: list[int]) -> None:
    server.run(server.read_settings({}), Catalog(()), [])
    some, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = server.FILES if most == resource.RLIM_INFINITY else min(server.FILES, most)
    assert (some, most) == (wanted, limits[1])


def test_a_limit_that_is_higher_stays(limits: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "FILES", 200)
    server.run(server.read_settings({}), Catalog(()), [])
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == MOST
