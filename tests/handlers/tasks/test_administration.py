"""What an operator sees of tasks, and does about them, by the command line."""

import orjson
import pytest
from click.testing import CliRunner, Result

from tests.handlers.asking import shown
from tests.handlers.conftest import Start
from tests.handlers.facts import ALL, Json
from tests.handlers.serving import Server
from tests.handlers.tasks.waiting import over
from tmf_apis.cli import main

CASE = next(c for c in ALL if str(c) == "TMF642-v5/ackAlarm")


def run(server: Server, *words: str) -> Result:
    return CliRunner().invoke(main, ["tasks", *words, "--store", server.settings.store])


def asked(server: Server) -> str:
    """The id of a task that nobody carries out yet."""
    return str(shown(server.client.post(CASE.path, json=CASE.create_body()), 201)["id"])


def listed(server: Server) -> dict[str, Json]:
    found = run(server, "list", "--json")
    assert found.exit_code == 0, found.output
    return {row["task"]: row for row in orjson.loads(found.stdout)}


def test_a_task_is_listed_until_it_is_over(start: Start) -> None:
    idle, busy = start(), start(tasks=True)
    id = asked(idle)
    row = listed(idle)[id]
    assert (row["resource"], row["state"]) == (CASE.path, "acknowledged")
    assert (row["held"], row["attempts"], row["error"]) == (False, 0, "")
    done = asked(busy)
    over(busy, CASE, done)
    assert done not in listed(busy)


def test_a_cancelled_task_is_over_and_says_so(start: Start) -> None:
    server = start()
    id = asked(server)
    done = run(server, "cancel", id)
    assert (done.exit_code, done.stderr.strip()) == (0, f"{id} is terminatedWithError.")
    task = shown(server.client.get(CASE.item(id)))
    assert (task["state"], task["reason"]) == ("terminatedWithError", "cancelled by the operator")
    again = run(server, "cancel", id)
    assert (again.exit_code, again.stderr.strip()) == (2, "The task is over: terminatedWithError.")


@pytest.mark.parametrize("word", ["retry", "cancel"])
def test_a_task_that_nobody_knows_is_told(word: str, start: Start) -> None:
    done = run(start(), word, "nobody")
    assert done.exit_code == 2
    assert "There is no task nobody" in done.stderr


def test_a_task_may_be_tried_anew(start: Start) -> None:
    server = start()
    id = asked(server)
    assert run(server, "retry", id).exit_code == 0
    assert id in listed(server)
