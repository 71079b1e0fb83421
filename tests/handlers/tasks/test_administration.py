"""What an operator sees of tasks, and does about them, by the command line."""

import asyncio
import os

import orjson
import pytest
from click.testing import CliRunner, Result

from handlers.tasks import alarming
from handlers.tasks.holding import HOLDINGS
from persistence.errors import Missing
from persistence.store import Scope
from tests.handlers.asking import shown
from tests.handlers.conftest import Start
from tests.handlers.facts import Json, case
from tests.handlers.serving import Server, store_of
from tests.handlers.tasks.waiting import over, until
from tmf_apis.cli import main
from tmf_apis.tmf630.instants import microseconds

CASE = case("TMF642-v5/ackAlarm")


def run(server: Server, *words: str) -> Result:
    alone: dict[str, str | None] = {n: None for n in os.environ if n.startswith("TMF_")}
    return CliRunner(env=alone).invoke(main, ["tasks", *words, "--store", server.settings.store])


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


def test_a_task_that_fails_by_a_fault_of_ours_is_shown_and_goes_on_when_told_to(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start(tasks=True, development=True)
    with monkeypatch.context() as broken:
        broken.setattr(alarming, "_acted", None)
        id = asked(server)
        until(lambda: held(server, id), lambda holding: holding.get("attempts", 0) > 1)
        row = listed(server)[id]
        assert row["error"].startswith("TypeError: ")
        assert row["attempts"] > 1
        assert microseconds(row["nextTry"])
        page = shown(server.client.get("/tasks/state"))
        [told] = [one for one in page["open"] if one["id"] == id]
        assert (told["standing"], told["error"]) == ("failing", row["error"])
        assert page["totals"]["open"] >= 1
        done = run(server, "retry", id)
        assert (done.exit_code, done.stderr) == (0, f"{id} is tried anew.\n")
    assert over(server, CASE, id)["state"] == "done"
    assert id not in listed(server)


def held(server: Server, id: str) -> Json:
    """What is written down of the work on a task, empty where nobody holds it."""

    async def read() -> Json:
        store = store_of(server.settings.store)
        await store.open([HOLDINGS])
        try:
            record = await store.get(HOLDINGS, f"{CASE.path}/{id}", Scope())
        except Missing:
            return {}
        finally:
            await store.close()
        return dict(orjson.loads(record.body))

    return asyncio.run(read())


def test_the_page_shows_what_waits_and_what_failed_with_its_reason(start: Start) -> None:
    server = start(development=True)
    waiting, ended = asked(server), asked(server)
    assert run(server, "cancel", ended).exit_code == 0
    page = shown(server.client.get("/tasks/state"))
    assert page["apis"][CASE.api.base_path] == "TMF642 v5"
    [row] = [one for one in page["open"] if one["id"] == waiting]
    assert (row["standing"], row["resource"]) == ("waiting", CASE.path)
    [failed] = [one for one in page["failed"] if one["id"] == ended]
    assert (failed["state"], failed["reason"]) == (
        "terminatedWithError",
        "cancelled by the operator",
    )


def test_a_task_that_is_due_later_says_when(start: Start) -> None:
    server = start(development=True)
    cancelling = case("TMF622-v5/cancelProductOrder")
    body = cancelling.create_body(requestedCancellationDate="2999-01-01T00:00:00Z")
    body["productOrder"] = body["productOrder"] | {"id": "to be cancelled"}
    id = shown(server.client.post(cancelling.path, json=body), 201)["id"]
    row = listed(server)[id]
    assert (row["error"], row["nextTry"][:4]) == ("", "2999")


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
