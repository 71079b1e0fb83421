"""The database file as others may treat it: removed, replaced, or put back from a copy.

SQLite goes on with a file that was removed until it is closed, and finds the log of a file by its
name alone: beside a file that was put back, it would write the changes of another one into it.

The file itself is written to only when its log is copied into it, and then the log is touched. So
a file that is newer than its log was written to by somebody else.
"""

import os
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep, time

from persistence.errors import Unavailable, Unusable

#: Seconds between two glances.
GLANCE = 0.1
#: Seconds for which a file may be newer than its log, while another process copies that.
COPYING = 2.0
_PAUSE = 0.02
#: The time that marks the log of a file that is gone.
_GONE = (0, 0)


class Watch:
    """Whether the file at a path is the one that was opened, and nobody else wrote to it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = log_of(path)
        self._identity = self._log_identity = (0, 0)
        #: When the file was last written to as far as that is known to be right.
        self._written = 0
        self._glanced = 0.0
        #: Since when the file is newer than its log, as far as glances have told.
        self._newer_since: float | None = None
        #: Why the file is not ours any more: seen at each look, and found out by those who write.
        self._gone = self._foreign = ""
        self._intrusion = f"{path} was written to by another; restart to serve what is there now"

    def begin(self) -> None:
        """Take the file that is there for the one to watch. It was written to by us."""
        self._identity = _identity(os.stat(self._path))
        touch(self._log)

    def glance(self, *, anew: bool = False) -> None:
        """For those who read again and again, and need not look each time unless they want to know
        `anew`. Raises `Unavailable` when the file was removed or replaced, or when another is known
        to have written to it.
        """
        now = monotonic()
        if anew or now - self._glanced > GLANCE:
            self._glanced = now
            self._find()
            if self._written_to() is not None:
                self._newer_since, self._foreign = None, ""
            elif now - (self._newer_since or now) > COPYING:
                self._foreign = self._intrusion
            else:
                self._newer_since = self._newer_since or now
        if self._gone or self._foreign:
            self._refuse()

    @property
    def lost(self) -> bool:
        """Whether the file is another's."""
        return bool(self._gone or self._foreign)

    def look(self) -> None:
        """For those who write, before and after. Raises `Unavailable` as well when another wrote
        to the file.
        """
        file = self._find()
        if file is not None and file.st_mtime_ns != self._written:
            self._wait_for_copying()
        self._refuse_write()

    def copies(self) -> None:
        """For who is about to copy the log by intent: the log is newer than what is written to the
        file meanwhile. So nobody waits for the end of it, nor takes a file for another's whose
        copying ended suddenly.
        """
        self.look()
        touch(self._log, ahead=COPYING)

    def committed(self) -> bool:
        """Touch the log if it was copied, which a commit may do; then look. Whether it was."""
        file = self._find()
        copied = file is not None and file.st_mtime_ns != self._written
        if copied:
            touch(self._log)
            self._wait_for_copying()
        with suppress(OSError):
            self._log_identity = _identity(os.stat(self._log))
        self._refuse_write()
        return copied

    def _refuse_write(self) -> None:
        if self.lost:
            self._disown_log()
        self._refuse()

    def _refuse(self) -> None:
        if self.lost:
            raise Unavailable(self._gone or self._foreign)

    def _find(self) -> os.stat_result | None:
        """The file, if there is one; whether it is ours, or is back as it was, is noted."""
        was = self._gone
        try:
            file = os.stat(self._path)
        except OSError:
            self._gone = f"{self._path} was removed; nothing is kept until it is back"
            return None
        self._gone = (
            f"{self._path} was replaced; restart to serve what is there now"
            if _identity(file) != self._identity
            else ""
        )
        if was and not self._gone and file.st_mtime_ns == self._written:
            touch(self._log)
        return file

    def _wait_for_copying(self) -> None:
        """Find out whether another wrote to the file, where no process of ours is about to touch
        the log.
        """
        until = monotonic() + (0 if self._foreign else COPYING)
        while (written := self._written_to()) is None and monotonic() < until:
            sleep(_PAUSE)
        self._foreign = self._intrusion if written is None else ""
        self._written = written or 0

    def _written_to(self) -> int | None:
        """When the file was last written to; None when that was after its log was. Times to come
        say nothing: the clock was put back.
        """
        try:
            file, log = os.stat(self._path), os.stat(self._log)
        except OSError:
            return 0
        later = log.st_size and file.st_mtime_ns > log.st_mtime_ns and file.st_mtime <= time()
        return None if later else file.st_mtime_ns

    def _disown_log(self) -> None:
        """Mark our log, so that no other file gets what is in it."""
        with suppress(OSError):
            if _identity(os.stat(self._log)) == self._log_identity:
                os.utime(self._log, _GONE)


def refuse_log_of_another(path: Path) -> None:
    """Raise `Unusable` for a file beside a log that is not its own, as far as can be told: one that
    was put back from a copy, or changed, after the log was written.
    """
    try:
        file, log = os.stat(path), os.stat(log_of(path))
    except OSError:
        return
    later = file.st_ctime - log.st_ctime > COPYING and file.st_ctime <= time()
    if log.st_size and (later or log.st_mtime_ns == 0):
        name = log_of(path)
        raise Unusable(
            f"{path} is newer than its log {name}, as if put back from a copy. Remove the log"
            f" to serve the file as it is; `touch {name}` if the log is its own after all"
        )


def log_of(path: Path) -> Path:
    """Where SQLite keeps what was written and is not in the file yet."""
    return path.with_name(f"{path.name}-wal")


def touch(log: Path, ahead: float = 0.0) -> None:
    """Make a log that is there newer than its file, and than it will be for so many seconds."""
    at = time() + ahead
    with suppress(OSError):
        os.utime(log, (at, at) if ahead else None)


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
