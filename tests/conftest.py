"""What all tests share: how many examples a property is tried with, and whom clients trust."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import certifi
import pytest
from hypothesis import HealthCheck, settings

#: How many examples a property test runs; a proof asks for thousands.
EXAMPLES = int(os.environ.get("TMF_EXAMPLES", "200"))

settings.register_profile(
    "project",
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
settings.load_profile("project")


@pytest.fixture(scope="session", autouse=True)
def few_authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Clients of the tests trust one public authority, for none is asked for: to read all of them
    takes 30 ms a client, and tests make thousands.
    """
    first, end, _ = Path(certifi.where()).read_text().partition("-----END CERTIFICATE-----\n")
    bundle = tmp_path_factory.mktemp("authorities") / "one.pem"
    bundle.write_text(first + end)
    with patch("certifi.where", return_value=str(bundle)):
        yield
