"""A drawing shows every state and every move of its machine, none on top of another."""

import pytest

from tmf_apis.lifecycles.drawing import HEIGHT, WIDTH, drawing
from tmf_apis.lifecycles.machine import Machine
from tmf_apis.lifecycles.reading import built_in

each = pytest.mark.parametrize(
    "machine", built_in(), ids=lambda m: f"{m.api}-{m.version} {m.resource}.{m.name}"
)


@each
def test_everything_of_a_machine_is_drawn_within_the_drawing(machine: Machine) -> None:
    drawn = drawing(machine)
    assert {box.state for box in drawn.boxes} == set(machine.states)
    assert {(arrow.before, arrow.after, arrow.by) for arrow in drawn.arrows} == {
        (before, after, by)
        for before, targets in machine.moves.items()
        for after, by in targets.items()
    }
    for box in drawn.boxes:
        assert 0 <= box.x <= drawn.width - WIDTH
        assert 0 <= box.y <= drawn.height - HEIGHT
    assert {box.state for box in drawn.boxes if box.final} == machine.final
    assert {box.state for box in drawn.boxes if box.begins} == set(machine.begins)


@each
def test_no_two_states_are_drawn_in_one_place(machine: Machine) -> None:
    places = [(box.x, box.y) for box in drawing(machine).boxes]
    assert len(set(places)) == len(places)
