"""Every official file, v4 and v5, unmodified, is served with all it offers (D9)."""

from pathlib import Path

import pytest

from tests.official.examples import MISSING, reference_folder
from tests.official.serving_files import reference_files, served

pytestmark = pytest.mark.skipif(reference_folder() is None, reason=MISSING)


def test_all_files_are_found() -> None:
    assert len(reference_files()) == 18


@pytest.mark.rule("R-102", "R-201", "R-701", "R-801", "R-815")
@pytest.mark.parametrize("path", reference_files(), ids=lambda path: path.stem)
def test_an_official_file_is_served_whole(path: Path) -> None:
    done = served(path)
    assert all({"list", "retrieve"} <= set(steps) for steps in done.values())
    whole = ["create", "list", "retrieve", "patch", "delete"]
    assert whole in done.values() or path.stem.startswith("TMF678")
