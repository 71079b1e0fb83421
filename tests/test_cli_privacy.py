"""`tmf-apis privacy export`: what it writes and prints."""

from importlib import import_module
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest

from tests.test_cli import CUSTOMER, alone, run
from tmf_apis.catalog import Catalog, choose

__all__ = ["alone"]

CATALOG = Catalog(tuple(api for api in choose().apis if api.number == "TMF629"))

KEPT = {
    "id": "cust-1",
    "@type": "Customer",
    "name": "Ann",
    "engagedParty": {"@type": "PartyRef", "@referredType": "Individual", "id": "ann"},
}


@pytest.fixture(autouse=True)
def one_api(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other APIs have no part in it, and take long to read."""
    for module in ("given", "load"):
        found = import_module(f"tmf_apis.cli.{module}")
        monkeypatch.setattr(found, "catalog_of", lambda *_, **__: CATALOG)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store with one customer."""
    url, file = f"sqlite:///{tmp_path}/tmf.db", tmp_path / "customers.jsonl"
    file.write_bytes(orjson.dumps(KEPT))
    assert run("load", *CUSTOMER, "--store", url, "--create", str(file)).exit_code == 0
    return url


def test_all_that_is_kept_of_a_person_is_in_an_archive(store: str, tmp_path: Path) -> None:
    archive = tmp_path / "ann.zip"
    done = run("privacy", "export", str(archive), "--party", "cust-1", "--store", store)
    with ZipFile(archive) as found:
        names = set(found.namelist())
    assert {name for name in names if "customer/cust-1.json" in name}
    assert (done.exit_code, done.stdout) == (0, f"{len(names) - 1} files are in {archive}.\n")


def test_of_whom_nothing_is_kept_there_is_no_archive(store: str, tmp_path: Path) -> None:
    archive = tmp_path / "bob.zip"
    done = run("privacy", "export", str(archive), "--party", "bob", "--store", store)
    assert (done.exit_code, done.stdout) == (0, "Nothing is kept of bob.\n")
    assert not archive.exists()
