"""What no cancel task may leave behind (L-622-C), whatever a server decides."""

from pathlib import Path

import pytest

from conformance.results import Outcome
from tests.conformance.alternatives.alternative import judged
from tests.conformance.alternatives.cancelling import WHEN, Decision, cancelling
from tests.conformance.flawed_servers.exchange import Asked, Server
from tests.handlers.facts import Json

EFFECT, BROKEN = "tasks.cancelling_takes_effect", ("R-622-09", "L-622-C")


def deciding(task: Json, order: Json) -> Decision:
    """A server whose tasks end in one way, with the order in one state."""

    async def decide(asked: Asked, path: str, server: Server) -> Json:
        await server(asked.patching(order, path))
        return task

    return decide


@pytest.mark.parametrize(
    ("task", "order"),
    [
        ({"state": "done", "effectiveCancellationDate": WHEN}, {}),
        ({"state": "done"}, {"state": "cancelled"}),
        ({"state": "done"}, {"state": "assessingCancellation"}),
        ({"state": "terminatedWithError"}, {"state": "pendingCancellation"}),
    ],
    ids=["claimed", "without a date", "still assessed", "pending after an error"],
)
def test_a_task_that_contradicts_its_order_is_caught(
    task: Json, order: Json, tmp_path: Path
) -> None:
    server = cancelling(deciding(task, order))
    report = judged("TMF622 v5 cancelProductOrder", [EFFECT], tmp_path, server)
    assert [(r.outcome, r.broken) for r in report.results] == [(Outcome.FAILED, BROKEN)]
