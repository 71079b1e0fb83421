"""Schemathesis finds nothing, in a small way; `make prove` runs it over all APIs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proofs import schemathesis
from tests.proofs.serving import serving
from tmf_apis.catalog import built_in
from tmf_apis.spec.model import ApiSpec

EXAMPLES, SECONDS = 10, 8
SMALL = [api for api in built_in() if api.number in ("TMF629", "TMF678")]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("schemathesis")) as started:
        yield started.origin


@pytest.mark.xdist_group("schemathesis")
@pytest.mark.rule("R-203", "R-206")
@pytest.mark.parametrize("api", SMALL, ids=lambda api: f"{api.number}-{api.major}")
def test_schemathesis_finds_nothing(api: ApiSpec, origin: str, tmp_path: Path) -> None:
    result = schemathesis.run(api, origin, tmp_path, EXAMPLES, SECONDS)
    assert result["passed"], result["output"]
    assert result["cases"] > 0
