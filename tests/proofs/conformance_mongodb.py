"""What the proofs of conformance on MongoDB have in common; a version takes some minutes."""

from typing import Any

from tests.persistence.mongo_server import fresh_database
from tests.proofs.conformance import found, judged_all

#: Seconds an API may take, and the kit waits for answers and for events: the database of the
#: tests does some hundred commands a second.
LONGEST = 300
PATIENCE = 30


def judged(major: str) -> dict[str, Any]:
    """Outcomes and time of the APIs of a version, and every failure."""
    with fresh_database() as url:
        reports = judged_all([major], "--store", url, timeout=PATIENCE, patience=PATIENCE)
        return found(reports, LONGEST)
