"""Our files say what the reference says, except where a reason is listed (R-721, D4)."""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tmf_apis.comparing.compare import Comparison, compare_folder, render
from tmf_apis.comparing.tables import table


@pytest.fixture(scope="module")
def comparison(specs: Path, reference: Path) -> Comparison:
    return compare_folder(specs, reference)


def test_no_difference_is_unlisted(comparison: Comparison) -> None:
    assert [str(finding) for finding in comparison.differences] == []


def test_no_listed_difference_is_idle(specs: Path, comparison: Comparison) -> None:
    idle = [
        entry
        for entry in table(specs, "differences")
        if not any(
            fnmatchcase(found.api, entry["api"])
            and fnmatchcase(found.difference.place, entry["place"])
            for found in comparison.listed
        )
    ]
    assert idle == []


def test_additions_are_told_apart(comparison: Comparison) -> None:
    places = {(found.api, found.difference.place) for found in comparison.additions}
    assert ("TMF639 v4", "paths/get /physicalResource") in places
    assert ("TMF629 v4", "paths/get /customer/responses/206") in places
    assert not any("put /" in place for _, place in places)


def test_the_text_begins_with_what_matters(comparison: Comparison) -> None:
    text = render(comparison)
    assert text.startswith("Differences: none\n\nListed differences: ")
    assert "one canonical base path" in text
    assert "\n\nAdditions: " in text
