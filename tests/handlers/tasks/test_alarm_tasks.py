"""The tasks of TMF642 over HTTP: which alarms they change, and what they say (R-642-06 to -11)."""

from typing import Any

import pytest

from tests.handlers.asking import refused, shown
from tests.handlers.conftest import Start
from tests.handlers.facts import ALL, Case, Json
from tests.handlers.serving import Server
from tests.handlers.tasks.waiting import over

VERSIONS = ("v4", "v5")
both = pytest.mark.parametrize("version", VERSIONS)

#: What each task asks for beside its pattern, its list, and what it does.
DEEDS: dict[str, tuple[Json, str, Json]] = {
    "ackAlarm": (
        {"ackSystemId": "noc", "ackUserId": "kim"},
        "ackedAlarm",
        {"ackState": "acknowledged", "ackSystemId": "noc", "ackUserId": "kim"},
    ),
    "unAckAlarm": (
        {"ackSystemId": "noc", "ackUserId": "kim"},
        "unAckedAlarm",
        {"ackState": "unacknowledged"},
    ),
    "clearAlarm": (
        {"clearSystemId": "noc", "clearUserId": "kim", "alarmClearedTime": "2026-05-01T10:00:00Z"},
        "clearedAlarm",
        {
            "state": "cleared",
            "perceivedSeverity": "cleared",
            "clearSystemId": "noc",
            "clearUserId": "kim",
            "alarmClearedTime": "2026-05-01T10:00:00Z",
        },
    ),
}
each_deed = pytest.mark.parametrize("deed", DEEDS)


def case_of(version: str, name: str) -> Case:
    """The case of a resource; tasks are plural in v4."""
    plural = "s" if version == "v4" and name != "alarm" else ""
    return next(c for c in ALL if str(c) == f"TMF642-{version}/{name}{plural}")


def raise_alarm(server: Server, version: str, **more: Any) -> Json:
    case = case_of(version, "alarm")
    body = case.create_body() | {"state": "raised", "perceivedSeverity": "minor"} | more
    for name in ("id", "parentAlarm", "correlatedAlarm"):
        body.pop(name, None)
    return dict(shown(server.client.post(case.path, json=body), 201))


def alarm_now(server: Server, version: str, id: str) -> Json:
    return dict(shown(server.client.get(case_of(version, "alarm").item(id))))


def pattern(version: str, **attributes: Any) -> Json:
    """A pattern as each version types it: a reference where it names one alarm."""
    kind = "AlarmRef" if set(attributes) == {"id"} else "Alarm"
    return attributes | ({"@type": kind} if version == "v5" else {})


def ask(server: Server, version: str, name: str, body: Json) -> Json:
    """A task that was asked for, when it is over."""
    case = case_of(version, name)
    typed = {"@type": case.resource.schema.partition("_")[0]} if version == "v5" else {}
    made = shown(server.client.post(case.path, json=typed | body), 201)
    assert made["state"] == "acknowledged"
    return over(server, case, made["id"])


@pytest.mark.rule("R-642-07", "R-642-08")
@both
@each_deed
def test_a_task_changes_the_alarms_it_names_and_lists_them(
    version: str, deed: str, start: Start
) -> None:
    server = start(tasks=True)
    more, result, wanted = DEEDS[deed]
    ids = [raise_alarm(server, version, ackState="acknowledged")["id"] for _ in range(3)]
    named = [pattern(version, id=id) for id in ids[:2]]
    task = ask(server, version, deed, more | {"alarmPattern": named})
    assert task["state"] == "done"
    after = [alarm_now(server, version, id) for id in ids]
    shown_as = [{name: a[name] for name in a if name != "href"} for a in after[:2]]
    if version == "v4":
        # The older version shows what the newer one tells of them, and no class within a task.
        own = ("@type", "place")
        shown_as = [{name: a[name] for name in a if name not in own} for a in shown_as]
        task[result] = [{name: a[name] for name in a if name not in own} for a in task[result]]
    assert task[result] == shown_as
    for alarm in after[:2]:
        assert alarm == alarm | wanted
    assert after[2]["ackState"] == "acknowledged"
    assert after[2]["state"] == "raised"


@pytest.mark.rule("R-642-06")
@both
def test_a_pattern_means_the_alarms_that_equal_it_in_all(version: str, start: Start) -> None:
    server = start(tasks=True)
    source = f"ems-{version}"
    meant = raise_alarm(server, version, sourceSystemId=source)
    other = raise_alarm(server, version, sourceSystemId=source, perceivedSeverity="major")
    more, result, _ = DEEDS["ackAlarm"]
    wanted = pattern(version, sourceSystemId=source, perceivedSeverity="minor")
    task = ask(server, version, "ackAlarm", more | {"alarmPattern": [full(version, wanted)]})
    assert [alarm["id"] for alarm in task[result]] == [meant["id"]]
    assert alarm_now(server, version, other["id"])["ackState"] == "unacknowledged"


def full(version: str, wanted: Json) -> Json:
    """A pattern as far as the file demands more of an alarm in that place."""
    case = case_of(version, "alarm")
    if version == "v4":
        return wanted
    body = case.create_body()
    return {name: body[name] for name in ("alarmType", "probableCause") if name in body} | wanted


@pytest.mark.rule("R-642-08")
@both
def test_a_pattern_that_means_none_ends_with_an_empty_list(version: str, start: Start) -> None:
    server = start(tasks=True)
    more, result, _ = DEEDS["ackAlarm"]
    task = ask(
        server, version, "ackAlarm", more | {"alarmPattern": [pattern(version, id="nobody")]}
    )
    assert (task["state"], task[result]) == ("done", [])


