"""Another key for an encrypted file: every page is written anew, in one transaction."""

from pathlib import Path

from persistence.errors import Unusable
from persistence.sqlite.connection import connect, write_ahead
from persistence.sqlite.engine import errors, literal


def rotate(path: Path, key: Path, new: Path) -> None:
    """Lock a file by the key in the file `new` instead of that in `key`. Nothing else may have it
    open. Cut short, it is locked by one or the other, never by both.

    Raises `Unusable`.
    """
    wanted = literal(new)
    connection = connect(path, key=key)
    try:
        # The log has pages that the old key locks: it is copied into the file and left.
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        if mode != "delete":
            raise Unusable(f"{path} is in use; stop the servers first")
        connection.execute(f'PRAGMA rekey = "{wanted}"')
        write_ahead(connection)
    except errors() as error:
        raise Unusable(f"{path}: {error}; stop the servers first") from error
    finally:
        connection.close()
    connect(path, key=new).close()
