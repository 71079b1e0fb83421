"""`tmf-apis migrate-faces`, as an operator uses it."""

import asyncio
from collections.abc import Container, Iterator
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from handlers.app import collections_of
from handlers.loading import load_sample_data
from handlers.services import services
from persistence.opening import open_store
from tests.persistence.mongo_server import fresh_database
from tmf_apis.catalog import choose, specs_folder
from tmf_apis.cli import main
from tmf_apis.settings import Settings


@pytest.fixture(params=["SQLite", "MongoDB"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store that was filled while the versions had records of their own."""
    if request.param == "SQLite":
        yield filled(f"sqlite:///{tmp_path}/tmf.db")
        return
    with fresh_database() as url:
        # What there is of others is joined on the other store.
        yield filled(url, {"TMF629"})


def filled(url: str, numbers: Container[str] | None = None) -> str:
    """The URL of a store with the sample data of some APIs, or of all, each version by itself."""
    settings = Settings(store=url, faces="apart")
    catalog = choose()

    async def fill() -> None:
        store = open_store(settings.store)
        await store.open(collections_of(catalog, settings, store))
        served = services(catalog.apis, store, settings)
        some = [each for each in served if numbers is None or each.api.number in numbers]
        await load_sample_data(store, some, specs_folder() / "sample-data", lambda _: None)
        await store.close()

    asyncio.run(fill())
    return settings.store


def test_records_are_joined_once_somebody_decides(url: str) -> None:
    command = ["migrate-faces", "--store", url, "--json"]
    looked = CliRunner().invoke(main, [*command, "--dry-run"])
    assert looked.exit_code == 1
    differing = orjson.loads(looked.stdout)
    assert {"resource": "TMF629 customer", "id": "cust-1001"}.items() <= differing[0].items()
    assert "stay apart: choose with --prefer" in looked.stderr
    first = CliRunner().invoke(main, command)
    assert (first.exit_code, orjson.loads(first.stdout)) == (1, differing)
    refused = CliRunner().invoke(main, ["tasks", "list", "--store", url])
    assert refused.exit_code == 2
    assert "Join them with `tmf-apis migrate-faces`" in refused.stderr
    second = CliRunner().invoke(main, [*command, "--prefer", "newest"])
    assert second.exit_code == 0
    assert len(orjson.loads(second.stdout)) == len(differing)
    third = CliRunner().invoke(main, command)
    assert (third.exit_code, orjson.loads(third.stdout)) == (0, [])
    assert "0 pairs joined, 0 records" in third.stderr


def test_a_store_must_be_there(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["migrate-faces", "--store", f"sqlite:///{tmp_path}/no.db"])
    assert done.exit_code == 2
    assert "is no store yet" in done.stderr
