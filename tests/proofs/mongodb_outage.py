"""The database stopped for half a minute under load: no 500, each refusal within two seconds,
service returns without a restart, and every write that was answered 2xx is there.
"""

import asyncio
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import httpx

from tests.persistence.mongo_server import MongoServer, database_url
from tests.proofs.kill import API, Ledger, _lost
from tests.proofs.mongodb_kill import CLIENTS, keep_writing
from tests.proofs.serving import Served

#: Seconds of load before, of the outage, and after the database is back.
BEFORE, OUTAGE, AFTER = 5.0, 30.0, 15.0
#: Seconds within which a refusal must come.
PROMPT = 2.0


def prove() -> dict[str, Any]:
    """What was answered before, during and after, and whether it is kept."""
    ledger = Ledger()
    with TemporaryDirectory() as name:
        folder = Path(name)
        mongo = MongoServer(folder, "--sync-on-commit", storage=str(folder / "data"))
        mongo.start()
        served = Served(folder, "--no-sample-data", url=database_url(mongo.url, "tmf"))
        try:
            served.wait()
            seen, returned = asyncio.run(_load(served, mongo, ledger))
            problems = _lost(served, ledger)
        finally:
            served.stop()
            mongo.stop()
    statuses = Counter(status for status, _ in seen)
    slowest = max((seconds for status, seconds in seen if status == 503), default=0.0)
    return {
        "holds": not problems
        and not any(status == 500 for status in statuses)
        and statuses[503] > 0
        and slowest < PROMPT
        and ledger.acknowledged > 0,
        "summary": f"{ledger.acknowledged} writes acknowledged, {statuses[503]} refused, the"
        f" slowest after {slowest:.2f} s; service returned {returned:.1f} s after the database;"
        f" {len(problems)} lost",
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
        "problems": problems[:20],
    }


async def _load(
    served: Served, mongo: MongoServer, ledger: Ledger
) -> tuple[list[tuple[int, float]], float]:
    """Each status with its seconds, and the seconds until writes were taken again."""
    ended = asyncio.Event()
    seen: list[tuple[int, float]] = []
    random = Random(1)
    async with httpx.AsyncClient(
        base_url=served.origin + API, trust_env=False, timeout=30
    ) as client:
        writers = [
            asyncio.create_task(keep_writing(client, ledger, random, ended, seen))
            for _ in range(CLIENTS)
        ]
        await asyncio.sleep(BEFORE)
        await asyncio.to_thread(mongo.stop)
        await asyncio.sleep(OUTAGE)
        assert await _status(served, "health") == 200
        assert await _status(served, "ready") == 503
        await asyncio.to_thread(mongo.start)
        back, before = monotonic(), ledger.acknowledged
        while ledger.acknowledged == before and monotonic() - back < 60:
            await asyncio.sleep(0.05)
        returned = monotonic() - back
        await asyncio.sleep(AFTER)
        ended.set()
        await asyncio.gather(*writers)
    return seen, returned


async def _status(served: Served, path: str) -> int:
    """What the server says of itself; asked beside the writers, whose answers are timed."""
    url = f"{served.origin}/{path}"
    return (await asyncio.to_thread(httpx.get, url, trust_env=False)).status_code
