"""Every official v5 example is accepted, but for the few that are wrong in themselves."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.handlers.serving import running
from tests.official import judging
from tests.official.examples import MISSING, answers, exceptions, reference_folder, requests
from tmf_apis.catalog import Catalog, built_in

MOST_EXCEPTIONS = 6


def prove() -> dict[str, Any]:
    """How many examples were judged, and which were refused with what reason."""
    if reference_folder() is None:
        return {"holds": False, "summary": MISSING}
    refused: dict[str, str] = {}
    judged = requests()
    catalog = Catalog(tuple(built_in()))
    with TemporaryDirectory() as folder, running(Path(folder), catalog) as server:
        targets = judging.load_targets(server)
        for example in judged:
            if example.path.startswith("/listener/"):
                fault = judging.fault_of_schema(example)
            elif example.method == "post":
                fault = judging.fault_of_post(server, example)
            else:
                fault = judging.fault_of_patch(server, example, targets.get(example.key, []))
            if fault is not None:
                refused[example.key] = fault
    shown = answers()
    misfits = {e.key: fault for e in shown if (fault := judging.fault_of_schema(e)) is not None}
    listed = exceptions("requests")
    return {
        "holds": set(refused) == set(listed)
        and len(listed) <= MOST_EXCEPTIONS
        and set(misfits) == set(exceptions("answers")),
        "summary": f"{len(judged)} requests, {len(refused)} refused as listed;"
        f" {len(shown)} answers, {len(misfits)} examples misfit as listed",
        "requests": {"judged": len(judged), "refused": refused, "reasons": dict(listed)},
        "answers": {"judged": len(shown), "misfits": misfits},
    }
