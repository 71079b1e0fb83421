"""Records that are over go, once a day, in all versions; who is new to a rule is counted first."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from handlers.audit.entries import ENTRIES
from handlers.audit.signing import folder_of
from handlers.identity.keys import make_first
from handlers.privacy.holding import Holdings, each
from handlers.privacy.retaining import Retaining
from tests.handlers.conftest import Start
from tests.handlers.facts import case
from tests.handlers.privacy.life import on
from tests.handlers.serving import Server
from tmf_apis.privacy.retention import DAY, RetentionError

OLDER, ALARM = case("TMF642-v4/alarm"), case("TMF642-v5/alarm")
RULES = "- {api: TMF642, resource: alarm, states: [cleared], days: 2}\n"
RULE = "TMF642 alarm (cleared) after 2 days"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_first(folder_of(folder))
    return folder


@pytest.fixture(scope="module", params=["sqlite", "mongodb"])
def auditing(request: pytest.FixtureRequest, start: Start, keys: Path) -> Server:
    return start(kind=request.param, audit=True, keys=keys)


def retain(
    server: Server, file: Path, at: int, work: Callable[[Retaining], Awaitable[Any]]
) -> tuple[Any, int]:
    """What is done about the records of a server, a while after the last change; and the entries
    that tell of it.
    """

    async def done(holdings: Holdings) -> tuple[Any, int]:
        retaining = Retaining(holdings.store, file, holdings.served, lambda: at)
        found = await work(retaining)
        await holdings.store.settle()
        bodies = [orjson.loads(kept.body) async for kept in each(holdings.store, ENTRIES)]
        return found, sum(body["kind"] == "retention" for body in bodies)

    return on(server, done)


def test_they_go_a_day_after_they_were_counted(auditing: Server, tmp_path: Path) -> None:
    server = auditing
    file = tmp_path / "retention.yaml"
    file.write_text(RULES)
    ids = {}
    for state in ("cleared", "raised"):
        document = ALARM.sample() | {"id": str(uuid4()), "state": state}
        ids[state] = server.load(ALARM, document)["id"]

    async def changed(holdings: Holdings) -> int:
        kept = [one async for one in each(holdings.store, holdings.faces[ALARM.path].collection)]
        return max(one.modified for one in kept)

    last = on(server, changed)
    told, _ = retain(server, file, last + DAY, lambda retaining: retaining.count())
    assert told == {RULE: 0}
    days = [
        retain(server, file, last + number * DAY, lambda retaining: retaining.look())
        for number in (3, 3, 5)
    ]
    assert days == [({}, 0), ({}, 0), ({RULE: 1}, 1)]
    for of in (OLDER, ALARM):
        assert server.client.get(of.item(ids["cleared"])).status_code == 404
        assert server.client.get(of.item(ids["raised"])).status_code == 200
    again, told = retain(server, file, last + 9 * DAY, lambda retaining: retaining.apply())
    assert (again, told) == ({RULE: 0}, 1)


@pytest.mark.parametrize(
    "rule",
    [
        "{api: TMF999, resource: alarm, days: 1}",
        "{api: TMF642, resource: alert, days: 1}",
        "{api: TMF642, resource: alarm, days: 1, since: yesterday}",
        "{api: TMF620, resource: exportJob, days: 1, states: [x], since: nothing}",
    ],
)
def test_a_rule_for_nothing_starts_no_server(rule: str, start: Start, tmp_path: Path) -> None:
    file = tmp_path / "retention.yaml"
    file.write_text(f"- {rule}\n")

    async def work(holdings: Holdings) -> None:
        Retaining(holdings.store, file, holdings.served)

    with pytest.raises(RetentionError):
        on(start(), work)
