"""The neighbours: every generic behaviour on each of their resources, and the kit in `full`.

The tests multiply by the resources of the eight APIs; with `TMF_TEST_NEIGHBOURS` they multiply by
those of the neighbours instead. 2,000 resources that are invented from the schemas go through the
other version and back (V-7).
"""

import os
import re
import subprocess
import sys
from random import Random
from typing import Any

from tests.faces.invented import classes_of, invented
from tests.faces.laws import broken, turned
from tests.faces.pairs import SIDES, in_front, pairs
from tests.proofs.conformance import found, judged_by
from tests.proofs.suites import ROOT
from tmf_apis.catalog import neighbours

INVENTED = 2000
#: What expects what a table of the tests says of the resources of the eight, by name.
TABLED = (
    "a_listener_gets_exactly_what_happened",
    "answers_with_the_whole_resource_and_where_it_is",
    "legal_moves_are_made_and_told",
    "what_may_not_change_does_not",
    "refuses_times_that_are_none",
    "refuses_values_of_another_json_type",
)
#: What each of several runs looks at, so that none takes ten minutes.
SHARES = ("TMF632 or TMF637", "TMF633", "TMF666")


def prove() -> dict[str, Any]:
    """How many tests passed, what the kit said, and which laws broke."""
    tests = {share: _tested(share) for share in SHARES}
    kit = found((f"{a.number} {a.major}", judged) for a, judged in judged_by(neighbours()))
    tried, faults = _laws()
    passed = sum(each.get("passed", 0) for each in tests.values())
    failed = [name for each in tests.values() for name in each["which failed"]]
    return {
        "holds": all(each["holds"] for each in tests.values()) and kit["holds"] and not faults,
        "summary": f"{passed} tests passed, {len(failed)} failed; the kit: {kit['summary']};"
        f" {tried} invented resources, {len(faults)} laws broken",
        "tests": tests,
        "kit": kit,
        "faults": faults[:20],
    }


def _tested(share: str) -> dict[str, Any]:
    chosen = f"({share}) and not ({' or '.join(TABLED)})"
    workers = ("-n", "2", "--dist", "worksteal")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *workers, "tests/handlers", "-k", chosen],
        cwd=ROOT,
        env=os.environ | {"TMF_TEST_NEIGHBOURS": "1"},
        capture_output=True,
        text=True,
        timeout=590,
        check=False,
    )
    last = done.stdout.strip().rpartition("\n")[2]
    numbers = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error|skipped)", last)}
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return {"holds": done.returncode == 0, **numbers, "which failed": failed[:50]}


def _laws() -> tuple[int, list[str]]:
    """How many resources were tried, and what broke; one with an id of blanks has no v4 face."""
    known = {str(pair) for pair in in_front()}
    beside = [pair for pair in pairs() if str(pair) not in known]
    tried, faults = 0, []
    for pair in beside:
        for side in SIDES:
            classes, wanted, seed = classes_of(pair, side), INVENTED // len(beside) // 2, 0
            while wanted:
                document = invented(pair, side, classes, Random(f"{pair} {side} {seed}"))
                seed += 1
                if pair.unwritable(side, document) or not document["id"].strip():
                    continue
                wanted, tried = wanted - 1, tried + 1
                told = broken(pair, side, document) + turned(pair, side, document, edits=3)
                faults += [f"{pair} v{4 + side}: {fault}" for fault in told]
    return tried, faults
