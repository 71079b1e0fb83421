"""A report as JSON lines, the form it is kept in: every other view can be made from it again.

The first line holds the run, its target and what it was asked for, the last one how it ended and
how many checks ended how, each line between one result. `kind` says which it is.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from conformance.reports.tally import counts
from conformance.results import Exchange, Level, Outcome, Report, Result, Target, Verdict

Json = dict[str, Any]
#: Raised when the lines change so that older readers would misread them.
FORMAT = 1


class UnreadableReport(Exception):
    """The file holds no report, or only a part of one."""


def write(report: Report, path: Path) -> None:
    """Write the report to a file, line by line."""
    with path.open("wb") as file:
        for line in lines(report):
            file.write(line + b"\n")


def lines(report: Report) -> Iterator[bytes]:
    """The lines of a report, without their ends."""
    start = ("target", "profile", "resources", "only", "kit_version", "started")
    end = ("finished", "verdict", "drifted", "notes")
    yield _line("run", {"format": FORMAT} | {name: getattr(report, name) for name in start})
    for result in report.results:
        yield _line("result", {"result": result})
    yield _line("end", {name: getattr(report, name) for name in end} | {"counts": counts(report)})


def read(path: Path) -> Report:
    """The report in a file, equal to the one that was written; raises `UnreadableReport`."""
    try:
        first, *results, last = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        if (first["kind"], first["format"], last["kind"]) != ("run", FORMAT, "end"):
            raise UnreadableReport(f"{path}: cut short, or written by another version of the kit.")
        return Report(
            target=Target(**first["target"]),
            profile=first["profile"],
            kit_version=first["kit_version"],
            started=first["started"],
            finished=last["finished"],
            results=tuple(_result(line["result"]) for line in results),
            verdict=Verdict(last["verdict"]),
            drifted=tuple(last["drifted"]),
            notes=tuple(last["notes"]),
            # Logs of older kits do not tell of a selection.
            resources=tuple(first.get("resources", ())),
            only=tuple(first.get("only", ())),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableReport(f"{path} holds no report of a run: {error}") from error


def _line(kind: str, members: Json) -> bytes:
    return orjson.dumps({"kind": kind} | members)


def _result(found: Json) -> Result:
    return Result(
        **found
        | {
            "level": Level(found["level"]),
            "outcome": Outcome(found["outcome"]),
            "rules": tuple(found["rules"]),
            "broken": tuple(found["broken"]),
            "exchanges": tuple(_exchange(one) for one in found["exchanges"]),
        }
    )


def _exchange(found: Json) -> Exchange:
    return Exchange(
        **found | {name: tuple(map(tuple, found[name])) for name in ("request_headers", "headers")}
    )
