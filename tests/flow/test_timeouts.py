"""How long a step may take."""

from collections.abc import Sequence

import pytest

from handlers.flow.steps import STEPS
from tmf_apis.flow.timeouts import USUAL, timeouts


def test_every_kind_of_step_has_a_time_out() -> None:
    assert USUAL.keys() == STEPS.keys()


@pytest.mark.parametrize(
    ("given", "activate", "order"),
    [
        ([], 10.0, 60.0),
        (["activate=120"], 120.0, 60.0),
        (["all=5"], 5.0, 5.0),
        (["activate=0.5", "all=7"], 0.5, 7.0),
    ],
)
def test_a_setting_names_kinds_or_all(given: Sequence[str], activate: float, order: float) -> None:
    found = timeouts(given)
    assert (found["activate"], found["order"]) == (activate, order)
    assert found.keys() == USUAL.keys()
