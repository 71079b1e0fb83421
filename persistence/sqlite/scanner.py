"""A process for long reads, seen from the one that serves.

A pattern is matched by a call back into Python for each row. In a thread each of these would take
the interpreter from the event loop, and keep it while others have the processor. A process has an
interpreter of its own. It begins when it is first needed.
"""

import os
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import Pipe as make_pipe
from pathlib import Path
from time import monotonic
from typing import Any

from persistence.errors import Unavailable
from persistence.sqlite import scanning
from persistence.sqlite.timed import Turn, Work

#: Seconds between two looks at whether a read is still wanted.
_LOOK = 0.05
#: Seconds until a process that is not needed any more is ended.
_PATIENCE = 5.0
#: How much it gives way to all else the machine does, from its beginning.
_NICE = 10
_PROGRAM = (sys.executable, "-P", "-m", scanning.__name__)
#: Where our modules are.
_ROOT = Path(scanning.__file__).parents[2]


class Scanner:
    """One read at a time in another process, for one thread, which waits."""

    def __init__(self, path: Path, key: Path | None = None) -> None:
        self._path = path
        self._key = key
        self._running: tuple[subprocess.Popen[bytes], Pipe] | None = None

    def run(self, work: Work[Any], turn: Turn) -> Any:
        """What `work` gives; it is sent over: a function of a module, or a `partial` of one.

        Raises what it raises, `Overdue` when it is stopped, and `Unavailable` when the process
        ended.
        """
        try:
            found, error = self._ask(work, turn)
        except (EOFError, OSError) as ended:
            self.close()
            raise Unavailable("the process that reads ended; ask again") from ended
        if error is not None:
            raise error
        return found

    def _ask(self, work: Work[Any], turn: Turn) -> tuple[Any, Exception | None]:
        if self._running is None:
            self._running = _begin(self._path, self._key)
        pipe = self._running[1]
        pipe.send((work, turn.until))
        wanted = True
        while not pipe.poll(_LOOK):
            if wanted and monotonic() > turn.until:
                wanted = False
                pipe.send(scanning.STOP)
        outcome: tuple[Any, Exception | None] = pipe.recv()
        return outcome

    def close(self) -> None:
        """Return when the process is gone."""
        if self._running is None:
            return
        process, pipe = self._running
        self._running = None
        pipe.close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _begin(path: Path, key: Path | None) -> tuple[subprocess.Popen[bytes], Pipe]:
    """A process that reads a file, and the pipe to it, which ends it when it is closed."""
    ours, its = make_pipe()
    with its:
        number = its.fileno()
        process = subprocess.Popen(
            [*_PROGRAM, str(number), path, *([] if key is None else [key])],
            env=os.environ | {"PYTHONPATH": os.pathsep.join((str(_ROOT), *sys.path))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(number,),
        )
    with suppress(OSError):  # It may have ended.
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
    return process, ours
