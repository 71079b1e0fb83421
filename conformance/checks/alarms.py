"""Alarms, and the tasks that act on them (R-642-*, L-642, L-642-A)."""

from typing import Any

from conformance.check import check
from conformance.checks.tasks import ended
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial

Json = dict[str, Any]
_NEEDS = ("create", "retrieve")


@check(
    "R-642-04", title="A new alarm is unacknowledged, and says when it was reported", needs=_NEEDS
)
async def defaults_are_set(trial: Trial) -> None:
    _alarm(trial)
    body = await trial.minimal()
    for name in ("ackState", "alarmReportingTime"):
        body.pop(name, None)
    seen = await trial.look((await trial.make(body))["id"])
    applies("ackState" in seen, "the server sets no ackState")
    demand(seen["ackState"] == "unacknowledged", "unacknowledged", seen["ackState"])


@check(
    "R-642-05",
    title="Clearing an alarm sets severity, state and time together",
    needs=(*_NEEDS, "patch"),
)
async def clearing_is_whole(trial: Trial) -> None:
    _alarm(trial)
    for change in ({"state": "cleared"}, {"perceivedSeverity": "cleared"}):
        record = await trial.make()
        answer = await trial.patch(record["id"], change)
        require(answer.ok, f"could not clear it: {answer}")
        seen = await trial.look(record["id"])
        got = {name: seen.get(name) for name in ("state", "perceivedSeverity")}
        wanted = {"state": "cleared", "perceivedSeverity": "cleared"}
        demand(got == wanted, f"{wanted} after {change}", got)
        demand(seen.get("alarmClearedTime"), "alarmClearedTime", seen.get("alarmClearedTime"))


@check(
    "R-642-05",
    title="The severity of a cleared alarm can no longer be set",
    needs=(*_NEEDS, "patch"),
)
async def cleared_stays_cleared(trial: Trial) -> None:
    _alarm(trial)
    record = await trial.make()
    cleared = {"state": "cleared", "perceivedSeverity": "cleared"}
    require((await trial.patch(record["id"], cleared)).ok, "could not clear it")
    answer = await trial.patch(record["id"], {"perceivedSeverity": "major"})
    demand(answer.status in (409, 400, 422), "409", answer)


@check(
    "L-642",
    title="A change of severity moves an alarm from raised to updated",
    needs=(*_NEEDS, "patch"),
)
async def change_is_an_update(trial: Trial) -> None:
    _alarm(trial)
    record = await trial.make(state="raised", perceivedSeverity="minor")
    answer = await trial.patch(record["id"], {"perceivedSeverity": "major"})
    require(answer.ok, f"could not change it: {answer}")
    got = (await trial.look(record["id"])).get("state")
    demand(got == "updated", "state updated", got)


@check("L-642-A", title="ackState may be patched both ways", needs=(*_NEEDS, "patch"))
async def acknowledgement_goes_both_ways(trial: Trial) -> None:
    _alarm(trial)
    record = await trial.make()
    for value in ("acknowledged", "unacknowledged"):
        answer = await trial.patch(record["id"], {"ackState": value})
        require(answer.ok, f"ackState is not patchable: {answer}")
        got = (await trial.look(record["id"])).get("ackState")
        demand(got == value, f"ackState {value}", got)


@check("R-642-07", title="The ack task acknowledges its alarms, and those alone", needs=_NEEDS)
async def ack_acknowledges(trial: Trial) -> None:
    alarms = acting(trial, "ackAlarm")
    target, other = await alarms.make(), await alarms.make()
    await act(trial, target["id"], ackUserId="kit user")
    seen = await alarms.look(target["id"])
    demand(seen.get("ackState") == "acknowledged", "acknowledged", seen.get("ackState"))
    demand(seen.get("ackUserId") == "kit user", "ackUserId: kit user", seen.get("ackUserId"))
    left = (await alarms.look(other["id"])).get("ackState")
    demand(left != "acknowledged", "the other alarm as it was", left)


