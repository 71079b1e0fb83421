"""A conformance statement as a page and as JSON."""

from dataclasses import asdict
from pathlib import Path

import orjson

from conformance.certification.statement import Statement, table
from conformance.reports.pages import templates

#: Raised when the members change so that older readers would misread them.
FORMAT = 1


def as_json(statement: Statement) -> bytes:
    """The statement as one JSON object, with its verdict first."""
    said = {
        "format": FORMAT,
        "forecast": statement.forecast,
        "sentence": statement.sentence,
        **asdict(statement),
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n"


def write_json(statement: Statement, path: Path) -> None:
    """Write the statement as JSON."""
    path.write_bytes(as_json(statement))


def write_html(statement: Statement, path: Path) -> None:
    """Write the statement as a page that needs nothing else."""
    path.write_text(page(statement), encoding="utf-8")


def page(statement: Statement) -> str:
    """The statement as HTML."""
    environment = templates(Path(__file__).parent)
    environment.filters["table"] = table
    return environment.get_template("statement.html").render(statement=statement)
