"""Reports to write and read back: one of each outcome, with awkward texts in it."""

from dataclasses import replace
from typing import Any

from conformance.results import Exchange, Level, Outcome, Report, Result, Target, Verdict

TARGET = Target(
    api="TMF620",
    version="v5",
    title="Product Catalog",
    url="http://someone:secret@host:8080/tmf-api/productCatalogManagement/v5",
    spec_version="5.0.0",
    spec_checksum="ab" * 32,
)
LISTED = Exchange(
    method="GET",
    url=f"{TARGET.url}/category?filter=[?(@.name=='it''s')]&limit=2",
    request_headers=(("Accept", "application/json"), ("Authorization", "Bearer open-sesame")),
    status=200,
    headers=(("Content-Type", "application/json"), ("X-Total-Count", "2")),
    body='[{"id":"1","name":"</script><b>loud</b>"}]',
    seconds=0.0123,
)
POSTED = Exchange(
    method="POST",
    url=f"{TARGET.url}/category",
    request_headers=(("Content-Type", "application/json"),),
    request_body='{"name":"it\'s"}',
    status=201,
    body='{"id":"1"}',
)
SILENT = replace(LISTED, status=0, headers=(), body="", error="no answer within 10 s")


def result(check: str, outcome: Outcome = Outcome.PASSED, **more: Any) -> Result:
    """A result that says what is needed of it."""
    given = {
        "title": f"The {check} of a list",
        "level": Level.MUST,
        "rules": ("R-401",),
        "resource": "category",
    }
    return Result(check=check, outcome=outcome, **given | more)


FAILED = result(
    "filters.equality",
    Outcome.FAILED,
    rules=("R-401", "R-413"),
    broken=("R-401",),
    expected="only <category> named it's",
    got="2 of 7 with another name \x00",
    exchanges=(POSTED, LISTED),
    seconds=0.25,
)
EXCUSED = result(
    "lifecycles.illegal_move",
    Outcome.FAILED,
    rules=("R-814",),
    broken=("R-814",),
    expected="409",
    got="200",
    excused="Lifecycles come later.",
)
RESULTS = (
    result("paging.total", rules=("R-607",)),
    FAILED,
    result("etags.offered", Outcome.NOT_APPLICABLE, level=Level.SHOULD, reason="No ETag."),
    result("patch.json_patch", Outcome.SKIPPED, level=Level.SHOULD, reason="No category made."),
    result("sort.keys", Outcome.KIT_ERROR, rules=("R-601",), reason="KeyError", resource=""),
    EXCUSED,
    result("fields.none", Outcome.FAILED, level=Level.CHOICE, expected="id", got="all", rules=()),
)
REPORT = Report(
    target=TARGET,
    profile="full",
    kit_version="1.2.3",
    started="2026-01-02T03:04:05+00:00",
    finished="2026-01-02T03:04:17.500000+00:00",
    results=RESULTS,
    verdict=Verdict.NOT_CONFORMANT,
    drifted=("rule R-999 (once wrong)",),
    notes=("1 category could not be deleted",),
)
PARTIAL = replace(REPORT, only=("R-401", "R-607"), resources=("category",))
CLEAN = replace(REPORT, results=RESULTS[:1], verdict=Verdict.CONFORMANT, drifted=(), notes=())