@check("R-642-07", title="The unAck task takes an acknowledgement back", needs=_NEEDS)
async def unack_takes_back(trial: Trial) -> None:
    alarms = acting(trial, "unAckAlarm")
    target = await alarms.make()
    done = await alarms.patch(target["id"], {"ackState": "acknowledged"})
    require(done.ok, "could not acknowledge it")
    await act(trial, target["id"])
    got = (await alarms.look(target["id"])).get("ackState")
    demand(got == "unacknowledged", "unacknowledged", got)


@check("R-642-07", title="The clear task clears its alarms", needs=_NEEDS)
async def clear_clears(trial: Trial) -> None:
    alarms = acting(trial, "clearAlarm")
    target = await alarms.make()
    await act(trial, target["id"])
    seen = await alarms.look(target["id"])
    got = (seen.get("state"), seen.get("perceivedSeverity"))
    demand(got == ("cleared", "cleared"), "state and severity cleared", got)


@check("R-642-07", title="The comment task adds its comment", needs=_NEEDS)
async def comment_is_added(trial: Trial) -> None:
    alarms = acting(trial, "commentAlarm")
    target = await alarms.make()
    before = len((await alarms.look(target["id"])).get("comment") or [])
    for added in (1, 2):
        await act(trial, target["id"])
        after = len((await alarms.look(target["id"])).get("comment") or [])
        demand(after == before + added, f"{before + added} comments", after)


@check("R-642-07", "R-642-11", title="The group task links parent and children", needs=_NEEDS)
async def group_links(trial: Trial) -> None:
    alarms = acting(trial, "groupAlarm")
    parent, child = await alarms.make(), await alarms.make()
    await _group(trial, parent["id"], child["id"])
    seen = await alarms.look(child["id"])
    above = seen.get("parentAlarm") or []
    ids = [a.get("id") for a in (above if isinstance(above, list) else [above])]
    demand(parent["id"] in ids, f"parentAlarm {parent['id']}", above)


@check("R-642-07", title="The unGroup task unlinks them", needs=_NEEDS)
async def ungroup_unlinks(trial: Trial) -> None:
    alarms = acting(trial, "unGroupAlarm")
    plural = "s" if trial.spec.name.endswith("s") else ""
    parent, child = await alarms.make(), await alarms.make()
    await _group(trial.of(f"groupAlarm{plural}"), parent["id"], child["id"])
    require((await alarms.look(child["id"])).get("parentAlarm"), "the group was not made")
    await _group(trial, parent["id"], child["id"])
    above = (await alarms.look(child["id"])).get("parentAlarm")
    demand(not above, "no parentAlarm", above)


@check("R-642-08", title="A task is done and lists the alarms after the change", needs=_NEEDS)
async def task_lists_its_alarms(trial: Trial) -> None:
    alarms = acting(trial, "ackAlarm", "unAckAlarm", "clearAlarm", "commentAlarm")
    targets = {(await alarms.make())["id"] for _ in range(2)}
    bodies = [await _task(trial, target) for target in sorted(targets)]
    patterns = [pattern for body in bodies for pattern in body["alarmPattern"]]
    task = await ended(trial, await trial.make(bodies[0] | {"alarmPattern": patterns}))
    demand(task.get("state") == "done", "state done", task.get("state"))
    lists = [value for name, value in task.items() if name.lower().endswith("edalarm")]
    ids = sorted(str(a.get("id")) for found in lists for a in found if isinstance(a, dict))
    demand(ids == sorted(targets), f"the alarms {', '.join(sorted(targets))}", ids)


@check(
    "R-642-06", title="A pattern means the alarms that equal it in all its attributes", needs=_NEEDS
)
async def patterns_match_whole(trial: Trial) -> None:
    alarms = acting(trial, "ackAlarm")
    source = trial.fresh()
    both = await alarms.make(sourceSystemId=source, perceivedSeverity="minor")
    one = await alarms.make(sourceSystemId=source, perceivedSeverity="major")
    pattern = {"sourceSystemId": source, "perceivedSeverity": "minor"}
    body = await _task(trial, both["id"])
    kind = {"@type": "Alarm"} if trial.spec.typed else {}
    answer = await trial.post({**body, "alarmPattern": [{**kind, **pattern}]})
    applies(answer.status != 400, "the file takes whole alarms as patterns only")
    require(answer.status == 201, f"could not create the task: {answer}")
    await _done(trial, answer.entity)
    states = [(await alarms.look(a["id"])).get("ackState") for a in (both, one)]
    demand(states == ["acknowledged", "unacknowledged"], "the first alarm alone", states)


