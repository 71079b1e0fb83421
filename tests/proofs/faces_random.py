"""Requests at random through both versions of three resources, on both stores.

After each, both versions show of every record what a naive model on plain dictionaries says, and
answer random queries, on the face that was written and on the other, as a naive evaluator does.
"""

from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from tests.faces.random_writes import Differs, Writing
from tests.faces.subjects import SUBJECTS
from tests.handlers.serving import running
from tmf_apis.catalog import choose

#: Runs of each resource, and writes of a run.
RUNS = {"sqlite": 10, "mongodb": 1}
STEPS = 60


def prove() -> dict[str, Any]:
    """How many writes and queries were judged on each store, and what differed."""
    counts: Counter[str] = Counter()
    for kind, runs in RUNS.items():
        with (
            TemporaryDirectory() as folder,
            running(Path(folder), choose(), kind=kind, events=False) as server,
        ):
            for run in range(runs):
                for subject in SUBJECTS:
                    seed = f"{kind} {run} {subject.name}"
                    writing = Writing(server.client, subject, Random(seed))
                    try:
                        for _ in range(STEPS):
                            writing.step()
                            counts[f"{kind} writes"] += 1
                        writing.clear()
                    except Differs as fault:
                        # What it leaves behind would be in the way of the next.
                        return _result(counts, f"{seed}: {fault}")
                    counts[f"{kind} queries"] += writing.asked
    return _result(counts)


def _result(counts: Counter[str], fault: str = "") -> dict[str, Any]:
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    enough = all(counts[f"{kind} writes"] == n * STEPS * len(SUBJECTS) for kind, n in RUNS.items())
    return {
        "holds": not fault and enough,
        "summary": f"{told}: {fault or 'no difference'}",
        "counts": dict(counts),
    }
