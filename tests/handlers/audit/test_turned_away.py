"""What a limit turns away is told once a minute for each client."""

from pathlib import Path

from handlers.audit.turned_away import CLIENTS, EVERY, TurnedAway
from tests.handlers.audit.calling import called
from tests.handlers.conftest import Start
from tests.handlers.facts import case

CUSTOMER = case("TMF629-v4/customer")


def test_the_first_is_told_and_then_how_many_there_were() -> None:
    now = 0.0
    away = TurnedAway(lambda: now)
    assert [away.told("a"), away.told("b"), away.told("a"), away.told("a")] == [1, 1, 0, 0]
    now = EVERY
    assert [away.told("a"), away.told("a"), away.told("b")] == [3, 0, 1]


def test_no_more_clients_are_remembered_than_so_many() -> None:
    away = TurnedAway(lambda: 0.0)
    for number in range(CLIENTS + 1):
        assert away.told(str(number)) == 1
    assert (away.told(str(CLIENTS)), away.told("0")) == (0, 1)


def test_the_audit_tells_of_it(start: Start, keys: Path) -> None:
    server = start(authentication=True, audit=True, keys=keys, rates=("list=1",))
    with called(server, "partner", sub="quick") as client:
        refused = [client.client.get(CUSTOMER.path).status_code for _ in range(8)].count(429)
    assert refused > 2
    with called(server, "admin") as auditor:
        found = auditor.client.get("/audit/v1/entry?status=429").json()
    assert [(entry["count"], entry["subject"], entry["kind"]) for entry in found] == [
        (1, "quick", "refusal")
    ]
