"""Every official v5 example is accepted, but for the few that are wrong in themselves.

Twice: by a server of our own files, and by one of the official files as they are. And every
official file, v4 and v5, is served with all it offers.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.handlers.serving import running
from tests.official import judging
from tests.official.examples import MISSING, answers, exceptions, reference_folder, requests
from tests.official.serving_files import reference_files, served
from tmf_apis.catalog import Catalog

MOST_EXCEPTIONS = 6


def prove() -> dict[str, Any]:
    """How many examples were judged, and which were refused with what reason."""
    if reference_folder() is None:
        return {"holds": False, "summary": MISSING}
    listed = exceptions("requests")
    refused = {name: _refused(catalog) for name, catalog in judging.catalogs().items()}
    shown = answers()
    misfits = {e.key: fault for e in shown if (fault := judging.fault_of_schema(e)) is not None}
    files = {path.name: _lives(path) for path in reference_files()}
    failed = [name for name, steps in files.items() if isinstance(steps, str)]
    holds = (
        all(set(found) == set(listed) for found in refused.values())
        and len(listed) <= MOST_EXCEPTIONS
        and set(misfits) == set(exceptions("answers"))
        and not failed
    )
    most = max(len(found) for found in refused.values())
    return {
        "holds": holds,
        "summary": f"{len(requests())} requests, {most} refused, {len(listed)} of them listed;"
        f" {len(shown)} answers, {len(misfits)} examples misfit; {len(files)} official files"
        f" served, failures in {failed or 'none'}",
        "requests": {"judged": len(requests()), "refused": refused, "reasons": dict(listed)},
        "answers": {
            "judged": len(shown),
            "misfits": misfits,
            "reasons": dict(exceptions("answers")),
        },
        "files": files,
    }


def _refused(catalog: Catalog) -> dict[str, str]:
    """The request examples that a server of a catalogue does not take, with what it says."""
    refused: dict[str, str] = {}
    with TemporaryDirectory() as folder, running(Path(folder), catalog) as server:
        targets = judging.load_targets(server)
        for example in requests():
            if example.path.startswith("/listener/"):
                fault = judging.fault_of_schema(example)
            elif example.method == "post":
                fault = judging.fault_of_post(server, example)
            else:
                fault = judging.fault_of_patch(server, example, targets.get(example.key, []))
            if fault is not None:
                refused[example.key] = fault
    return refused


def _lives(path: Path) -> dict[str, list[str]] | str:
    """What was done with the resources of a file, or what went wrong."""
    try:
        return served(path)
    except AssertionError as error:
        return f"failed: {error}"
