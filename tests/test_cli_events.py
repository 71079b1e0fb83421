"""`tmf-apis events`: what an operator is told of deliveries."""

import asyncio
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handlers.app import collections_of, registries_of
from handlers.notifications import dead
from handlers.notifications import subscription as subscriptions
from handlers.notifications.notice import Notice
from handlers.notifications.subscription import Subscription
from persistence.opening import open_store
from persistence.store import Logged, Scope
from tmf_apis.catalog import choose
from tmf_apis.cli import main
from tmf_apis.settings import Settings

STORE = "sqlite:///tmf.db"
ID = "5f1d5a4e-0000-0000-0000-000000000001"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("TMF_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["events", *arguments, "--store", STORE])


async def _fill(letters: int, orphans: int) -> None:
    settings, catalog = Settings(store=STORE), choose(())
    store = open_store(STORE)
    await store.open(collections_of(catalog, settings, store))
    registry = registries_of(catalog, store, settings)[0]
    draft = subscriptions.draft({"id": ID, "callback": "https://listener.example.com/"}, 0)
    made = await store.create(registry.collection, draft, Scope())
    there = subscriptions.read(*registry, made.record)
    gone = Subscription(
        *registry, made.record._replace(id="gone"), there.registered, there.delivery
    )
    for subscription, count in ((there, letters), (gone, orphans)):
        for number in range(count):
            logged = Logged(number + 1, "/x/y", "1", "YCreateEvent", 0, b'null\n{"event":{}}')
            await dead.bury(
                store, subscription, Notice(logged), 3, "answered 500", "2026-01-01T00:00:00Z"
            )
    await store.close()


@pytest.fixture
def filled() -> None:
    asyncio.run(_fill(letters=2, orphans=3))


@pytest.mark.usefixtures("filled")
def test_replay_says_what_it_does() -> None:
    done = run("replay")
    assert (done.exit_code, done.output.splitlines()) == (
        0,
        [
            "2 dead letters are delivered once more.",
            "3 others are not: their subscriptions were removed.",
        ],
    )
    assert run("pause", ID).exit_code == 0
    paused = run("replay", ID)
    assert paused.output.splitlines() == [
        "2 dead letters are delivered once more.",
        "2 of them wait until their paused subscriptions are resumed.",
    ]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("command", ["replay", "purge", "pause", "resume"])
def test_a_subscription_that_is_none_is_an_error(command: str) -> None:
    done = run(command, "nope")
    assert done.exit_code == 2
    assert done.output == "There is no subscription nope; `tmf-apis events list` shows them.\n"


@pytest.mark.usefixtures("filled")
def test_purge_drops_all_or_those_of_one() -> None:
    assert run("purge", ID).output == "2 dead letters dropped.\n"
    assert run("purge", "gone").output == "3 dead letters dropped.\n"
    assert run("purge").output == "0 dead letters dropped.\n"


@pytest.mark.usefixtures("filled")
def test_pause_and_resume_are_seen() -> None:
    assert run("pause", ID).output == f"{ID} is paused.\n"
    assert "paused" in run("list").output
    assert run("resume", ID).output == f"{ID} is served again.\n"
    assert "active" in run("list").output
