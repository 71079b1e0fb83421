"""The tables of state machines agree with the files, with the rules, and with the kit's own."""

from collections.abc import Iterator

import pytest

from conformance.lifecycles import machines as judged
from tmf_apis.catalog import extended, neighbours
from tmf_apis.lifecycles.machine import By, Machine, Mode
from tmf_apis.lifecycles.reading import built_in, machines
from tmf_apis.rules.lookup import rules_of
from tmf_apis.spec.attributes import Attribute

MACHINES = built_in()
_APIS = {(api.number, api.major): api for api in (*extended(), *neighbours())}

each = pytest.mark.parametrize(
    "machine", MACHINES, ids=lambda m: f"{m.api}-{m.version} {m.resource}.{m.name}"
)


def declared(machine: Machine) -> Attribute:
    resource = _APIS[machine.api, machine.version].resource(machine.resource)
    found = resource.attributes.find(list(machine.path))
    assert found is not None, "the file has no such attribute"
    return found


def enumerated(attribute: Attribute) -> set[str]:
    return {value for schema in attribute._elements for value in schema.get("enum", [])}


@pytest.mark.rule("L-002")
@each
def test_the_states_are_those_of_the_file(machine: Machine) -> None:
    values = enumerated(declared(machine))
    if values:
        assert set(machine.states) == values
    else:
        # Free text: the states are those of the guides and samples.
        assert machine.states


@each
def test_what_is_named_is_a_state(machine: Machine) -> None:
    targets = {target for moves in machine.moves.values() for target in moves}
    assert targets | set(machine.begins) | set(machine.stamps) <= set(machine.states)


@each
def test_every_state_is_reached(machine: Machine) -> None:
    """From a beginning, by whoever may move it; but for what only the past can have brought."""
    if not machine.begins:
        return
    seen, waiting = set(machine.begins), list(machine.begins)
    while waiting:
        for target in machine.moves[waiting.pop()]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    assert set(machine.states) - seen <= UNREACHED.get((machine.rule, machine.version), set())


#: An item of a product order is never partial, although the v5 file lists it (L-622-I).
UNREACHED = {("L-622-I", "v5"): {"partial"}}


@each
def test_a_new_resource_may_have_the_first_state_of_its_rules(machine: Machine) -> None:
    api = _APIS[machine.api, machine.version]
    rules = rules_of(api, api.resource(machine.resource))
    if machine.path == (rules.state,) and rules.initial is not None:
        who = By.SERVER if rules.task else By.CLIENT
        assert rules.initial in machine.states
        assert not machine.begins or machine.begins[rules.initial].allows(who)


@pytest.mark.rule("L-620-3")
@pytest.mark.parametrize("strict", [False, True])
def test_which_machines_hold_is_decided_by_api(strict: bool) -> None:
    """D19, D31: off where states are free or recommended, unless the server is strict."""
    lax = {"TMF620", "TMF629", "TMF639", "TMF678", "TMF633", "TMF637"}
    for machine in machines(strict=strict):
        task = machine.rule in ("L-620-J", "L-678-D")
        wanted = Mode.OFF if machine.api in lax and not task and not strict else Mode.ENFORCED
        assert machine.mode is wanted, machine


#: Where the kit's table, which judges any server, says something else than ours, and why.
DIFFERENCES = {
    ("L-622-O", "acknowledged", "cancelled"): "the kit lets a server cancel at once",
    ("L-642", "updated", "raised"): "the kit lets a server raise an alarm again",
    ("L-638", "designed", "feasibilityChecked"): "the kit lets a server step back",
    ("L-638", "reserved", "feasibilityChecked"): "the kit lets a server step back",
}


def kit_moves() -> Iterator[tuple[str, str, str, bool]]:
    """The moves of the kit's enforced machines: rule, from, to, and whether it tries them."""
    for machine in judged():
        if not machine.enforced:
            continue
        for moves, tried in ((machine.moves, True), (machine.more, False)):
            for state, targets in moves.items():
                yield from ((machine.rule, state, target, tried) for target in targets)


def own_moves() -> set[tuple[str, str, str]]:
    rules = {rule for rule, *_ in kit_moves()}
    return {
        (machine.rule, state, target)
        for machine in MACHINES
        if machine.rule in rules and machine.path == ("state",)
        for state, targets in machine.moves.items()
        for target in targets
    }


#: What only one version has; the kit judges what both have.
_ONE_VERSION = {"draft", "inProgress.accepted", "suspended"}


def test_the_tables_of_the_kit_and_of_the_server_differ_as_listed() -> None:
    theirs, ours = {move[:3] for move in kit_moves()}, own_moves()
    unlike = {move for move in theirs ^ ours if not _ONE_VERSION & set(move)}
    assert unlike == DIFFERENCES.keys()


def test_what_the_kit_tries_is_legal_here() -> None:
    assert {move[:3] for move in kit_moves() if move[3]} <= own_moves()
