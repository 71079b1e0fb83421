"""A campaign of 100,000 hostile inputs, and somebody else who does not notice.

Raw bytes, bodies, patches, queries and patterns from a seed, and every specimen that once froze
everybody. A bystander asks `/health` and writes an order every 20 ms. Files that hostile people
give to the commands are in `tests/spec` and `tests/cli`.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import Pipe, get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.handlers.facts import Case
from tests.proofs.attacking.bystander import ORDERS, watch
from tests.proofs.attacking.inputs import CASES, KINDS, patch
from tests.proofs.attacking.specimens import STREAM, scans, specimens
from tests.proofs.attacking.wire import Answer, ask, listen, request
from tests.proofs.bills_large import peak
from tests.proofs.notification_load import p99, write
from tests.proofs.serving import Served, serving

INPUTS, CLIENTS, SEED = 100_000, 4, 13
#: The stream of events is there for those who operate the server, or in development.
FLAGS = ("--no-sample-data", "--development")
#: Orders that are there before, for queries to look through, and records that are patched.
ORDERS_BEFORE, GUARDED = 5_000, 60
#: Seconds a bystander waits at most, one time in a hundred and ever; megabytes of the server.
P99, LONGEST, MEGABYTES = 0.25, 1.0, 400.0
#: Streams that are read from the beginning, and for how many seconds.
STREAMS, LISTENED = 8, 10.0
#: Bytes that each of these tells at least.
TOLD = 1_000_000
#: The share of inputs that are aimed at a guarded record.
AIMED = 0.18


@dataclass
class Ledger:
    """What came of the inputs."""

    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    #: Inputs whose outcome nobody told: either is right.
    untold: int = 0

    def note(self, what: str, answer: Answer, raw: bytes) -> None:
        """Count an answer, and what is wrong with it."""
        self.statuses[answer.status] += 1
        if answer.fault:
            self.problems.append(f"{what}: {answer.fault} to {raw[:300]!r}")
        if answer.status == 0 and raw.startswith(b"POST"):
            self.untold += 1
        if answer.status == 201:
            self.made[raw.split(b" ", 2)[1].split(b"?")[0].decode("latin-1")] += 1


def prove(inputs: int = INPUTS) -> dict[str, Any]:
    """How long a bystander waited, what the server took, and what was wrong with its answers."""
    with TemporaryDirectory() as folder, serving(Path(folder), *FLAGS) as served:
        write(served, ORDERS_BEFORE)
        here, there = Pipe()
        bystander = get_context("spawn").Process(target=watch, args=(served.origin, there))
        bystander.start()
        ledger = asyncio.run(_attack(served, inputs))
        here.send(None)
        seen: dict[str, Any] = here.recv()
        bystander.join()
        megabytes = peak(served.process.pid) / 1024
        alive = httpx.get(f"{served.origin}/ready", trust_env=False).status_code
    asked, written = seen["seconds"]["GET"], seen["seconds"]["POST"]
    problems = [*ledger.problems, *seen["faults"]]
    waited = max(p99(asked), p99(written))
    longest = max(asked[-1], written[-1])
    sent = sum(ledger.statuses.values())
    return {
        "holds": not problems
        and alive == 200
        and waited <= P99
        and longest <= LONGEST
        and megabytes <= MEGABYTES,
        "summary": f"{sent} inputs; a bystander's {len(asked) + len(written)} requests: p99"
        f" {p99(asked) * 1000:.0f} ms, longest {asked[-1] * 1000:.0f} ms to be told it is there,"
        f" {p99(written) * 1000:.0f} and {written[-1] * 1000:.0f} ms to write, {seen['shed']} shed;"
        f" {megabytes:.0f} MB at most; {len(problems)} problems",
        "statuses": {str(status): count for status, count in sorted(ledger.statuses.items())},
        "problems": problems[:40],
    }


async def _attack(served: Served, inputs: int) -> Ledger:
    ledger = Ledger()
    before = await _counts(served)
    guarded = [await _guarded(served, case) for case in CASES for _ in range(GUARDED // len(CASES))]
    large = await _large(served)
    share = [guarded[number::CLIENTS] for number in range(CLIENTS)]
    clients = [
        _client(served, ledger, inputs // CLIENTS, Random(SEED + number), share[number])
        for number in range(CLIENTS)
    ]
    await asyncio.gather(_specimens(served, ledger, large), *clients)
    after = await _counts(served)
    for case in CASES:
        if case.path == ORDERS:
            continue  # Where the bystander writes as well.
        own = sum(one is case for one, _ in guarded)
        lost = before[case.path] + own + ledger.made[case.path] - after[case.path]
        if abs(lost) > ledger.untold:
            ledger.problems.append(f"{case}: {lost} fewer records than were acknowledged")
    return ledger


async def _client(
    served: Served, ledger: Ledger, inputs: int, random: Random, guarded: list[tuple[Case, str]]
) -> None:
    kinds, weights = zip(*KINDS, strict=True)
    tags: dict[str, bytes] = {}
    for _ in range(inputs):
        if random.random() < AIMED:
            case, id = random.choice(guarded)
            await _patched(served, ledger, random, case, id, tags)
            continue
        kind = random.choices(kinds, weights)[0]
        raw = kind(random)
        try:
            ledger.note(kind.__name__, await ask(served.port, raw), raw)
        except TimeoutError:
            ledger.problems.append(f"{kind.__name__}: no answer to {raw[:300]!r}")


async def _patched(
    served: Served, ledger: Ledger, random: Random, case: Case, id: str, tags: dict[str, bytes]
) -> None:
    """Patch a guarded record, and see that a refusal left it as it was."""
    raw = patch(random, case, id)
    try:
        if id not in tags:
            tags[id] = (await ask(served.port, request("GET", case.item(id)))).tag
        answer = await ask(served.port, raw)
        ledger.note("patch", answer, raw)
        now = (await ask(served.port, request("GET", case.item(id)))).tag
    except TimeoutError:
        ledger.problems.append(f"patch: no answer to {raw[:300]!r}")
        return
    if answer.status >= 400 and now != tags[id]:
        ledger.problems.append(f"patch: refused by {answer.status}, and changed: {raw[:300]!r}")
    tags[id] = now


async def _specimens(served: Served, ledger: Ledger, large: str) -> None:
    for name, raw in specimens(large):
        try:
            ledger.note(name, await ask(served.port, raw), raw)
        except TimeoutError:
            ledger.problems.append(f"{name}: no answer")
    for raw, answer in zip(scans(), await _together(served), strict=True):
        ledger.note("one of many scans", answer, raw)
    came = await asyncio.gather(*(listen(served.port, STREAM, LISTENED) for _ in range(STREAMS)))
    if min(came) < TOLD:
        ledger.problems.append(f"a stream told {min(came)} bytes")


async def _together(served: Served) -> list[Answer]:
    return await asyncio.gather(*(ask(served.port, raw) for raw in scans()))


async def _guarded(served: Served, case: Case) -> tuple[Case, str]:
    """A new record of a collection."""
    body = case.create_body()
    async with httpx.AsyncClient(base_url=served.origin, trust_env=False, timeout=30) as http:
        answer = await http.post(case.path, json=body)
    answer.raise_for_status()
    return case, answer.json()["id"]


async def _large(served: Served) -> str:
    """The path of an order with 20,000 notes."""
    notes = [{"@type": "Note", "id": str(n), "text": f"note {n}"} for n in range(20_000)]
    item = {"@type": "ProductOrderItem", "id": "1", "action": "add"}
    body = {"@type": "ProductOrder", "productOrderItem": [item], "note": notes}
    async with httpx.AsyncClient(base_url=served.origin, trust_env=False, timeout=30) as http:
        answer = await http.post(ORDERS, json=body)
    answer.raise_for_status()
    return f"{ORDERS}/{answer.json()['id']}"


async def _counts(served: Served) -> dict[str, int]:
    """How many records each attacked collection has."""
    found = {}
    async with httpx.AsyncClient(base_url=served.origin, trust_env=False, timeout=30) as http:
        for case in CASES:
            answer = await http.get(case.path, params={"limit": 0})
            found[case.path] = int(answer.headers["x-total-count"])
    return found
