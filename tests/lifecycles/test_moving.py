"""What a machine says of beginnings and moves (R-814, L-001)."""

from typing import Any

import pytest

from tmf_apis.lifecycles.machine import By, Machine, Mode
from tmf_apis.lifecycles.moving import beginning_fault, move_fault

MACHINE = Machine(
    rule="L-1",
    api="TMF000",
    version="v4",
    resource="thing",
    path=("state",),
    mode=Mode.ENFORCED,
    begins={"new": By.CLIENT, "refused": By.SERVER},
    moves={
        "new": {"open": By.EITHER, "refused": By.SERVER},
        "open": {"done": By.CLIENT},
        "done": {},
        "refused": {},
    },
)
FREE = Machine(
    rule="L-2", api="TMF000", version="v4", resource="thing", path=("status",),
    mode=Mode.ENFORCED, begins={}, open=True, folded=True,
    moves={"In study": {"In design": By.EITHER}, "In design": {}},
)  # fmt: skip


@pytest.mark.rule("R-814", "L-001", "L-004")
@pytest.mark.parametrize(
    ("before", "after", "by", "fault"),
    [
        ("new", "open", By.CLIENT, None),
        ("new", "new", By.CLIENT, None),
        ("done", "done", By.CLIENT, None),
        ("new", "refused", By.SERVER, None),
        ("new", "refused", By.CLIENT, "new cannot become refused; it may become open."),
        ("new", "done", By.CLIENT, "new cannot become done; it may become open."),
        ("new", "done", By.SERVER, "new cannot become done; it may become open or refused."),
        ("open", "done", By.SERVER, "open cannot become done: open is final."),
        ("done", "open", By.CLIENT, "done cannot become open: done is final."),
        ("new", "Open", By.CLIENT, "Open is no state; use new, open, done or refused."),
        ("new", 1, By.CLIENT, "1 is no state; use new, open, done or refused."),
        (None, "done", By.CLIENT, None),
        ("of old", "done", By.CLIENT, None),
    ],
)
def test_a_move_is_legal_or_says_what_would_be(
    before: Any, after: Any, by: By, fault: str | None
) -> None:
    assert move_fault(MACHINE, before, after, by) == fault


@pytest.mark.parametrize(
    ("state", "by", "fault"),
    [
        ("new", By.CLIENT, None),
        ("new", By.SERVER, "none begins as new; it may begin as refused."),
        ("refused", By.SERVER, None),
        ("refused", By.CLIENT, "none begins as refused; it may begin as new."),
        ("open", By.CLIENT, "none begins as open; it may begin as new."),
        ("odd", By.CLIENT, "odd is no state; use new, open, done or refused."),
    ],
)
def test_a_resource_begins_where_it_may(state: str, by: By, fault: str | None) -> None:
    assert beginning_fault(MACHINE, state, by) == fault


@pytest.mark.rule("L-620-1", "L-620-2")
@pytest.mark.parametrize(
    ("before", "after", "legal"),
    [
        ("In study", "In design", True),
        ("inStudy", "IN DESIGN", True),
        ("In study", "in study", True),
        ("In design", "In study", False),
        ("In design", "Inactive", True),
        ("Inactive", "In study", True),
    ],
)
def test_free_text_is_compared_loosely_and_bound_where_it_is_known(
    before: str, after: str, legal: bool
) -> None:
    assert (move_fault(FREE, before, after, By.CLIENT) is None) is legal
    assert beginning_fault(FREE, after, By.CLIENT) is None
