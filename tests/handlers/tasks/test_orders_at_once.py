"""Orders, items and cancellations from several clients at once: they never disagree (L-622-R)."""

from pathlib import Path

import pytest

from tests.handlers.facts import Json
from tests.handlers.tasks.orders_at_once import may_be, try_orders
from tmf_apis.behaviour import orders

#: Runs on each store; a proof makes a thousand.
RUNS = {"sqlite": 12, "mongodb": 4}


@pytest.mark.rule("L-622-R1", "L-622-R2", "L-622-R3", "L-622-R4", "L-622-R5", "L-622-R6",
                  "L-622-R7", "L-622-O", "L-622-I", "L-622-C", "L-641", "L-641-C")  # fmt: skip
@pytest.mark.parametrize("store", RUNS)
@pytest.mark.parametrize("cancellation", ["immediate", "manual"])
def test_no_illegal_state_is_ever_visible(store: str, cancellation: str, tmp_path: Path) -> None:
    # Each run looks at a new order, and most at moves of it.
    assert try_orders(tmp_path, store, cancellation, RUNS[store]) > RUNS[store]


def test_a_server_whose_orders_do_not_follow_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_wished(_rules: object, _machine: object, _before: Json, after: Json, _: object) -> Json:
        return after

    monkeypatch.setattr(orders, "_agreeing", as_wished)
    with pytest.raises(AssertionError, match=r"is none of|are rejected and others"):
        try_orders(tmp_path, "sqlite", "immediate", 30)


@pytest.mark.parametrize(
    ("items", "state"),
    [
        (["completed", "completed"], {"completed"}),
        (["completed", "failed"], {"partial"}),
        (["completed", "cancelled"], {"partial"}),
        (["inProgress", "held", "completed"], {"inProgress"}),
        (["held", "pending", "completed"], {"held"}),
        (["pending", "acknowledged"], {"pending"}),
        (["acknowledged", "completed"], {"acknowledged", "inProgress"}),
        (["pendingCancellation", "failed"], {"pendingCancellation"}),
    ],
)
def test_the_judge_knows_the_rules(items: list[str], state: set[str]) -> None:
    assert may_be(items) == state
