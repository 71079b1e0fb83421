"""Every pair of states of every machine that clients move, over HTTP (R-814, L-001, L-004)."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import ALL, KNOWN, Case, Json
from tests.handlers.ordering import items_of
from tests.handlers.serving import Server, store_of
from tmf_apis.lifecycles.machine import By, Machine
from tmf_apis.lifecycles.reading import machines
from tmf_apis.rules.lookup import rules_of

MACHINES = [
    machine
    for machine in machines(strict=True)
    if (machine.api, machine.version) in {(case.api.number, case.api.major) for case in ALL}
    and any(who.allows(By.CLIENT) for moves in machine.moves.values() for who in moves.values())
]
each = pytest.mark.parametrize(
    "machine", MACHINES, ids=lambda m: f"{m.api}-{m.version} {m.resource}.{m.name}"
)
#: What a state demands of the other states of its resource (R-642-05), where it does.
TOGETHER: dict[tuple[str, str], Json] = {
    ("L-642", "cleared"): {"perceivedSeverity": "cleared"},
}


@dataclass(frozen=True)
class Move:
    """A resource in one state, and the state it is to be moved to."""

    id: str
    before: str
    after: str


def case_of(machine: Machine) -> Case:
    key = (machine.api, machine.version, machine.resource)
    return next(c for c in ALL if (c.api.number, c.api.major, c.resource.name) == key)


def in_state(case: Case, machine: Machine, id: str, state: str, after: str) -> Json:
    """A resource in a state, with all that goes with it and with where it is to go."""
    document = case.sample() | {"id": id} | TOGETHER.get((machine.rule, state), {})
    if case.resource.name not in ("productOrder", "serviceOrder"):
        return document | {machine.path[0]: state}
    items = items_of(case)
    item = {k: v for k, v in document[items][0].items() if k not in (items, f"{items}Relationship")}
    own = {"draft": "acknowledged", "inProgress.accepted": "inProgress"}.get(state, state)
    states = ["completed", "failed"] if state == "partial" else [own, own]
    if after == "partial" and own == "inProgress":
        # An order becomes partial of which something was completed.
        states[0] = "completed"
    return document | {
        "state": state,
        items: [item | {"id": str(n), "state": s} for n, s in enumerate(states, 1)],
    }


def change(case: Case, machine: Machine, document: Json, after: str) -> Json:
    """The merge patch that wishes a state: of the resource, or of both items."""
    if len(machine.path) == 1:
        return {machine.path[0]: after}
    items = document[machine.path[0]]
    return {machine.path[0]: [item | {"state": after} for item in items]}


async def prepared(server: Server, case: Case, documents: list[Json]) -> int:
    """Put documents into the store beside the server; the number of the last event there is."""
    store = store_of(server.settings.store)
    await store.open(server.collections)
    try:
        await server.put(store, case, documents)
        await store.settle()
        return await store.last_event()
    finally:
        await store.close()


async def raised(server: Server, case: Case, after: int) -> dict[str, list[str]]:
    """The types of the events of each resource since then, as its own version tells them."""
    store = store_of(server.settings.store)
    await store.open(server.collections)
    found: dict[str, list[str]] = defaultdict(list)
    try:
        await store.settle()
        while events := await store.events(after, 1000):
            for event in events:
                if event.collection.startswith(f"{case.api.base_path}/"):
                    found[event.id].append(event.type)
            after = events[-1].sequence
        return found
    finally:
        await store.close()


def is_legal(machine: Machine, move: Move) -> bool:
    if move.before == move.after:
        return True
    who = machine.moves[move.before].get(move.after)
    return who is not None and who.allows(By.CLIENT)


@pytest.mark.rule("L-620", "L-639", "L-642", "L-642-A")
@pytest.mark.rule("R-814", "L-001", "L-004", "R-1017", "R-622-07", "R-641-06", "R-638-02")
@each
def test_legal_moves_are_made_and_told_and_others_change_nothing(
    machine: Machine, start: Start
) -> None:
    server = start(cancellation="manual", strict=frozenset({"lifecycle"}))
    case = case_of(machine)
    states = [state for state in machine.states if state != "partial" or len(machine.path) == 1]
    moves = [Move(str(uuid4()), a, b) for a in states for b in states]
    documents = {
        move.id: in_state(case, machine, move.id, move.before, move.after) for move in moves
    }
    begun = asyncio.run(prepared(server, case, list(documents.values())))
    seen: dict[str, Any] = {}
    for move in moves:
        wish = change(case, machine, documents[move.id], move.after)
        answer = server.client.patch(case.item(move.id), json=wish)
        if is_legal(machine, move):
            seen[move.id] = _moved(machine, move, shown(answer))
        else:
            message = refused(answer, 409, "73", move.before)["message"]
            assert move.after in message or "which is final" in message, move
            left = shown(server.client.get(case.item(move.id)))
            assert left == left | documents[move.id], move
    told = asyncio.run(raised(server, case, begun))
    for move in moves:
        changed = is_legal(machine, move) and move.before != move.after
        assert told[move.id] == (
            told_as(case, machine, move, documents[move.id]) if changed else []
        ), move


def _moved(machine: Machine, move: Move, new: Json) -> None:
    name = machine.path[0]
    states = [new[name]] if len(machine.path) == 1 else [item["state"] for item in new[name]]
    assert set(states) == {move.after}, move
    for stamp in machine.stamps.get(move.after, {}) if move.before != move.after else ():
        assert stamp in new or stamp not in case_of(machine).resource.attributes.children


def told_as(case: Case, machine: Machine, move: Move, old: Json) -> list[str]:
    """The types of the events of a move: ackState is an attribute like others (R-1017), and a
    resource that begins to wait asks for what it lacks (R-1018).
    """
    rules = rules_of(case.api, case.resource)
    is_state = len(machine.path) > 1 or machine.path[0] in (rules.state, *rules.states)
    name = case.resource.name
    kinds = ["StateChange" if is_state else "AttributeValueChange"]
    # What a state demands of other attributes is told as well.
    kinds += ["AttributeValueChange"] if (machine.rule, move.after) in TOGETHER else []
    lacks = any(not old.get(name) for name in rules.completing)
    kinds += ["InformationRequired"] if lacks and move.after == rules.waiting else []
    return [f"{name[0].upper()}{name[1:]}{kind}Event" for kind in kinds]


BEGINNING = [
    machine
    for machine in MACHINES
    if machine.path[0] in case_of(machine).resource.settable
    and case_of(machine).creatable
    and len(machine.path) == 1
]


@pytest.mark.rule("R-814")
@pytest.mark.parametrize("machine", BEGINNING, ids=lambda m: f"{m.api}-{m.version} {m.name}")
def test_a_resource_begins_only_where_it_may(machine: Machine, start: Start) -> None:
    case = case_of(machine)
    server = start(cancellation="manual", strict=frozenset({"lifecycle"}))
    for state in machine.states:
        body = case.create_body() | {machine.path[0]: state}
        body |= TOGETHER.get((machine.rule, state), {})
        body.pop("id", None)
        answer = server.client.post(case.path, json=body)
        if not machine.begins or machine.begins.get(state, By.SERVER).allows(By.CLIENT):
            assert shown(answer, 201)[machine.path[0]] == state
        else:
            refused(answer, 409, "73", f"/{machine.path[0]}")


def test_a_machine_that_warns_makes_the_move_and_says_so(start: Start, tmp_path: Any) -> None:
    file = tmp_path / "machines.yaml"
    file.write_text("- {api: TMF638, resource: service, attribute: state, mode: warned}")
    server = start(lifecycles=file)
    case = next(c for c in KNOWN if str(c) == "TMF638-v4/service")
    made = shown(server.client.post(case.path, json=case.create_body(state="designed")), 201)
    answer = server.client.patch(case.item(made["id"]), json={"state": "terminated"})
    assert shown(answer)["state"] == "terminated"
    assert answer.headers.get_list("tmf-hint") == [
        "/state designed cannot become terminated; it may become reserved, inactive or active."
    ]


MEDIA: dict[str, Any] = {
    "application/merge-patch+json": {"state": "completed"},
    "application/json": {"state": "completed"},
    "application/json-patch+json": [{"op": "replace", "path": "/state", "value": "completed"}],
    "application/json-patch-query+json": [
        {"op": "replace", "path": "$.state", "value": "completed"}
    ],
}


@pytest.mark.rule("R-814")
@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("case", [c for c in ALL if c.resource.name == "productOrder"], ids=str)
def test_every_form_of_patch_is_held_to_the_machine(case: Case, media: str, server: Server) -> None:
    made = server.make(case)
    answer = server.client.patch(
        case.item(made["id"]), content=orjson.dumps(MEDIA[media]), headers={"Content-Type": media}
    )
    refused(answer, 409, "73", "acknowledged cannot become completed")
    assert shown(server.client.get(case.item(made["id"]))) == made
