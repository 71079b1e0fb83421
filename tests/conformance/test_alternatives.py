"""No false alarm: what the rules leave to a server is not held against it."""

from pathlib import Path

import pytest

from tests.conformance.alternatives import ALTERNATIVES, Alternative
from tests.conformance.alternatives.alternative import judged


@pytest.mark.parametrize("server", ALTERNATIVES.values(), ids=lambda server: server.name)
def test_a_correct_server_is_not_blamed(server: Alternative, tmp_path: Path) -> None:
    behaviours = (*server.given, server.behaviour)
    report = judged(
        server.on,
        server.checks,
        tmp_path,
        *behaviours,
        untold=server.untold,
        expects=server.expects,
        free=server.free,
    )
    found = {r.check: (r.outcome, r.reason or f"{r.expected}; {r.got}") for r in report.results}
    astray = {name: found[name] for name, end in server.checks.items() if found[name][0] is not end}
    assert astray == {}
