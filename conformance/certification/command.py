"""`tmf-apis conformance certify`: would TM Forum's own kit pass, and a statement that says why."""

import asyncio
import sys
from dataclasses import replace
from typing import Any

import click
from rich.text import Text

from conformance import flags
from conformance.certification import certifying, writing
from conformance.certification.statement import EXIT, Product, Statement, table
from conformance.flag_types import OUT, URL
from conformance.reports import curl
from conformance.results import Outcome
from conformance.targets import chosen_api
from tmf_apis import terminal

#: What a cell says in a table of the terminal.
MARKS = {
    Outcome.PASSED: "yes", Outcome.FAILED: "NO", Outcome.SKIPPED: "not tried",
    Outcome.NOT_APPLICABLE: "-",
}  # fmt: skip


@click.command()
@click.option("--url", type=URL, help="Base path of the API, or origin of the server.")
@flags.reaching
@click.option("--company", default="", help="Who makes the product.")
@click.option("--product", default="", help="Its name.")
@click.option("--product-version", default="", help="Its version.")
@click.option("--environment", default="", help="Where it runs: platform, store, release.")
@click.option("--json", "json_", type=OUT, help="Write the statement as JSON.")
@click.option("--html", type=OUT, help="Write it as a page.")
def certify(url: str | None, **given: Any) -> None:
    """Say whether TM Forum's own kit would pass the server at --url.

    Exit code 0 it would, 1 it would not, 2 it cannot be told.
    """
    api = chosen_api(given)
    options = flags.options(flags.address(url, given), api, given)
    notes = flags.passed_over(api, given)
    statement = asyncio.run(certifying.certify(api, options, _product(given), notes))
    _show(statement)
    if given["json_"]:
        writing.write_json(statement, given["json_"])
    if given["html"]:
        writing.write_html(statement, given["html"])
    sys.exit(EXIT[statement.forecast])


def _product(given: dict[str, Any]) -> Product:
    """What the flags say of the product, laid over what the file of --config says."""
    known = given["config"].product if given["config"] else Product()
    said = {
        "company": given["company"],
        "name": given["product"],
        "version": given["product_version"],
        "environment": given["environment"],
    }
    return replace(known, **{name: value for name, value in said.items() if value})


def _show(statement: Statement) -> None:
    out = terminal.results()
    for resource in statement.resources:
        operations, rows = table(statement.of(resource))
        terminal.show(
            (resource, *operations),
            [
                (attribute or "as a whole", *(_mark(cells, name) for name in operations))
                for attribute, cells in rows.items()
            ],
        )
        out.print()
    for cell in statement.cells:
        if cell.outcome in (Outcome.FAILED, Outcome.SKIPPED):
            where = " ".join(filter(None, (cell.resource, cell.operation, cell.attribute)))
            expected = f"expected {cell.expected}, got " if cell.expected else ""
            out.print(Text(f"{cell.outcome}: {where}: {expected}{cell.got}"))
        if cell.exchange is not None and cell.outcome is Outcome.FAILED:
            out.print(Text(curl.command(cell.exchange)))
    for note in statement.notes:
        out.print(Text(note))
    out.print(Text(statement.sentence))


def _mark(cells: dict[str, Any], operation: str) -> str:
    return MARKS[cells[operation].outcome] if operation in cells else ""
