"""Our sixteen files: valid, and equal in facts to the reference but for a listed few."""

from typing import Any

from openapi_spec_validator import validate

from tests.official.examples import MISSING, reference_folder
from tmf_apis.catalog import built_in, specs_folder
from tmf_apis.comparing.compare import compare_folder
from tmf_apis.spec.loading import load_document

FILES = 16


def prove() -> dict[str, Any]:
    """The differences to the reference, listed ones and others."""
    reference = reference_folder()
    if reference is None:
        return {"holds": False, "summary": MISSING}
    apis = built_in()
    for api in apis:
        validate(load_document(api.source))
    comparison = compare_folder(specs_folder(), reference)
    return {
        "holds": len(apis) == FILES and not comparison.differences,
        "summary": f"{len(apis)} valid files, {len(comparison.differences)} unlisted differences,"
        f" {len(comparison.listed)} listed ones",
        "unlisted": [str(difference) for difference in comparison.differences],
        "listed": [str(difference) for difference in comparison.listed],
    }
