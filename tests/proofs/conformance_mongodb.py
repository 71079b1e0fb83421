"""What the proofs of conformance on MongoDB have in common; a version takes some minutes."""

from typing import Any

from tests.persistence.mongo_server import fresh_database
from tests.proofs.conformance import found, judged_all

#: Seconds an API may take: the database of the tests is no fast one.
LONGEST = 300


def judged(major: str) -> dict[str, Any]:
    """Outcomes and time of the APIs of a version, and every failure."""
    with fresh_database() as url:
        return found(judged_all([major], "--store", url), LONGEST)
