"""PATCH by JSON Patch (R-803, R-807, R-808): optional, but right where it is offered."""

from typing import Any

from conformance.check import BOTH, check
from conformance.client import Answer
from conformance.outcomes import applies, demand, require
from conformance.resource import JSON_PATCH
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]
_NOT_OFFERED = (405, 415, 501)


@check(
    "R-803",
    versions=BOTH,
    title="replace of a JSON Patch replaces",
    needs=("create", "patch", "retrieve"),
)
async def replace_replaces(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    answer = await _patch(
        trial, record, {"op": "replace", "path": f"/{name}", "value": "kit after"}
    )
    demand(answer.ok, "200", answer)
    seen = await trial.look(record["id"])
    demand(seen.get(name) == "kit after", f"{name}: kit after", seen.get(name))


@check(
    "R-803",
    versions=BOTH,
    title="add of a JSON Patch adds an attribute",
    needs=("create", "patch", "retrieve"),
)
async def add_adds(trial: Trial) -> None:
    name = _optional(trial)
    record = await trial.make()
    answer = await _patch(trial, record, {"op": "add", "path": f"/{name}", "value": "kit added"})
    demand(answer.ok, "200", answer)
    seen = await trial.look(record["id"])
    demand(seen.get(name) == "kit added", f"{name}: kit added", seen.get(name))


@check(
    "R-803",
    versions=BOTH,
    title="add of a JSON Patch appends to a list with /-",
    needs=("create", "patch", "retrieve"),
)
async def add_appends(trial: Trial) -> None:
    name, leaf, elements = _list(trial)
    record = await trial.make(**{name: elements[:1]})
    answer = await _patch(trial, record, {"op": "add", "path": f"/{name}/-", "value": elements[1]})
    demand(answer.ok, "200", answer)
    _holds(await trial.look(record["id"]), name, leaf, ["kit 1", "kit 2"])


@check(
    "R-803",
    versions=BOTH,
    title="add of a JSON Patch inserts into a list before an index",
    needs=("create", "patch", "retrieve"),
)
async def add_inserts(trial: Trial) -> None:
    name, leaf, elements = _list(trial)
    record = await trial.make(**{name: [elements[0], elements[2]]})
    answer = await _patch(trial, record, {"op": "add", "path": f"/{name}/1", "value": elements[1]})
    demand(answer.ok, "200", answer)
    _holds(await trial.look(record["id"]), name, leaf, ["kit 1", "kit 2", "kit 3"])


@check(
    "R-803",
    versions=BOTH,
    title="~1 and ~0 in a path of a JSON Patch stand for / and ~",
    needs=("create", "patch", "retrieve"),
)
async def paths_are_escaped(trial: Trial) -> None:
    name = "kit/a~1b"
    answer = await trial.post(await trial.minimal(**{name: "kit before"}))
    applies(answer.entity.get(name) == "kit before", "unknown attributes are not stored")
    operation = {"op": "replace", "path": "/kit~1a~01b", "value": "kit after"}
    record = answer.entity
    answer = await _patch(trial, record, operation)
    demand(answer.ok, "200", answer)
    seen = await trial.look(record["id"])
    demand(seen.get(name) == "kit after", f"{name}: kit after", seen.get(name))


@check(
    "R-803",
    versions=BOTH,
    title="remove of a JSON Patch removes",
    needs=("create", "patch", "retrieve"),
)
async def remove_removes(trial: Trial) -> None:
    name = _optional(trial)
    record = await trial.make(**{name: "kit"})
    answer = await _patch(trial, record, {"op": "remove", "path": f"/{name}"})
    demand(answer.ok, "200", answer)
    seen = await trial.look(record["id"])
    demand(seen.get(name) is None, f"no {name}", seen.get(name))


@check(
    "R-803",
    versions=BOTH,
    title="remove of a JSON Patch removes one element by index",
    needs=("create", "patch", "retrieve"),
)
async def remove_takes_an_index(trial: Trial) -> None:
    name, leaf, elements = _list(trial)
    record = await trial.make(**{name: elements})
    answer = await _patch(trial, record, {"op": "remove", "path": f"/{name}/1"})
    demand(answer.ok, "200", answer)
    _holds(await trial.look(record["id"]), name, leaf, ["kit 1", "kit 3"])


@check(
    "R-803",
    versions=BOTH,
    title="copy and move of a JSON Patch",
    needs=("create", "patch", "retrieve"),
)
async def copy_and_move(trial: Trial) -> None:
    name, leaf, elements = _list(trial)
    text = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: elements[:2], text: "kit copied"})
    await _offered(trial, record, text, "kit copied")
    copied = await _patch(
        trial, record, {"op": "copy", "from": f"/{text}", "path": f"/{name}/0/{leaf}"}
    )
    demand(copied.ok, "200 for copy", copied)
    _holds(await trial.look(record["id"]), name, leaf, ["kit copied", "kit 2"])
    moved = await _patch(trial, record, {"op": "move", "from": f"/{name}/0", "path": f"/{name}/1"})
    demand(moved.ok, "200 for move", moved)
    _holds(await trial.look(record["id"]), name, leaf, ["kit 2", "kit copied"])


