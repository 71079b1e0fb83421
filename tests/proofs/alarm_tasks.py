"""A task over 10,000 alarms, ended by kill -9 twice: each alarm is changed and told of once.

While such tasks run, the p99 of what others ask grows by half at most. Short rounds with and
without them are interleaved and their medians compared: a disk that stalls for everybody does so
in few of them. Those tasks are over fewer alarms, so that each soon ends.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import httpx
import orjson

from tests.proofs.notification_load import p99, write
from tests.proofs.serving import Served

ALARMS, KILLS, ROUNDS = 10_000, 2, 30
FEWER = 300
WRITES, RATE = 200, 50.0
MOST_TIMES = 1.5
#: Seconds a task over all alarms may take, and a batch of alarms that is loaded.
LONGEST = 300.0
API = "/tmf-api/alarmManagement/v5"
ACK, UNACK = "ackAlarm", "unAckAlarm"
#: The systems whose alarms the killed task means, and those of the rounds.
SYSTEM, OTHER = "proof", "rounds"


def prove(alarms: int = ALARMS, rounds: int = ROUNDS) -> dict[str, Any]:
    """What became of the alarms, and the milliseconds of p99 by round, without tasks and with."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        served = _served(folder)
        try:
            _make(served, SYSTEM, alarms)
            _make(served, OTHER, min(alarms, FEWER))
            kills, served = _killed(served, folder)
            problems = _problems(served.store, alarms)
            alone, beside = _rounds(served, rounds)
        finally:
            served.stop()
    times = median(beside) / median(alone)
    return {
        "holds": not problems and kills == KILLS and times <= MOST_TIMES,
        "summary": f"{alarms} alarms acknowledged by one task that was ended {kills} times,"
        f" {len(problems)} problems; p99 of writes {times:.2f} times with such a task",
        "alone": alone,
        "beside": beside,
        "problems": problems[:20],
    }


def _served(folder: Path) -> Served:
    served = Served(folder, "--no-sample-data")
    served.wait()
    return served


def _client(served: Served) -> httpx.Client:
    """A client for many requests: to make one takes tens of milliseconds of this process, which
    measures, too.
    """
    return httpx.Client(base_url=served.origin + API, trust_env=False, timeout=60)


def _make(served: Served, system: str, count: int) -> None:
    """Raise so many alarms of a system."""
    with _client(served) as client:
        for number in range(count):
            body = {
                "@type": "Alarm",
                "alarmType": "qualityOfServiceAlarm",
                "perceivedSeverity": "major",
                "probableCause": "thresholdCrossed",
                "sourceSystemId": system,
                "state": "raised",
                "alarmRaisedTime": "2026-11-01T10:00:00Z",
                "alarmedObject": {"@type": "AlarmedObject", "id": f"cell-{number}"},
            }
            client.post("/alarm", json=body).raise_for_status()


def _begun(client: httpx.Client, kind: str, system: str) -> str:
    """The id of a new task over all alarms of a system."""
    pattern = {"@type": "Alarm", "sourceSystemId": system}
    who = {"ackUserId": "ann", "ackSystemId": system}
    body = who | {"@type": kind[:1].upper() + kind[1:], "alarmPattern": [pattern]}
    answer = client.post(f"/{kind}", json=body)
    answer.raise_for_status()
    id: str = answer.json()["id"]
    return id


def _state(client: httpx.Client, kind: str, id: str) -> str:
    state: str = client.get(f"/{kind}/{id}?fields=state").json()["state"]
    return state


def _over(client: httpx.Client, kind: str, id: str) -> None:
    until = monotonic() + LONGEST
    while (state := _state(client, kind, id)) != "done":
        if state == "terminatedWithError" or monotonic() > until:
            raise TimeoutError(f"{kind} {id} is {state}")
        sleep(0.1)


def _killed(served: Served, folder: Path) -> tuple[int, Served]:
    """How often the server was ended while it acknowledged, and the one that ended that."""
    random, kills = Random(1), 0
    with _client(served) as client:
        id = _begun(client, ACK, SYSTEM)
    for _ in range(KILLS):
        sleep(random.uniform(1.5, 4))
        with _client(served) as client:
            kills += _state(client, ACK, id) != "done"
        served.kill()
        served = _served(folder)
    with _client(served) as client:
        _over(client, ACK, id)
    return kills, served


def _rounds(served: Served, rounds: int) -> tuple[list[float], list[float]]:
    """The p99 of writes in milliseconds by round, without tasks and beside them."""
    found: dict[bool, list[float]] = {False: [], True: []}
    for number in range(rounds):
        for beside in (False, True) if number % 2 else (True, False):
            with _tasks(served, beside=beside):
                seconds = write(served, WRITES, RATE).seconds
            found[beside].append(round(1_000 * p99(seconds), 1))
    return found[False], found[True]


@contextmanager
def _tasks(served: Served, *, beside: bool) -> Iterator[None]:
    """One task after the other, for as long as the block lasts."""
    ended = Event()

    def run() -> None:
        with _client(served) as client:
            while not ended.is_set():
                for kind in (UNACK, ACK):
                    _over(client, kind, _begun(client, kind, OTHER))

    running = Thread(target=run)
    if beside:
        running.start()
        sleep(0.5)
    try:
        yield
    finally:
        ended.set()
        if beside:
            running.join()


def _problems(store: Path, alarms: int) -> list[str]:
    """What is wrong with the alarms and with what was told of them."""
    with sqlite3.connect(store) as connection:
        collection = f"{API}/alarm"
        ((number,),) = connection.execute(
            "SELECT number FROM collection WHERE name = ?", (collection,)
        )
        found = connection.execute(f"SELECT body FROM r{number}")
        bodies = [b for (body,) in found if (b := orjson.loads(body))["sourceSystemId"] == SYSTEM]
        told = connection.execute(
            "SELECT id FROM event WHERE collection = ? AND type NOT LIKE '%Create%'",
            (collection,),
        ).fetchall()
    problems = [f"{b['id']} is {b['ackState']}" for b in bodies if b["ackState"] != "acknowledged"]
    if len(bodies) != alarms:
        problems.append(f"{len(bodies)} alarms")
    times = Counter(id for (id,) in told)
    problems += [f"{b['id']} told {times[b['id']]} times" for b in bodies if times[b["id"]] != 1]
    return problems
