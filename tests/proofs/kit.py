"""The kit judges flawed servers, each of which must be caught by the rule it breaks, and correct
ones of another make, which must conform.

The flawed ones are judged in parts, each a proof of its own (`PARTS`); this one sums up what they
found. Each is judged beside the same server without the flaw, so that only what the flaw does
counts.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from conformance.results import Verdict
from tests.conformance.flawed_servers import FLAWS
from tests.conformance.flawed_servers.judging import Catch, bench, place
from tests.conformance.test_permissive import judged
from tmf_apis.catalog import built_in

DOCS = Path(__file__).parents[2] / "docs"
LEAST_FLAWS = 60
LEAST_EXACT = 0.95
#: The topics of each part.
PARTS = {
    "kit_filters": ("filters", "fields"),
    "kit_lists": ("paging", "sorting"),
    "kit_bodies": ("creation", "validation"),
    "kit_changes": ("patching", "concurrency"),
    "kit_refusals": ("errors", "identity"),
    "kit_machines": ("lifecycles", "order_items", "tasks"),
    "kit_orders": ("order_taking",),
    "kit_catalogue": ("alarm_habits", "catalogue"),
    "kit_finer": ("finer_writing", "finer_reading"),
    "kit_events": ("events", "events_untimely", "finer_events"),
    "kit_faces": ("faces",),
    "kit_habits": ("habits",),
    "kit_questions": ("questions",),
    "kit_reading": ("searches", "pages"),
    "kit_writing": ("values", "changes", "manners"),
    "kit_noticing": ("notices", "machines", "revisions"),
    "kit_seeking": ("criteria", "excerpts"),
    "kit_keeping": ("receipts", "amendments", "courtesies"),
    "kit_telling": ("messages", "duties", "counterparts"),
}
Row = dict[str, Any]


def prove() -> dict[str, Any]:
    """What all parts found, and whether a correct server conforms in all sixteen APIs."""
    rows = recorded()
    alarms = {
        f"{api.number} {api.major}": report.verdict.value
        for api in built_in()
        if (report := judged(api.number, api.major)).verdict is not Verdict.CONFORMANT
    }
    found = summed(rows)
    return found | {
        "holds": found["holds"]
        and not alarms
        and len(rows) == len(FLAWS) >= LEAST_FLAWS
        and found["caught_exactly"] >= LEAST_EXACT * len(rows),
        "summary": f"{found['summary']}; a correct server of another make conforms to the "
        f"mandatory profile in {len(built_in()) - len(alarms)} of {len(built_in())} APIs",
        "false_alarms": alarms,
    }


def part(name: str) -> dict[str, Any]:
    """What the kit says of the flaws of one part."""
    rows = [_row(catch) for catch in _catches(PARTS[name])]
    return summed(rows) | {"rows": rows}


def summed(rows: list[Row]) -> dict[str, Any]:
    """How many were caught, and how well; a part holds when none passed."""
    passed = [row["flaw"] for row in rows if not row["broken"]]
    blamed = [row for row in rows if row["rule"] in row["broken"]]
    exact = [row for row in blamed if not row["stray"]]
    return {
        "holds": not passed,
        "summary": f"{len(rows)} flawed servers: {len(passed)} pass, {len(blamed)} are caught "
        f"by the rule they break, {len(exact)} of them are blamed for nothing else",
        "flaws": len(rows),
        "passed": passed,
        "caught_by_the_rule": len(blamed),
        "caught_exactly": len(exact),
    }


def _catches(topics: tuple[str, ...]) -> Iterator[Catch]:
    """Every flaw of some topics, judged before one server for each API."""
    flaws = sorted((f for f in FLAWS.values() if f.topic in topics), key=place)
    for (api, free), some in groupby(flaws, key=place):
        with TemporaryDirectory() as folder, bench(api, Path(folder), free=free) as server:
            for flaw in some:
                yield server.catch(flaw)


def _row(catch: Catch) -> Row:
    row = {
        "flaw": catch.flaw.name,
        "rule": catch.flaw.rule,
        "broken": catch.broken,
        "checks": catch.checks,
        "verdict": catch.verdict.value,
    }
    return row | {"stray": _stray(row)}


def recorded() -> list[Row]:
    """What all parts found when they were run last."""
    return [row for part in PARTS for row in _recorded(part)]


def _recorded(part: str) -> list[Row]:
    """What a part found when it was run last."""
    record = DOCS / "proofs" / f"{part}.json"
    found: list[Row] = orjson.loads(record.read_bytes()).get("rows", [])
    return [row | {"stray": _stray(row)} for row in found if row["flaw"] in FLAWS]


def _stray(row: Row) -> list[str]:
    """The rules that a flawed server was blamed for though it keeps them."""
    return [rule for rule in row["broken"] if not FLAWS[row["flaw"]].implies(rule)]
