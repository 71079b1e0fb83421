"""What a server asks of the system, and does, before it serves."""

import asyncio
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import server
from handlers.notifications.access import AccessError
from tests.handlers.facts import APIS
from tmf_apis.catalog import Catalog
from tmf_apis.neighbours import NeighboursError
from tmf_apis.settings import Settings

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


def prepared(folder: Path, numbers: tuple[str, ...], **settings: Any) -> int:
    """How many sample records are loaded before a server of some APIs serves."""
    apis = tuple(api for api in APIS if api.number in numbers)
    chosen = Settings(store=f"sqlite:///{folder}/tmf.db", **settings)
    return asyncio.run(server.prepare(chosen, Catalog(apis), lambda _: None))


def test_what_a_neighbour_keeps_is_not_filled_here(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    entries = ("TMF629=http://a.example/v5",)
    both = prepared(tmp_path, ("TMF629", "TMF642"), neighbours=entries)
    assert both == prepared(tmp_path / "alone", ("TMF642",)) > 0


def test_it_does_not_begin_with_neighbours_that_it_cannot_have(tmp_path: Path) -> None:
    with pytest.raises(NeighboursError, match=r"^TMF_NEIGHBOURS: there is no API TMF637 here"):
        prepared(tmp_path, ("TMF629",), neighbours=("TMF637=http://a.example/v5",))
    with pytest.raises(AccessError, match="not a list of tokens"):
        prepared(
            tmp_path,
            ("TMF629",),
            neighbours=("TMF629=http://a.example/v5",),
            neighbour_access=_file(tmp_path, "- {callback: 'https://a.example/', bearer: x}"),
        )


def _file(folder: Path, text: str) -> Path:
    file = folder / "access.yaml"
    file.write_text(text)
    return file
