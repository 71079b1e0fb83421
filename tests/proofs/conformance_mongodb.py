"""Our own server on MongoDB, judged by the kit in `full`, as in `conformance`."""

from typing import Any

from tests.persistence.mongo_server import fresh_database
from tests.proofs import conformance

#: Seconds an API may take: the database of the tests is no fast one.
LONGEST = 300


def prove() -> dict[str, Any]:
    """Outcomes and time by API, and every failure."""
    with fresh_database() as url:
        return conformance.prove(url, LONGEST)
