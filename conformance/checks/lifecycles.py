"""State machines of entities (R-814, L-001 to L-005 and the machines themselves).

State is moved by PATCH. A server may move on by itself at any time (L-005), so the state is read
again before a move is judged, and the check is skipped where the server was faster.
"""

from collections.abc import Sequence
from typing import Any

from conformance.check import check
from conformance.client import Answer
from conformance.lifecycles import Machine, machine_of
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial

_NEEDS = ("create", "patch", "retrieve")
#: A move that is not legal (L-001).
_REFUSED = (409, 422, 400)


@check(
    "R-814",
    "L-001",
    "L-622-O",
    "L-641",
    "L-638",
    "L-642",
    "R-622-07",
    "R-641-06",
    "R-638-02",
    title="Moves that the state machine does not know are refused",
    needs=_NEEDS,
)
async def illegal_moves_are_refused(trial: Trial) -> None:
    machine = _machine(trial, enforced=True)
    for way in machine.ways():
        record = await _at(trial, machine, way)
        tried: list[str] = []
        for target in machine.illegal(way[-1]):
            await _stays(trial, machine, record, way[-1], tried)
            answer = await _move(trial, machine, record, target)
            if answer.ok:
                # Had the server moved it on in this very moment (L-005)? A new record tells.
                record = await _at(trial, machine, way)
                answer = await _move(trial, machine, record, target)
            expected = f"409 for {way[-1]} to {target}"
            demand(answer.status in _REFUSED, expected, answer, "R-814", "L-001", *machine.rules)
            tried.append(target)
        await _stays(trial, machine, record, way[-1], tried)


@check(
    "L-622-O",
    "L-641",
    "L-638",
    "L-642",
    "R-622-07",
    "R-641-06",
    "R-638-02",
    title="Moves of the state machine are made",
    needs=_NEEDS,
)
async def legal_moves_are_made(trial: Trial) -> None:
    machine = _machine(trial, enforced=True)
    for way in machine.ways():
        for target in machine.moves.get(way[-1], []):
            record = await _at(trial, machine, way)
            answer = await _move(trial, machine, record, target)
            if not answer.ok:
                await _stays(trial, machine, record, way[-1])
            expected = f"200 for {way[-1]} to {target}"
            demand(answer.ok, expected, answer, *machine.rules)
            seen = (await trial.look(record)).get(machine.attribute)
            # The server may have gone on from there.
            demand(seen != way[-1], f"{machine.attribute} {target}", seen, *machine.rules)


@check(
    "L-620",
    "L-629",
    "L-639",
    "R-620-06",
    "R-629-02",
    "R-639-03",
    "R-639-04",
    title="Moves of a recommended state machine are made; others too, or they are refused",
    needs=_NEEDS,
)
async def recommended_moves_are_made(trial: Trial) -> None:
    machine = _machine(trial, enforced=False)
    record = await _at(trial, machine, (machine.initial,))
    here = machine.initial
    while targets := machine.moves.get(here, []):
        answer = await _move(trial, machine, record, targets[0])
        demand(answer.ok, f"200 for {here} to {targets[0]}", answer, *machine.rules)
        here = targets[0]
        if here == machine.initial:
            break
    for target in machine.illegal(here)[:2]:
        answer = await _move(trial, machine, record, target)
        if answer.ok:
            seen = (await trial.look(record)).get(machine.attribute)
            demand(seen == target, f"{machine.attribute} {target}, or 409", seen, *machine.rules)
        else:
            demand(answer.status in _REFUSED, "200 or 409", answer, *machine.rules)


@check("L-001", title="Setting the current state again is no error", needs=_NEEDS)
async def same_state_is_fine(trial: Trial) -> None:
    machine = _machine(trial)
    record = await _at(trial, machine, (machine.initial,))
    answer = await _move(trial, machine, record, machine.initial)
    demand(answer.ok, "200", answer)


@check("L-002", title="States are spelt as the file spells them", needs=("create",))
async def states_are_spelt_as_declared(trial: Trial) -> None:
    applies(trial.rules.state, "it has no state")
    record = await trial.make()
    value = record.get(str(trial.rules.state))
    applies(value is not None, "the server sets no state")
    declared = [
        v for s in trial.attributes[str(trial.rules.state)]._elements for v in s.get("enum", [])
    ]
    applies(declared, "the file enumerates no states")
    demand(value in declared, f"one of {', '.join(declared)}", value)


