"""Each flawed server trips the checks that are known to catch it, by the rules they are known for.

What the other proofs of the kit do at length, trying every check on every flaw, this one does in
little time: it tries those that caught a flaw when it was tried last, and all of them on a new one.
It writes what it saw to `conformance/requirements/proven.yaml`, on which the matrix stands.
"""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from tests.conformance.flawed_servers import FLAWS, Flaw, evidence
from tests.conformance.flawed_servers.judging import bench

RECORD = Path(__file__).parents[2] / "docs" / "proofs" / "kit_evidence.json"
Row = dict[str, Any]


def prove() -> dict[str, Any]:
    """Which rules each check was seen to blame, flaw by flaw."""
    rows = seen(known())
    evidence.write(rows)
    missed = [row["flaw"] for row in rows if row["rule"] not in _blamed(row)]
    tripped = {check for row in rows for check in row["blamed"]}
    return {
        "holds": not missed,
        "summary": f"{len(rows)} flawed servers: {len(rows) - len(missed)} are caught by the rule "
        f"they break; {len(tripped)} checks were tripped",
        "missed": missed,
        "rows": rows,
    }


def recorded() -> list[Row]:
    """What was seen when this proof was run last."""
    found: list[Row] = orjson.loads(RECORD.read_bytes()).get("rows", [])
    return [row for row in found if row["flaw"] in FLAWS]


def known() -> Mapping[str, tuple[str, ...]]:
    """The checks that caught each flaw then."""
    return {row["flaw"]: tuple(row["blamed"]) for row in recorded() if row["blamed"]}


def seen(tried: Mapping[str, tuple[str, ...]]) -> list[Row]:
    """A row for each flaw: the rules that each check blames, which nothing else does without it."""
    rows = []
    for api, some in groupby(sorted(FLAWS.values(), key=_api), key=_api):
        with TemporaryDirectory() as folder, bench(api, Path(folder)) as server:
            for flaw in some:
                caught = server.catch(flaw, tried.get(flaw.name))
                rows.append({"flaw": flaw.name, "rule": flaw.rule, "blamed": caught.blamed})
    return sorted(rows, key=lambda row: str(row["flaw"]))


def _api(flaw: Flaw) -> str:
    return flaw.on.rpartition(" ")[0]


def _blamed(row: Row) -> set[str]:
    return {rule for rules in row["blamed"].values() for rule in rules}
