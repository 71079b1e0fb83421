"""Orders are cancelled and amended at each step of their plans, and at random moments while the
processes that carry them out are killed; nothing is left half built, nothing is there twice.

The first part does one step at a time, in process: each play of
`tests/handlers/flow/in_between.py` at each step, both where the last step was written down and
where it was not; some of them on MongoDB. The second has a server with two workers, which is killed
again and again.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import httpx

from tests.handlers.flow import in_between as play
from tests.handlers.flow import ordering as paths
from tests.handlers.flow.in_between import AMEND, AMENDMENTS, CANCEL, STEPS, TOUCHING
from tests.handlers.flow.outcome import Snapshot, problems
from tests.handlers.flow.stepping import Office
from tests.proofs.serving import Served

Json = dict[str, Any]

ORDERS, KILLS, CLIENTS = 150, 6, 4
#: Of so many plays one is played on each kind of store: the tests' MongoDB takes its time.
ONE_OF = {"sqlite": 1, "mongodb": 10}
#: Seconds in which all orders are over once the last was placed.
LONGEST = 300.0
FLAGS = ("--flow", "--development", "--workers", "2")
_OPEN = ("acknowledged", "inProgress", "assessingCancellation", "pendingCancellation")
_BASE = paths.ORDERS.rpartition("/")[0]


def prove(orders: int = ORDERS, kills: int = KILLS) -> Json:
    """How many plays there were, what became of the orders, and what was wrong."""
    began, faults, count = monotonic(), list[str](), 0
    for kind in ONE_OF:
        with TemporaryDirectory() as folder:
            wrong, played = asyncio.run(_played(Path(folder), kind))
        faults, count = faults + wrong, count + played
    ended, wrong = _killed(orders, kills)
    faults += wrong
    return {
        "holds": not faults,
        "summary": f"{count} plays at each step on two stores; {orders} orders with {kills} kills:"
        f" {ended}; {len(faults)} problems; {monotonic() - began:.0f} s",
        "problems": faults[:20],
    }


async def _played(folder: Path, kind: str) -> tuple[list[str], int]:
    """What was wrong in all plays on one kind of store, and how many there were."""
    office, faults, count = await Office.opened(folder, kind), list[str](), 0
    for name, work in islice(_plays(office), 0, None, ONE_OF[kind]):
        count += 1
        faults += [f"{kind}, {name}: {fault}" for fault in await work()]
    await office.store.close()
    return faults, count


def _plays(office: Office) -> Iterator[tuple[str, Any]]:
    for sudden in (False, True):
        for n in range(STEPS):
            at = f"step {n}, {'sudden' if sudden else 'noted'}"
            yield f"cancelled, {at}", partial(play.cancelled, office, n, sudden=sudden)
            for how in AMENDMENTS:
                yield f"{how}, {at}", partial(play.amended, office, how, n, sudden=sudden)
            for first in (CANCEL, AMEND, "both"):
                yield f"{first} first, {at}", partial(play.both, office, first, n, sudden=sudden)
        for action, steps in TOUCHING.items():
            for n in range(steps):
                for how in (CANCEL, AMEND):
                    name = f"{action}, {how}, step {n}, {sudden}"
                    yield (
                        name,
                        partial(play.left_alone, office, action, n, how=how, sudden=sudden),
                    )


def _killed(orders: int, kills: int) -> tuple[dict[str, int], list[str]]:
    """How many orders ended in which state, and what is wrong with what they made."""
    random = Random(26)
    with TemporaryDirectory() as folder:
        place = Path(folder)
        served = _start(place)
        with ThreadPoolExecutor(CLIENTS) as pool:
            working = [pool.submit(_one, place, f"proof-{n}", n) for n in range(orders)]
            for _ in range(kills):
                sleep(random.uniform(0.8, 2.0))
                served.kill()
                served = _start(place)
            for one in working:
                one.result()
        with httpx.Client(base_url=served.origin, trust_env=False, timeout=60) as client:
            faults = _settled(client)
        served.stop()
        ended, wrong = asyncio.run(_judged(place))
    return ended, faults + wrong


def _start(place: Path) -> Served:
    served = Served(place, *FLAGS)
    served.wait()
    (place / "origin").write_text(served.origin)
    return served


def _one(place: Path, id: str, number: int) -> None:
    """Place an order; a moment later cancel it, amend it, both, or leave it alone."""
    random = Random(number)
    items = play.ORDER["productOrderItem"]
    _post(place, paths.ORDERS, paths.order_of(*items, id=id))
    sleep(random.uniform(0.0, 0.6))
    reference = {"productOrder": {"@type": "ProductOrderRef", "id": id}}
    changes, _ = random.choice(list(AMENDMENTS.values()))
    asked = [
        (CANCEL, {"@type": "CancelProductOrder"}),
        (AMEND, {"@type": "AmendProductOrder"} | changes),
    ]
    wanted = {0: asked[:1], 1: asked[1:], 2: asked, 3: asked[::-1], 4: []}[number % 5]
    for name, body in wanted:
        _post(place, f"{_BASE}/{name}", body | reference)


def _post(place: Path, path: str, body: Json) -> None:
    """Ask until the server took it or refused it, whichever process says so."""
    while True:
        try:
            origin = (place / "origin").read_text()
            answer = httpx.post(origin + path, json=body, trust_env=False, timeout=60)
        except httpx.TransportError:
            sleep(0.05)
            continue
        if answer.status_code in (201, 404, 409):
            return
        sleep(0.05)


def _settled(client: httpx.Client) -> list[str]:
    """Wait until no order and no task is open; what is still."""
    until = monotonic() + LONGEST
    while stuck := _open_ones(client):
        if monotonic() > until:
            return [f"still open: {stuck[:5]}"]
        sleep(0.5)
    return []


def _open_ones(client: httpx.Client) -> list[str]:
    """The ids of what is open and not of the sample data."""
    states = ",".join(_OPEN)
    orders = client.get(f"{paths.ORDERS}?state={states}&id.regex=^proof-&limit=100").json()
    found = [order["id"] for order in orders]
    for name in (CANCEL, AMEND):
        tasks = client.get(f"{_BASE}/{name}?state={states}&limit=500").json()
        found += [t["id"] for t in tasks if t["productOrder"]["id"].startswith("proof-")]
    return found


async def _judged(place: Path) -> tuple[dict[str, int], list[str]]:
    """How the orders of a store ended, and what is wrong with what they made."""
    office = await Office.opened(place, "sqlite", empty=False)
    snapshot = await Snapshot.taken(office)
    await office.store.close()
    ended: dict[str, int] = {}
    faults = []
    for order in snapshot.documents["orders"]:
        if order["id"].startswith("proof-"):
            ended[order["state"]] = ended.get(order["state"], 0) + 1
            faults += [f"{order['id']}: {fault}" for fault in problems(snapshot, order["id"])]
    return ended, faults
