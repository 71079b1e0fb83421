"""A report in JSON lines is the report."""

from pathlib import Path

import pytest

from conformance.reports import jsonl
from tests.conformance.reports.samples import CLEAN, REPORT


@pytest.mark.parametrize("report", [REPORT, CLEAN], ids=["broken", "clean"])
def test_reading_back_gives_an_equal_report(tmp_path: Path, report: object) -> None:
    file = tmp_path / "log.jsonl"
    jsonl.write(report, file)  # type: ignore[arg-type]
    assert jsonl.read(file) == report


def test_every_result_is_a_line(tmp_path: Path) -> None:
    assert len(list(jsonl.lines(REPORT))) == len(REPORT.results) + 2
    assert all(b"\n" not in line for line in jsonl.lines(REPORT))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [],
        lambda lines: lines[:1],
        lambda lines: lines[:-1],
        lambda lines: lines[1:],
        lambda lines: [line.replace(b'"format":1', b'"format":2') for line in lines],
        lambda lines: [line.replace(b'"passed"', b'"perhaps"') for line in lines],
        lambda lines: [b"{", *lines],
        lambda lines: [b"[]", *lines[1:]],
    ],
)
def test_what_is_no_whole_report_is_refused(tmp_path: Path, spoil: object) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"\n".join(spoil(list(jsonl.lines(REPORT)))))  # type: ignore[operator]
    with pytest.raises(jsonl.UnreadableReport, match=r"log\.jsonl"):
        jsonl.read(file)
