"""Results on standard output: fitted to a terminal; elsewhere nothing is cut or wrapped."""

import sys
from collections.abc import Iterable, Sequence

import click
import orjson
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

#: Wider than anything that is shown, so that outside a terminal each row is one line.
_UNBOUNDED = 1_000_000

#: For commands that list things.
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")

Cell = str | int | Sequence[str]


def results() -> Console:
    """Where results go."""
    return Console(width=None if sys.stdout.isatty() else _UNBOUNDED, highlight=False)


def show(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, as_json: bool = False) -> None:
    """Print a table, or a JSON array with an object for each row, named as its columns are."""
    if as_json:
        names = [_member(column) for column in columns]
        found = [dict(zip(names, row, strict=True)) for row in rows]
        sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    table = Table(*(Column(name, overflow="fold") for name in columns), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(_text, row))
    results().print(table)


def _member(column: str) -> str:
    """The name of a column as JSON has it: `Base path` is `basePath`."""
    first, *others = column.split()
    return first.lower() + "".join(word.capitalize() for word in others)


def _text(cell: Cell) -> Text:
    return Text(str(cell) if isinstance(cell, str | int) else ", ".join(cell))
