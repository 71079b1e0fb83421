"""A report in JSON lines is the report."""

from pathlib import Path

import orjson
import pytest

from conformance.reports import jsonl
from tests.conformance.reports.samples import CLEAN, PARTIAL, REPORT


@pytest.mark.parametrize("report", [REPORT, CLEAN, PARTIAL], ids=["broken", "clean", "partial"])
def test_reading_back_gives_an_equal_report(tmp_path: Path, report: object) -> None:
    file = tmp_path / "log.jsonl"
    jsonl.write(report, file)  # type: ignore[arg-type]
    assert jsonl.read(file) == report


def test_the_log_tells_what_was_asked_for_and_how_the_checks_ended() -> None:
    first, *_, last = map(orjson.loads, jsonl.lines(PARTIAL))
    assert (first["only"], first["resources"]) == (["R-401", "R-607"], ["category"])
    assert last["counts"]["expected failure"] == 1
    assert sum(last["counts"].values()) == len(PARTIAL.results)


def test_logs_of_older_kits_are_read(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    older = [orjson.loads(line) for line in jsonl.lines(REPORT)]
    for line in older:
        for name in ("only", "resources", "counts"):
            line.pop(name, None)
    file.write_bytes(b"\n".join(map(orjson.dumps, older)))
    assert jsonl.read(file) == REPORT


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