@check(
    "R-803",
    versions=BOTH,
    title="test of a JSON Patch lets the patch pass if it holds",
    needs=("create", "patch", "retrieve"),
)
async def test_passes(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    answer = await _patch(
        trial, record,
        {"op": "test", "path": f"/{name}", "value": "kit before"},
        {"op": "replace", "path": f"/{name}", "value": "kit after"},
    )  # fmt: skip
    demand(answer.ok, "200", answer)
    seen = await trial.look(record["id"])
    demand(seen.get(name) == "kit after", f"{name}: kit after", seen.get(name))


@check("R-807", title="A test that fails is answered with 409", needs=("create", "patch"))
async def failed_test_is_a_conflict(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    await _offered(trial, record, name, "kit before")
    answer = await _patch(trial, record, {"op": "test", "path": f"/{name}", "value": "kit other"})
    demand(answer.status in (409, 400, 422), "409", answer)


@check(
    "R-807",
    title="test of a JSON Patch compares values of every type",
    needs=("create", "patch", "retrieve"),
)
async def tests_know_every_type(trial: Trial) -> None:
    name, _, elements = _list(trial)
    record = await trial.make(**{name: elements[:2]})
    stored: list[Json] = (await trial.look(record["id"])).get(name) or []
    require(len(stored) == 2, f"{name} is not stored")
    await _offered(trial, record, "id", record["id"])
    for path, value, other in (
        (f"/{name}", stored, stored[:1]),
        (f"/{name}/0", stored[0], stored[1]),
    ):
        answer = await _patch(trial, record, {"op": "test", "path": path, "value": value})
        demand(answer.ok, f"200 for a test of {path} that holds", answer)
        answer = await _patch(trial, record, {"op": "test", "path": path, "value": other})
        demand(answer.status in (409, 400, 422), f"409 for a test of {path} that fails", answer)


@check("R-807", title="A path that leads nowhere is answered with 409", needs=("create", "patch"))
async def lost_path_is_a_conflict(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit"})
    await _offered(trial, record, name, "kit")
    for operation in ({"op": "remove"}, {"op": "replace", "value": "kit"}):
        lost = {**operation, "path": "/kitNoSuchAttribute"}
        answer = await _patch(trial, record, lost)
        demand(answer.status in (409, 400, 422), f"409 for {operation['op']}", answer)


@check(
    "R-807",
    title="An unknown operation, or one without a path, is refused with 400",
    needs=("create", "patch"),
)
async def broken_operations_are_refused(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit"})
    await _offered(trial, record, name, "kit")
    for operation in ({"op": "kit", "path": f"/{name}"}, {"op": "replace", "value": "kit"}):
        answer = await _patch(trial, record, operation)
        demand(answer.status in (400, 422), f"400 for {operation}", answer)


@check(
    "R-210",
    title="A JSON Patch is carried out whole or not at all",
    needs=("create", "patch", "retrieve"),
)
async def all_or_nothing(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    await _offered(trial, record, name, "kit before")
    answer = await _patch(
        trial, record,
        {"op": "replace", "path": f"/{name}", "value": "kit after"},
        {"op": "remove", "path": "/kitNoSuchAttribute"},
    )  # fmt: skip
    applies(answer.refused, "the second operation was not refused")
    seen = await trial.look(record["id"])
    demand(seen.get(name) == "kit before", f"{name} as before", seen.get(name))


@check(
    "R-808",
    title="add with the path of a list and an object appends it",
    needs=("create", "patch", "retrieve"),
)
async def add_to_the_list_appends(trial: Trial) -> None:
    name, leaf, elements = _list(trial)
    record = await trial.make(**{name: elements[:1]})
    await _offered(trial, record, "id", record["id"])
    answer = await _patch(trial, record, {"op": "add", "path": f"/{name}", "value": elements[1]})
    if answer.ok:
        _holds(await trial.look(record["id"]), name, leaf, ["kit 1", "kit 2"])
    else:
        demand(answer.refused, "200, or 400", answer)


@check(
    "R-808",
    title="A path without its leading slash is taken or refused",
    needs=("create", "patch", "retrieve"),
)
async def slash_may_be_left_out(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    await _offered(trial, record, name, "kit before")
    answer = await _patch(trial, record, {"op": "replace", "path": name, "value": "kit after"})
    if answer.ok:
        seen = await trial.look(record["id"])
        demand(seen.get(name) == "kit after", f"{name}: kit after", seen.get(name))
    else:
        demand(answer.refused, "200, or 400", answer)


async def _patch(trial: Trial, record: Json, *operations: Json) -> Answer:
    answer = await trial.patch(record["id"], list(operations), JSON_PATCH)
    applies(answer.status not in _NOT_OFFERED, "JSON Patch is not offered")
    if answer.status in (400, 422):
        # A server that takes no JSON Patch may refuse it as a body that is none of its own.
        simplest = [{"op": "test", "path": "/id", "value": record["id"]}]
        tried = await trial.patch(record["id"], simplest, JSON_PATCH)
        applies(tried.ok, "JSON Patch is not offered: the simplest is refused")
    return answer


async def _offered(trial: Trial, record: Json, name: str, value: Any) -> None:
    """Leave the check aside unless a simple test is carried out."""
    answer = await _patch(trial, record, {"op": "test", "path": f"/{name}", "value": value})
    applies(answer.ok, "JSON Patch is not offered")


def _optional(trial: Trial) -> str:
    name = trial.patchable(Kind.TEXT)
    applies(name not in trial.spec.mandatory, "every free text of it is mandatory")
    return name


def _list(trial: Trial) -> tuple[str, str, list[Json]]:
    """A patchable list, a text of its elements, and three elements."""
    name, leaf, _ = trial.nested_texts()
    applies(name not in trial.spec.not_patchable, f"{name} is not patchable")
    template: Json = trial.shared.bodies.value(trial.spec, name)[0]
    return name, leaf, [{**template, leaf: f"kit {number}"} for number in "123"]


def _holds(record: Json, name: str, leaf: str, wanted: list[str]) -> None:
    got = [e.get(leaf) for e in record.get(name) or [] if isinstance(e, dict)]
    demand(got == wanted, f"{name}: {', '.join(wanted)}", got)
