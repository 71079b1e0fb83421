"""The file that a command is to read, which may be standard input."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO


@contextmanager
def readable(file: Path) -> Iterator[BinaryIO]:
    """The file, from its beginning on as often as it is wanted: what cannot be read twice, such as
    standard input, is put down first.
    """
    with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as given:
        if given.seekable():
            yield given
            return
        with TemporaryFile() as copy:
            shutil.copyfileobj(given, copy)
            yield copy
