"""Task resources: created, watched, never patched (R-901 to R-906, L-TASK, R-620-09)."""

import asyncio
from typing import Any

from conformance.check import check
from conformance.expectations import CANCELLATIONS, TASKS
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial

Json = dict[str, Any]
#: States in which a task is over (L-TASK, L-620-J, L-678-D).
FINAL = frozenset(
    ["done", "terminatedWithError", "rejected", "cancelled", "canceled", "Succeeded", "Failed"]
)
_UNDER_WAY = frozenset(
    ["acknowledged", "accepted", "inProgress", "cancel", "Not Started", "Running", "In Progress"]
)
#: States of an order that a cancel task leads through (L-622-C).
_OPEN = frozenset(["assessingCancellation", "pendingCancellation"])


@check(
    "R-902",
    "R-901",
    title="POST of a task answers 201 with the task",
    needs=("create",),
    profiles=("mandatory",),
)
async def task_is_created(trial: Trial) -> None:
    _task(trial)
    answer = await trial.post(await trial.minimal())
    demand(answer.status in (201, 202), "201", answer, "R-902")
    if answer.status == 201:
        for name in ("id", str(trial.rules.state)):
            demand(answer.entity.get(name), f"a task with {name}", answer, "R-901")
    else:
        demand(answer.headers.get("location"), "202 with a Location", "none", "R-902")


@check("R-901", title="A task can be listed and retrieved", needs=("create", "list", "retrieve"))
async def task_is_found(trial: Trial) -> None:
    _task(trial)
    record = await trial.make()
    seen = await trial.get(record["id"])
    demand(seen.status == 200, "the task", seen)
    listed = await trial.list({"id": record["id"]})
    demand(any(r.get("id") == record["id"] for r in listed.entities), "the task in a list", listed)


@check("R-901", "R-620-09", title="A task cannot be patched", needs=("create",))
async def task_is_not_patched(trial: Trial) -> None:
    _task(trial)
    record = await trial.make()
    answer = await trial.patch(record["id"], {str(trial.rules.state): "done"})
    demand(answer.status in (404, 405, 501), "405", answer)


@check(
    "R-901", title="A task says how it stands wherever it is shown", needs=("create", "retrieve")
)
async def task_has_a_state(trial: Trial) -> None:
    _task(trial)
    name, record = str(trial.rules.state), await trial.make()
    shown = [("the task as it is read", await trial.look(record["id"]))]
    if trial.offers("list"):
        listed = await trial.list({"id": record["id"]})
        shown += [("the task in a list", task) for task in listed.entities[:1]]
    for where, task in shown:
        demand(task.get(name) is not None, f"{name} of {where}", "none")


@check(
    "R-906",
    "L-TASK",
    "L-622-C",
    "L-641-C",
    "L-620-J",
    "L-678-D",
    "R-620-09",
    title="The states of a task are those of the file",
    needs=("create", "retrieve"),
)
async def task_states_are_known(trial: Trial) -> None:
    _task(trial)
    record = await trial.make()
    name = str(trial.rules.state)
    told = {value for part in trial.attributes[name]._elements for value in part.get("enum", ())}
    for _ in range(3):
        value = (await trial.look(record["id"])).get(name)
        require(value is not None, "the task has no state")
        demand(value in (told or FINAL | _UNDER_WAY), "a state of a task", value)
        await asyncio.sleep(0.05)


@check(
    "R-906",
    "L-TASK",
    "L-620-J",
    "L-622-C",
    "L-641-C",
    "L-678-D",
    title="A task comes to its end",
    needs=("create", "retrieve"),
)
async def task_ends(trial: Trial) -> None:
    _task(trial)
    patience = trial.options.task_patience
    seen = await _watched(trial, await trial.make())
    value = seen.get(str(trial.rules.state))
    require(value is not None, "the task has no state")
    expected = TASKS in trial.options.expects or value not in _UNDER_WAY
    require(expected, f"still {value} after {patience:g} s; nothing else is expected")
    demand(value in FINAL, f"a task that is over after {patience:g} s", f"state {value}")


@check(
    "R-620-09",
    title="A job says when it was created, and why it failed",
    needs=("create", "retrieve"),
)
async def job_tells_its_end(trial: Trial) -> None:
    _task(trial)
    applies("errorLog" in trial.attributes, "it is no job")
    record = await trial.make()
    demand(record.get("creationDate"), "creationDate", record.get("creationDate"))
    seen = await ended(trial, record)
    require(seen.get("status") in FINAL, "the job is not over")
    name = "errorLog" if seen["status"] == "Failed" else "completionDate"
    demand(seen.get(name), f"{name} of a job that is {seen['status']}", seen.get(name))


@check(
    "R-620-11", title="A job cannot read or write any place it likes", needs=("create", "retrieve")
)
async def job_is_confined(trial: Trial) -> None:
    _task(trial)
    applies("errorLog" in trial.attributes, "it is no job")
    answer = await trial.post(await trial.minimal(url="file:///etc/kit-no-such-file"))
    if answer.status != 201:
        demand(answer.refused, "400, or a job that fails", answer)
        return
    seen = await ended(trial, answer.entity)
    demand(seen.get("status") != "Succeeded", "a job that fails", seen.get("status"))


