"""Connections to the database file, set up alike: durable, patient, able to match patterns."""

import ctypes
import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from persistence.errors import Unusable
from persistence.sqlite.engine import engine, errors, unlocking
from persistence.sqlite.places import why_not
from persistence.sqlite.search import Search
from persistence.sqlite.unseen import Range
from tmf_apis.memory import Memory

#: How long a write waits for the writer of another process, in seconds.
BUSY_SECONDS = 10.0
#: Below this SQLite misses what the statements use (JSON functions built in, RETURNING).
OLDEST = (3, 38, 0)
#: Commits are durable.
_PRAGMAS = ("synchronous = FULL",)
#: Kilobytes of pages that a connection for writes keeps, and one for reads: short ones find most
#: pages in a mapping, unless these have to be deciphered, and long ones hardly come back to one.
_CACHED, _CACHED_OF_READS = 6_000, 2_000
#: Short reads go through a mapping of the file, up to so many bytes, which saves copying. Writes
#: would copy what they change all the same, and are a third slower so. Each mapping counts as
#: memory of its own.
_MAPPED = 64 << 20


if TYPE_CHECKING:
    _Base = sqlite3.Connection
else:
    _Base = object  # That of an engine stands behind it.

#: A statement that counts, and its parameters.
Asked = tuple[Any, ...]
#: Bytes of totals that are remembered, and of a parameter.
_TOTALS, _PARAMETER = 1 << 20, 100
#: Statements that SQLite keeps compiled. One takes up to twelve times as many bytes as its text:
#: longer ones go by a connection that keeps none.
_STATEMENTS, LONGEST_KEPT = 256, 8_000


def _size(asked: Asked, _: int) -> int:
    return sum(_PARAMETER + (len(a) if isinstance(a, (str, bytes)) else 0) for a in asked)


class Remembering(_Base):
    """What a connection of any engine remembers: how many records matched, as long as nothing is
    written.

    `totals` are by SQL text and parameters, `unseen` the keys by table that no read sees; both
    hold for the state of the file that `data_version` names. `search` is how patterns are matched.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.data_version = -1
        self.totals: Memory[Asked, int] = Memory(self._counted, _size, _TOTALS)
        self.unseen: dict[str, tuple[Range, ...]] = {}
        self.search = Search()
        self.create_function("tmf_found", 2, self.search.found, deterministic=True)

    def forget_if_written(self) -> None:
        """To be called in a transaction: forget what does not hold in its snapshot any more."""
        (now,) = self.execute("PRAGMA data_version").fetchone()
        if now != self.data_version:
            self.totals.clear()
            self.unseen.clear()
            self.data_version = now

    def _counted(self, asked: Asked) -> int:
        return int(self.execute(asked[0], asked[1:]).fetchone()[0])


class Connection(Remembering, sqlite3.Connection):
    """A connection of SQLite as Python has it; those of other engines are alike."""


@cache
def _class_of(module: Any) -> type[Connection]:
    """The connections of an engine."""
    if module is sqlite3:
        return Connection
    return type("Connection", (Remembering, module.Connection), {})


def connect(
    path: Path,
    *,
    key: Path | None = None,
    make: bool = False,
    mapped: bool = False,
    kept: bool = True,
    beside: bool = False,
    waits: bool = True,
) -> Connection:
    """An open connection in autocommit mode; usable from any one thread at a time. The file is
    locked by the key in the file `key`, if one is given.

    With `make` a file that is not there is made; `mapped` is for short reads, `beside` for long
    ones. Statements stay compiled if they are to be `kept`. Unless it `waits`, a lock of another
    process is an error at once. Commits are durable
    (`synchronous=FULL`). Nothing of the file is changed yet, for it may be another program's.
    Raises `Unusable`.
    """
    module = engine(key)
    unlocked = [] if key is None else [unlocking(key)]
    if module.sqlite_version_info < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        raise Unusable(f"SQLite {wanted} or later is needed, not {module.sqlite_version}")
    try:
        if make:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = module.connect(
            f"{path.absolute().as_uri()}?mode={'rwc' if make else 'rw'}", uri=True,
            timeout=BUSY_SECONDS if waits else 0, isolation_level=None, check_same_thread=False,
            cached_statements=_STATEMENTS if kept else 0, factory=_class_of(module),
        )  # fmt: skip
    except errors(OSError) as error:
        raise Unusable(why_not(path, error)) from error
    try:
        for statement in (*unlocked, *(f"PRAGMA {pragma}" for pragma in _PRAGMAS)):
            connection.execute(statement)
        # Memory is faster, but a long read may sort more than there is of it. No key locks files
        # for a while.
        in_file = beside and key is None
        connection.execute(f"PRAGMA temp_store = {'FILE' if in_file else 'MEMORY'}")
        small = beside or (mapped and key is None)
        connection.execute(f"PRAGMA cache_size = -{_CACHED_OF_READS if small else _CACHED}")
        connection.execute(f"PRAGMA mmap_size = {_MAPPED if mapped else 0}")
        if key is not None:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except errors() as error:
        connection.close()
        raise Unusable(why_not(path, error, key)) from error
    found: Connection = connection
    return found


def let_go(connection: sqlite3.Connection, *, lost: bool) -> None:
    """Close a connection; one whose file is another's is left open until the process ends, for
    the last one to close copies the log into the file.
    """
    if lost:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))
    else:
        connection.close()


def write_ahead(connection: sqlite3.Connection) -> None:
    """Have reads see the last commit and never wait for a writer; this stays with the file."""
    connection.execute("PRAGMA journal_mode = WAL")
