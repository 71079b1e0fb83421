"""What commands tell a person beside their results, on standard error."""

import sys
from typing import NoReturn

from rich.console import Console
from rich.progress import Progress

console = Console(stderr=True, highlight=False)


def say(message: str, style: str | None = None) -> None:
    """One message on one line, however long, so that scripts can read it."""
    console.print(message, style=style, markup=False, soft_wrap=True)


def stop(message: str) -> NoReturn:
    """End the command with a message and exit code 2."""
    say(message, style="red")
    sys.exit(2)


def progress() -> Progress:
    """A bar that is gone when its work is done, and never seen outside a terminal."""
    return Progress(console=console, transient=True, disable=not console.is_terminal)
