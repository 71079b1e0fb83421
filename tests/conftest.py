"""What all tests share: how many examples a property is tried with."""

import os

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
