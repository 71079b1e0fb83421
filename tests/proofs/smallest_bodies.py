"""The smallest bodies that the official files accept, alone and with each further attribute, are
accepted by our server, of every resource that clients may create.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.handlers.facts import APIS
from tests.handlers.serving import running
from tests.official.examples import MISSING, reference_folder
from tests.official.smallest import EXCEPTIONS, official_files, posted
from tmf_apis.catalog import Catalog


def prove() -> dict[str, Any]:
    """How many bodies were posted, and which were refused with what reason."""
    if reference_folder() is None:
        return {"holds": False, "summary": MISSING}
    with TemporaryDirectory() as folder, running(Path(folder), Catalog(tuple(APIS))) as server:
        found = {
            name: tried
            for path in official_files()
            for name, tried in posted(server, path, varied=True).items()
        }
    refused = {name: tried.refusals for name, tried in found.items() if tried.refusals}
    bodies = sum(tried.bodies for tried in found.values())
    return {
        "holds": set(refused) == set(EXCEPTIONS),
        "summary": f"{bodies} bodies for {len(found)} resources of {len(official_files())} files,"
        f" refused of {', '.join(refused) or 'none'}",
        "refused": refused,
        "reasons": dict(EXCEPTIONS),
    }
