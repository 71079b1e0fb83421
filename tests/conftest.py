"""What all tests share: the marker that ties a test to the rules it proves."""

import os

import pytest
from hypothesis import HealthCheck, settings

#: How many examples a property test runs; a proof asks for thousands.
EXAMPLES = int(os.environ.get("TMF_EXAMPLES", "300"))

settings.register_profile(
    "project",
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
settings.load_profile("project")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "rule(*ids): the rules of specs/tmf630.yaml that a test proves"
    )