@check(
    "L-620-2",
    "L-620-1",
    "R-620-06",
    "R-711",
    title="A state of the client's own is stored",
    needs=("create",),
)
async def free_states_are_stored(trial: Trial) -> None:
    machine = _machine(trial, enforced=False)
    applies(machine.attribute in ("lifecycleStatus", "status"), "its states are enumerated")
    record = await trial.make(**{machine.attribute: "Kit only"})
    got = record.get(machine.attribute)
    demand(got == "Kit only", f"{machine.attribute}: Kit only", got)


@check("R-638-04", title="startDate is set when a service first becomes active", needs=_NEEDS)
async def start_is_dated(trial: Trial) -> None:
    applies("startDate" in trial.attributes and trial.rules.state, "it has no startDate")
    machine = _machine(trial, enforced=True)
    applies("active" in machine.values, "it is never active")
    record = await _at(trial, machine, (machine.initial,))
    require((await _move(trial, machine, record, "active")).ok, "it did not become active")
    seen = await trial.look(record)
    applies(seen.get("startDate"), "the server sets no startDate")
    demand(isinstance(seen["startDate"], str), "a date", seen["startDate"])


@check(
    "R-622-08", "R-641-05", title="completionDate is set when an order is completed", needs=_NEEDS
)
async def completion_is_dated(trial: Trial) -> None:
    applies(trial.rules.items, "it is no order")
    machine = _machine(trial, enforced=True)
    record = await _at(trial, machine, ("acknowledged", "inProgress"))
    require((await _move(trial, machine, record, "completed")).ok, "it was not completed")
    date = (await trial.look(record)).get("completionDate")
    demand(date, "a completionDate", date)


@check(
    "R-638-06",
    title="DELETE of an active service is carried out, or refused with 409",
    needs=("create", "delete", "retrieve"),
)
async def active_services_may_be_deleted(trial: Trial) -> None:
    applies(trial.spec.name == "service", "it is no service")
    record = await trial.make(state="active")
    answer = await trial.delete(record["id"])
    demand(answer.status in (204, 202, 409), "204 or 409", answer)


@check(
    "R-816",
    title="DELETE of an order under way is carried out, or refused with 409",
    needs=("create", "delete"),
)
async def orders_may_be_deleted(trial: Trial) -> None:
    applies(trial.rules.items, "it is no order")
    record = await trial.make()
    answer = await trial.delete(record["id"])
    demand(answer.status in (204, 202, 409), "204 or 409", answer)


@check("L-638-S", title="operatingStatus may be patched to any of its values", needs=_NEEDS)
async def operating_status_is_free(trial: Trial) -> None:
    applies("operatingStatus" in trial.attributes, "it has no operatingStatus")
    applies("operatingStatus" not in trial.spec.not_patchable, "operatingStatus is not patchable")
    record = await trial.make()
    for value in ("running", "degraded", "stopped"):
        answer = await trial.patch(record["id"], {"operatingStatus": value})
        got = answer.entity.get("operatingStatus")
        demand(answer.ok and got == value, f"operatingStatus {value}", answer)


def _machine(trial: Trial, *, enforced: bool | None = None) -> Machine:
    machine = machine_of(trial.api.number, trial.api.major, trial.spec.name)
    known = machine is not None and machine.attribute in trial.attributes
    applies(known, f"{trial.spec.name} has no state machine")
    assert machine is not None
    fits = enforced is None or machine.enforced is enforced
    applies(fits, "its state machine is a recommendation" if enforced else "it is binding")
    return machine


async def _at(trial: Trial, machine: Machine, way: tuple[str, ...]) -> str:
    """The id of a new record that was led along a way, and is still at its end."""
    settable = machine.attribute in trial.spec.settable
    start: dict[str, Any] = {machine.attribute: way[0]} if settable else {}
    record = (await trial.make(**start))["id"]
    for target in way[1:]:
        answer = await _move(trial, machine, record, target)
        require(answer.ok, f"could not lead it to {target}: {answer}")
    seen = (await trial.look(record)).get(machine.attribute)
    require(seen == way[-1], f"the server moved it on to {seen}")
    return str(record)


async def _stays(
    trial: Trial, machine: Machine, record: str, state: str, tried: Sequence[str] = ()
) -> None:
    """See that a record is where it was; to what was not tried only the server moves it."""
    seen = (await trial.look(record)).get(machine.attribute)
    require(seen == state or seen in tried, f"the server moved it on to {seen}")
    demand(seen == state, f"{machine.attribute} {state} as before", seen, "R-814")


async def _move(trial: Trial, machine: Machine, record: str, target: str) -> Answer:
    return await trial.patch(record, {machine.attribute: target})
