"""The kit changes nothing that it has not created."""

from pathlib import Path

import pytest

from tests.conformance.alternatives.alternative import judged
from tests.conformance.flawed_servers.exchange import Answered, Asked, Server

OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")


@pytest.mark.parametrize(
    "on", ["TMF678 v5 billCycle", "TMF678 v5 customerBill", "TMF629 v5 customer"]
)
def test_records_of_others_are_only_read(on: str, tmp_path: Path) -> None:
    created: set[str] = set()
    tampered: list[str] = []

    async def watched(asked: Asked, server: Server) -> Answered:
        own = asked.path in created
        writes = asked.method not in ("GET", "HEAD", "OPTIONS") or any(map(asked.header, OVERRIDES))
        if asked.on_item and writes and not own and (await server(asked.reading())).ok:
            tampered.append(f"{asked.method} {asked.path}")
        answered = await server(asked)
        if asked.creates and answered.ok:
            created.add(f"{asked.path}/{answered.json['id']}")
        return answered

    report = judged(on, [], tmp_path, watched, sample_data=True)
    assert report.results
    assert tampered == []
