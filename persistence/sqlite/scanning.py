"""What the process for long reads does: `python -m persistence.sqlite.scanning PIPE FILE [KEY]`.

Work comes through the pipe, one after the other, and what it gives goes back. The process ends when
the pipe is closed, which it is when the server is gone, however that ended.
"""

import os
import signal
import sys
from functools import cached_property
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any, NoReturn

from persistence.errors import Unavailable, Unusable
from persistence.sqlite.connection import connect
from persistence.sqlite.timed import Timed, Work

#: Sent while work is under way: nobody waits for it any more.
STOP = None
#: Steps of SQLite's virtual machine between two looks at the clock and the pipe: a millisecond.
_STEPS = 20_000


class _Turn:
    """The time of a read: it is over at its moment, or when something comes through the pipe."""

    def __init__(self, until: float, pipe: Pipe) -> None:
        self._until = until
        self._pipe = pipe

    @property
    def until(self) -> float:
        return 0.0 if self._pipe.poll() else self._until


class _Scanning:
    """The work of the process."""

    def __init__(self, pipe: Pipe, path: Path, key: Path | None) -> None:
        self._pipe = pipe
        self._path = path
        self._key = key

    @cached_property
    def _timed(self) -> Timed:
        try:
            return Timed(connect(self._path, key=self._key, kept=False, beside=True), _STEPS)
        except Unusable as error:
            raise Unavailable(str(error)) from error

    def run(self) -> NoReturn:
        """Do what comes; raises `EOFError` or `OSError` when nothing can."""
        while True:
            asked = self._pipe.recv()
            if asked is not STOP:
                self._pipe.send(self._outcome(*asked))

    def _outcome(self, work: Work[Any], until: float) -> tuple[Any, Exception | None]:
        """What the work gives, or what it raises."""
        try:
            return self._timed.run(work, _Turn(until, self._pipe)), None
        except Exception as error:  # Whatever it is: who waits is told, and work goes on.
            return None, error


def main(pipe: str, path: str, key: str = "") -> NoReturn:
    """Work until the pipe is closed."""
    # Who ends the server lets it answer what is under way.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    try:
        _Scanning(Pipe(int(pipe)), Path(path), Path(key) if key else None).run()
    except (EOFError, OSError):
        # At once: to close the last connection would write to the file, which may be another's.
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