@check(
    "R-903",
    "R-905",
    title="Expect: 202-accepted is honoured, ignored or refused",
    needs=("create",),
)
async def asynchronous_is_optional(trial: Trial) -> None:
    await trial.cohort()
    answer = await trial.post(await trial.minimal(), headers={"Expect": "202-accepted"})
    fine = answer.status in (201, 202, 400, 417)
    demand(fine, "201 or 202", answer, "R-905")
    if answer.status == 202:
        demand(answer.headers.get("location"), "202 with a Location", "none", "R-903")


@check(
    "R-622-09",
    "R-641-09",
    "L-622-C",
    "L-641-C",
    title="Cancelling takes effect on the order",
    needs=("create", "retrieve"),
)
async def cancelling_takes_effect(trial: Trial) -> None:
    orders, name = _cancelled(trial)
    order = await orders.make()
    seen = await ended(trial, await trial.make(await _cancelling(trial, name, order["id"])))
    demand(seen.get("state") in FINAL, "a task that ends", seen.get("state"))
    # An assessment that is done may deny it: the order goes on, but is no longer assessed.
    after = await orders.watch(order["id"], lambda now: now.get("state") not in _OPEN)
    state, date = after.get("state"), seen.get("effectiveCancellationDate")
    done = seen["state"] == "done"
    decided = state not in _OPEN or (done and state == "pendingCancellation")
    demand(decided, f"an order cancelled or going on, its task {seen['state']}", state)
    if done and CANCELLATIONS in trial.options.expects:
        demand(state == "cancelled", "an order that is cancelled", state)
    if done and state == "cancelled":
        demand(date, "effectiveCancellationDate", seen)
    if done and date:
        cancelled = state in ("cancelled", "pendingCancellation")
        demand(cancelled, f"an order that is cancelled on {date}", state)


@check("R-622-08", title="A cancelled order says when and why", needs=("create", "retrieve"))
async def cancellation_is_dated(trial: Trial) -> None:
    orders, name = _cancelled(trial)
    applies("cancellationDate" in orders.attributes, "orders have no cancellationDate")
    order = await orders.make()
    body = await _cancelling(trial, name, order["id"]) | {"cancellationReason": "kit reason"}
    await ended(trial, await trial.make(body))
    after = await orders.watch(order["id"], lambda now: now.get("state") == "cancelled")
    applies(after.get("state") == "cancelled", "the order was not cancelled")
    demand(after.get("cancellationDate"), "cancellationDate", after.get("cancellationDate"))
    got = after.get("cancellationReason")
    demand(got == "kit reason", "cancellationReason: kit reason", got)


@check(
    "R-622-10",
    "R-641-09",
    title="Cancelling an unknown order is refused with 404",
    needs=("create",),
)
async def unknown_order_is_not_cancelled(trial: Trial) -> None:
    _, name = _cancelled(trial)
    answer = await trial.post(await _cancelling(trial, name, trial.fresh()))
    demand(answer.status in (404, 400, 422), "404", answer)


@check(
    "R-622-10",
    "R-641-09",
    title="Cancelling an order that is over is refused with 409",
    needs=("create", "retrieve"),
)
async def finished_order_is_not_cancelled(trial: Trial) -> None:
    orders, name = _cancelled(trial)
    order = await orders.make()
    for state in ("inProgress", "completed"):
        moved = await orders.patch(order["id"], {"state": state})
        require(moved.ok, f"could not lead the order to {state}: {moved}")
    answer = await trial.post(await _cancelling(trial, name, order["id"]))
    if answer.status == 201:
        seen = await ended(trial, answer.entity)
        wrong = seen.get("state") not in ("terminatedWithError", "rejected")
        demand(not wrong, "409, or a task that ends terminatedWithError", seen.get("state"))
    else:
        demand(answer.status in (409, 400, 422), "409", answer)


@check(
    "R-622-11",
    title="The order and its cancel task are two resources",
    needs=("create", "retrieve"),
)
async def order_and_task_are_apart(trial: Trial) -> None:
    orders, name = _cancelled(trial)
    order = await orders.make()
    task = await trial.make(await _cancelling(trial, name, order["id"]))
    demand((await trial.get(task["id"])).status == 200, "the task", "none")
    demand((await orders.get(order["id"])).status == 200, "the order", "none")


async def ended(trial: Trial, task: Json) -> Json:
    """A task when it is over; whether it ends in time, `task_ends` judges."""
    name = str(trial.rules.state)
    seen = await _watched(trial, task)
    require(seen.get(name) is not None, "the task has no state")
    late = f"still under way after {trial.options.task_patience:g} s"
    require(seen[name] not in _UNDER_WAY, late)
    return seen


async def _watched(trial: Trial, task: Json) -> Json:
    """A task as soon as it is over, or as it is when patience with tasks ends."""
    name = str(trial.rules.state)
    if task.get(name) in FINAL:
        return task
    wait = trial.options.task_patience
    return await trial.watch(str(task.get("id")), lambda now: now.get(name) in FINAL, wait)


def _task(trial: Trial) -> None:
    applies(trial.rules.task and trial.rules.state, f"{trial.spec.name} is no task")


def _cancelled(trial: Trial) -> tuple[Trial, str]:
    """The orders that a cancel task is about, and its attribute that names one."""
    references = trial.shared.bodies.fixture(trial.spec).references
    is_cancel = trial.spec.name.startswith("cancel") and references
    applies(is_cancel, f"{trial.spec.name} cancels nothing")
    name, resource = next(iter(references.items()))
    return trial.of(resource), name


async def _cancelling(trial: Trial, name: str, order: str) -> Json:
    body = trial.shared.bodies.minimal(trial.spec)
    return body | {name: trial.shared.bodies.reference(trial.spec, name, order)}
