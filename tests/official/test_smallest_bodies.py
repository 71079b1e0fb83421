"""The smallest body that an official file accepts is accepted, of every resource (D24)."""

from pathlib import Path

import pytest

from tests.handlers.facts import APIS
from tests.handlers.serving import running
from tests.official.examples import MISSING, reference_folder
from tests.official.smallest import EXCEPTIONS, official_files, posted
from tmf_apis.catalog import Catalog

pytestmark = pytest.mark.skipif(reference_folder() is None, reason=MISSING)


@pytest.mark.rule("R-701", "R-703", "R-720", "R-721")
def test_the_smallest_official_body_makes_a_resource(tmp_path: Path) -> None:
    with running(tmp_path, Catalog(tuple(APIS))) as server:
        found = {
            name: tried.refusals
            for path in official_files()
            for name, tried in posted(server, path).items()
        }
    assert len(found) == 45
    assert {name for name, refused in found.items() if refused} == set(EXCEPTIONS)
