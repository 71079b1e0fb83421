"""Which API a run is about: built in, of a file, or one of a folder of files."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.flag_types import Mistake
from conformance.targets import chosen_api
from tmf_apis.catalog import built_in
from tmf_apis.spec.model import ApiSpec

CATALOG = next(api for api in built_in() if (api.number, api.version) == ("TMF620", "4.1.0"))


def chosen(**given: Any) -> ApiSpec:
    return chosen_api({"spec": None, "api": "tmf620", "version": "v4", **given})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two releases of a file, and something else."""
    document = json.loads(CATALOG.source.read_text())
    for version in ("4.0.0", "4.1.0"):
        document["info"]["version"] = version
        tmp_path.joinpath(f"TMF620-v{version}.json").write_text(json.dumps(document))
    tmp_path.joinpath("package.json").write_text("{}")
    return tmp_path


@pytest.mark.parametrize("version", ["v4", "4", "4.1", "v4.1.0"])
def test_a_version_is_said_as_exactly_as_one_likes(version: str) -> None:
    assert chosen(version=version).version == "4.1.0"


def test_another_release_is_not_taken_for_the_one_that_was_asked_for() -> None:
    with pytest.raises(Mistake, match=r"4\.0\.0 is not built in \(TMF620 is in 4\.1\.0, 5\.0\.0"):
        chosen(version="4.0.0")


@pytest.mark.parametrize(
    ("version", "taken"), [("4.0.0", "4.0.0"), ("4.1.0", "4.1.0"), ("v4", "4.1.0")]
)
def test_of_a_folder_the_release_that_was_asked_for_is_taken(
    folder: Path, version: str, taken: str
) -> None:
    found = chosen(spec=folder, version=version)
    assert found.version == taken
    assert found.base_path == CATALOG.base_path


def test_a_folder_without_that_release_says_what_it_has(folder: Path) -> None:
    with pytest.raises(Mistake, match=r"has 4\.0\.0, 4\.1\.0 of TMF620, and not 5\.0\.0"):
        chosen(spec=folder, version="5.0.0")


def test_two_files_of_one_release_are_not_guessed_between(folder: Path) -> None:
    folder.joinpath("again.json").write_bytes(folder.joinpath("TMF620-v4.0.0.json").read_bytes())
    with pytest.raises(Mistake, match=r"TMF620-v4\.0\.0\.json and again\.json|again\.json and"):
        chosen(spec=folder, version="4.0.0")