@check("R-642-06", title="An alarm that equals any one of several patterns is meant", needs=_NEEDS)
async def every_pattern_counts(trial: Trial) -> None:
    alarms = acting(trial, "ackAlarm")
    targets = [(await alarms.make())["id"] for _ in range(2)]
    body = await _task(trial, targets[0])
    patterns = [{**body["alarmPattern"][0], "id": target} for target in targets]
    answer = await trial.post({**body, "alarmPattern": patterns})
    require(answer.status == 201, f"could not create the task: {answer}")
    await _done(trial, answer.entity)
    states = [(await alarms.look(target)).get("ackState") for target in targets]
    demand(states == ["acknowledged"] * 2, "both alarms", states)


@check("R-642-08", title="A pattern without a match ends the task, without an alarm", needs=_NEEDS)
async def no_match_is_no_alarm(trial: Trial) -> None:
    acting(trial, "ackAlarm", "clearAlarm")
    body = await _task(trial, trial.fresh())
    answer = await trial.post(body)
    require(answer.status == 201, f"could not create the task: {answer}")
    seen = await ended(trial, answer.entity)
    demand(seen.get("state") in ("done", "terminatedWithError"), "done", seen.get("state"))


@check("R-642-09", title="Grouping alarms that are not there ends with an error", needs=_NEEDS)
async def unknown_alarms_are_not_grouped(trial: Trial) -> None:
    acting(trial, "groupAlarm")
    answer = await _try_group(trial, trial.fresh(), trial.fresh())
    if answer.status == 201:
        seen = await ended(trial, answer.entity)
        state = seen.get("state")
        demand(state == "terminatedWithError", "terminatedWithError", state)
    else:
        demand(answer.status in (400, 404, 409, 422), "terminatedWithError, 400 or 404", answer)


def _alarm(trial: Trial) -> None:
    applies(trial.spec.name == "alarm" and "ackState" in trial.attributes, "it is no alarm")


def acting(trial: Trial, *tasks: str) -> Trial:
    """The alarms that a task acts on; its name is plural in v4."""
    applies(trial.spec.name.removesuffix("s") in tasks, f"it is not {' or '.join(tasks)}")
    return trial.of("alarm")


async def _task(trial: Trial, target: str) -> Json:
    body = trial.shared.bodies.minimal(trial.spec)
    pattern = trial.shared.bodies.reference(trial.spec, "alarmPattern", target)
    if trial.spec.typed:
        pattern[0]["@type"] = "AlarmRef"
    return body | {"alarmPattern": pattern}


async def act(trial: Trial, target: str, **changes: Any) -> Json:
    """The task when it is done; one that ends with an error need have no effect."""
    return await _done(trial, await trial.make(await _task(trial, target) | changes))


async def _done(trial: Trial, task: Json) -> Json:
    seen = await ended(trial, task)
    require(seen.get("state") == "done", f"the task ended as {seen.get('state')}")
    return seen


async def _try_group(trial: Trial, parent: str, child: str) -> Any:
    bodies = trial.shared.bodies
    body = bodies.minimal(trial.spec)
    body["parentAlarm"] = bodies.reference(trial.spec, "parentAlarm", parent)
    body["correlatedAlarm"] = bodies.reference(trial.spec, "correlatedAlarm", child)
    return await trial.post(body)


async def _group(trial: Trial, parent: str, child: str) -> None:
    answer = await _try_group(trial, parent, child)
    require(answer.status == 201, f"could not create the task: {answer}")
    await _done(trial, answer.entity)
