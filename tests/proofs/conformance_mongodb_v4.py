"""Our own server on MongoDB, judged by the kit in `full`, as in `conformance`: its v4 APIs."""

from typing import Any

from tests.proofs.conformance_mongodb import judged


def prove() -> dict[str, Any]:
    """Outcomes and time by API, and every failure."""
    return judged("v4")
