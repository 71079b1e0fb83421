"""What commands tell a person: results on standard output, all else on standard error."""

import sys
from collections.abc import Iterable
from typing import NoReturn

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

console = Console(stderr=True, highlight=False)
#: Columns of a table that goes into a file or a pipe.
_WIDE = 250


def say(message: str, style: str | None = None) -> None:
    """One message on one line, however long, so that scripts can read it."""
    console.print(message, style=style, markup=False, soft_wrap=True)


def stop(message: str) -> NoReturn:
    """End the command with a message and exit code 2."""
    say(message, style="red")
    sys.exit(2)


def show(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table."""
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else _WIDE).print(table)


def progress() -> Progress:
    """A bar that is gone when its work is done, and never seen outside a terminal."""
    return Progress(console=console, transient=True, disable=not console.is_terminal)
