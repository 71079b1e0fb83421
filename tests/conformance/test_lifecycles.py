import pytest

from conformance.lifecycles import Machine, machine_of, machines


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.rule)
def test_moves_lead_to_states_that_are_declared(machine: Machine) -> None:
    for moves in (machine.moves, machine.more):
        known = set(machine.values) | {"suspended"}
        assert {*moves, *(target for targets in moves.values() for target in targets)} <= known


def test_the_way_to_a_state_is_the_shortest() -> None:
    machine = machine_of("TMF622", "v5", "productOrder")
    assert machine is not None
    ways = {way[-1]: way for way in machine.ways()}
    assert ways["completed"] == ("acknowledged", "inProgress", "completed")
    assert "rejected" not in ways


def test_what_is_not_legal_is_illegal() -> None:
    machine = machine_of("TMF622", "v4", "productOrder")
    assert machine is not None
    assert "inProgress" in machine.illegal("completed")
    assert "inProgress" not in machine.illegal("acknowledged")
    assert "rejected" not in machine.illegal("acknowledged")
