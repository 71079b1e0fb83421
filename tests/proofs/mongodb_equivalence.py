"""Random queries: MongoDB finds what SQLite and a naive evaluator find."""

import os
from typing import Any

from tests.proofs.agreement import agreement

#: As many as the server of the tests manages in ten minutes.
EXAMPLES = int(os.environ.get("TMF_PROOF_EXAMPLES", "600"))


def prove() -> dict[str, Any]:
    """How many queries were put to both, and whether they ever differed."""
    return agreement("mongodb", EXAMPLES, TMF_MONGO_EXAMPLES=str(EXAMPLES))
