"""How the steps of a plan stand."""

from typing import Any

import pytest

from tmf_apis.flow.standing import away

Json = dict[str, Any]


def step(state: str, api: str | None = None) -> Json:
    return {"state": state} | ({} if api is None else {"away": api})


@pytest.mark.parametrize(
    ("about", "apis"),
    [
        ({"steps": []}, []),
        ({"steps": [step("held"), step("done")]}, []),
        ({"steps": [step("held", "TMF639"), step("held", "TMF637"), step("held", "")]},
         ["TMF637", "TMF639"]),
        ({"steps": [step("waiting", "TMF637"), step("skipped", "TMF637")]}, []),
        ({"steps": [], "away": {"api": "TMF620", "began": ""}}, ["TMF620"]),
    ],
)  # fmt: skip
def test_a_flow_waits_for_the_neighbours_of_its_held_steps_and_of_its_plan(
    about: Json, apis: list[str]
) -> None:
    assert away(about) == apis
