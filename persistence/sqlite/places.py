"""Why a path is no place for an SQLite store, in plain words."""

import os
import sqlite3
from pathlib import Path


def why_not(path: Path, error: Exception, key: Path | None = None) -> str:
    """What keeps a store from being opened at a path, by what is there and by the `error`; `key`
    is where the key is that it is to be locked by, if it is.
    """
    folder = path.parent
    if os.path.isdir(path):
        return f"{path} is a folder; a store is a file, as {path / 'tmf.db'}"
    if os.path.exists(folder) and not os.path.isdir(folder):
        return f"{path} cannot be made, for {folder} is no folder"
    if not os.path.isdir(folder):
        return f"{path} cannot be made, for there is no folder {folder}, nor can it be made"
    if not os.path.exists(path):
        return f"{path} cannot be made, for {folder} takes no new file"
    if _code(error) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return f"{path} cannot be opened to read and to write"
    if _code(error) == sqlite3.SQLITE_NOTADB:
        if key is not None:
            return f"{path} is not encrypted, or by another key than that in {key}"
        return f"{path} is not a database, or an encrypted one: that is sqlite+cipher://"
    return f"{path}: {error}"


def _code(error: Exception) -> int:
    """The primary code of SQLite, without what makes it an extended one; 0 of another error."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
