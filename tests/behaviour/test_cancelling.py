"""The steps of a cancellation: where each leads from, and where it does not (L-622-C)."""

import pytest

from tmf_apis.behaviour.cancelling import cancelled

TASK = {"cancellationReason": "Too late."}


@pytest.mark.rule("L-622-C")
@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        ("inProgress", "assessingCancellation", "assessingCancellation"),
        ("assessingCancellation", "pendingCancellation", "pendingCancellation"),
        ("assessingCancellation", "cancelled", "cancelled"),
        ("pendingCancellation", "cancelled", "cancelled"),
        ("pendingCancellation", "pendingCancellation", None),
        ("completed", "assessingCancellation", None),
        # Whoever fulfils the order took it up again meanwhile.
        ("held", "pendingCancellation", None),
        ("inProgress", "cancelled", None),
    ],
)
def test_an_order_goes_on_only_from_where_a_cancellation_has_it(
    state: str, step: str, after: str | None
) -> None:
    order = {"id": "1", "state": state}
    reason = TASK if after == "cancelled" else {}
    wanted = None if after is None else order | {"state": after} | reason
    assert cancelled(order, step, TASK) == wanted
