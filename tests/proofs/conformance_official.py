"""Our server serving official files, judged by the kit in `full` from these same files.

Each file by a server of its own, where it takes the place of our own file: no failure that is not
listed, as in `conformance`.
"""

from collections.abc import Iterator
from typing import Any

from conformance.results import Report
from tests.official.examples import MISSING
from tests.official.serving_files import reference_files
from tests.proofs import conformance
from tmf_apis.catalog import choose

#: Megabytes: this one process reads all our files again for each official one.
LARGEST = 400


def prove() -> dict[str, Any]:
    """Outcomes and time by file, and every failure."""
    if not reference_files():
        return {"holds": False, "summary": MISSING}
    return conformance.found(_judged(), largest=LARGEST)


def _judged() -> Iterator[tuple[str, tuple[Report, float]]]:
    for file in reference_files():
        apis = [api for api in choose([file]).apis if api.source == file]
        for _, judged in conformance.judged_by(apis, "--spec", str(file)):
            yield file.stem, judged