@both
def test_a_pattern_that_says_nothing_ends_with_an_error(version: str, start: Start) -> None:
    server = start(tasks=True)
    more, _, _ = DEEDS["ackAlarm"]
    case = case_of(version, "ackAlarm")
    typed = {"@type": "AckAlarm"} if version == "v5" else {}
    empty = [{"@type": "Alarm"}] if version == "v5" else [{}]
    answer = server.client.post(case.path, json=typed | more | {"alarmPattern": empty})
    if answer.status_code == 201:
        task = over(server, case, answer.json()["id"])
        assert task["state"] == "terminatedWithError"
        assert "no pattern names an attribute" in task["reason"]
    else:
        refused(answer, 400, "21", "alarmPattern")


@both
def test_a_comment_is_added_once(version: str, start: Start) -> None:
    server = start(tasks=True)
    alarm = raise_alarm(server, version)
    before = alarm_now(server, version, alarm["id"]).get("comment", [])
    typed = {"@type": "Comment"} if version == "v5" else {}
    told = typed | {"comment": "Seen.", "userId": "kim", "systemId": "noc"}
    body = {"comment": told, "alarmPattern": [pattern(version, id=alarm["id"])]}
    task = ask(server, version, "commentAlarm", body)
    after = alarm_now(server, version, alarm["id"])["comment"]
    assert task["state"] == "done"
    assert after[:-1] == before
    assert after[-1] == after[-1] | told
    assert "time" in after[-1]


@pytest.mark.rule("R-642-11")
@both
def test_a_group_is_known_on_both_sides_until_it_is_undone(version: str, start: Start) -> None:
    server = start(tasks=True)
    parent, *children = [raise_alarm(server, version)["id"] for _ in range(3)]
    body = {
        "sourceSystemId": "noc",
        "alarmChangedTime": "2026-05-01T10:00:00Z",
        "parentAlarm": pattern(version, id=parent),
        "correlatedAlarm": [pattern(version, id=id) for id in children],
    }
    task = ask(server, version, "groupAlarm", body)
    assert [alarm["id"] for alarm in task["groupedAlarm"]] == children
    above = alarm_now(server, version, parent)
    assert above["isRootCause"] is True
    assert [one["id"] for one in above["correlatedAlarm"]] == children
    for id in children:
        assert [one["id"] for one in alarm_now(server, version, id)["parentAlarm"]] == [parent]
    assert ask(server, version, "unGroupAlarm", body)["state"] == "done"
    assert "correlatedAlarm" not in alarm_now(server, version, parent)
    assert "parentAlarm" not in alarm_now(server, version, children[0])


@pytest.mark.rule("R-642-09")
@both
def test_alarms_that_are_not_there_are_not_grouped(version: str, start: Start) -> None:
    server = start(tasks=True)
    parent = raise_alarm(server, version)["id"]
    body = {
        "sourceSystemId": "noc",
        "alarmChangedTime": "2026-05-01T10:00:00Z",
        "parentAlarm": pattern(version, id=parent),
        "correlatedAlarm": [pattern(version, id="nobody")],
    }
    task = ask(server, version, "groupAlarm", body)
    assert (task["state"], task["reason"]) == ("terminatedWithError", "there is no alarm nobody")
    assert "correlatedAlarm" not in alarm_now(server, version, parent)


@both
def test_links_go_with_the_alarm_that_is_deleted(version: str, start: Start) -> None:
    server = start(tasks=True)
    case = case_of(version, "alarm")
    parent = raise_alarm(server, version)["id"]
    typed = {"@type": "AlarmRef"} if version == "v5" else {}
    child = raise_alarm(server, version)["id"]
    link = {"parentAlarm": [{"id": parent} | typed]}
    shown(server.client.patch(case.item(child), json=link))
    assert [one["id"] for one in alarm_now(server, version, parent)["correlatedAlarm"]] == [child]
    assert server.client.delete(case.item(parent)).status_code == 204
    assert "parentAlarm" not in alarm_now(server, version, child)


@both
@pytest.mark.parametrize(
    ("change", "status", "left"),
    [
        ({"perceivedSeverity": "cleared"}, 200, ("cleared", "cleared")),
        ({"state": "cleared"}, 200, ("cleared", "cleared")),
        ({"perceivedSeverity": "major"}, 200, ("updated", "major")),
        ({"alarmDetails": "More of it."}, 200, ("updated", "minor")),
        ({"ackState": "acknowledged"}, 200, ("raised", "minor")),
        ({"state": "cleared", "perceivedSeverity": "major"}, 409, ("raised", "minor")),
    ],
)
def test_severity_and_state_of_an_alarm_go_together(
    version: str, change: Json, status: int, left: tuple[str, str], start: Start
) -> None:
    server = start(tasks=True)
    alarm = raise_alarm(server, version)
    item = case_of(version, "alarm").item(alarm["id"])
    answer = server.client.patch(item, json=change)
    assert answer.status_code == status, answer.text
    after = alarm_now(server, version, alarm["id"])
    assert (after["state"], after["perceivedSeverity"]) == left
    assert ("alarmClearedTime" in after) is (left[0] == "cleared")


@pytest.mark.rule("R-642-05")
@both
def test_a_cleared_alarm_keeps_its_severity_and_takes_comments(version: str, start: Start) -> None:
    server = start(tasks=True)
    alarm = raise_alarm(server, version)
    item = case_of(version, "alarm").item(alarm["id"])
    shown(server.client.patch(item, json={"state": "cleared"}))
    refused(server.client.patch(item, json={"perceivedSeverity": "major"}), 409, "73", "new alarm")
    shown(server.client.patch(item, json={"ackState": "acknowledged"}))
