"""Where the files of this project and those of TM Forum are."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def specs() -> Path:
    """Our folder of specifications."""
    return ROOT / "specs"


@pytest.fixture(scope="session")
def reference() -> Path:
    """TM Forum's files, which are no part of the project; the test is skipped without them."""
    named = os.environ.get("TMF_REFERENCE")
    folder = Path(named) if named else ROOT.parent / "shared" / "tmf-reference"
    if not folder.is_dir():
        pytest.skip(f"no reference files at {folder}; name their folder in TMF_REFERENCE")
    return folder
