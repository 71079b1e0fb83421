"""Which engine opens a file: SQLite as Python has it, or SQLCipher for a file that a key locks.

SQLCipher is SQLite with pages that are encrypted one by one (AES-256, with a digest of each), so
all else of a store is the same. Its module is loaded when such a file is opened; what it raises is
of classes of its own.
"""

import re
import sqlite3
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from persistence.errors import Unusable

_MODULE = "sqlcipher3.dbapi2"
#: A key as a file has it: 32 bytes in hexadecimal.
_KEY = re.compile(r"[0-9a-fA-F]{64}")

Errors = tuple[type[Exception], ...]


def engine(key: Path | None) -> Any:
    """The module that opens a file that is locked by the key in another, or by none.

    Raises `Unusable` where it is not installed.
    """
    if key is None:
        return sqlite3
    try:
        return import_module(_MODULE)
    except ImportError as error:
        raise Unusable("an encrypted store needs SQLCipher: install tmf-apis[cipher]") from error


def unlocking(key: Path) -> str:
    """The statement that comes first on a connection to a file that a key locks.

    Raises `Unusable` for a file that holds none.
    """
    return f'PRAGMA key = "{literal(key)}"'


def literal(key: Path) -> str:
    """The key in a file, as SQL has bytes. Raises `Unusable`."""
    try:
        text = key.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise Unusable(f"the key of the store cannot be read: {key}: {why}") from error
    if not _KEY.fullmatch(text):
        raise Unusable(
            f"{key} is no key of a store: write 32 random bytes to it in hexadecimal, by"
            " `openssl rand -hex 32`"
        )
    return f"x'{text}'"


def errors(*more: type[Exception]) -> Errors:
    """What any engine raises, and more."""
    return (*more, *_raised("Error"))


def operational_errors() -> Errors:
    """What any engine raises where the file or its use is at fault."""
    return _raised("OperationalError")


def integrity_errors() -> Errors:
    """What any engine raises where an index keeps something out."""
    return _raised("IntegrityError")


def _raised(name: str) -> Errors:
    own: type[Exception] = getattr(sqlite3, name)
    other = sys.modules.get(_MODULE)
    return (own,) if other is None else (own, getattr(other, name))
