"""From a store URL to the store it names."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from persistence.errors import Unusable
from persistence.sqlite.store import SqliteStore
from persistence.store import Store


def open_store(url: str) -> Store:
    """The store of a URL such as `sqlite:///data/tmf.db` (relative) or `sqlite:////var/tmf.db`.

    It is not opened yet. Raises `Unusable` for a URL that names no store.
    """
    parts = urlsplit(url)
    named = parts.path.startswith("/") and parts.path != "/"
    if parts.scheme == "sqlite" and not parts.netloc and named:
        return SqliteStore(Path(unquote(parts.path[1:])))
    raise Unusable(f"{url}: not a store; use sqlite:///path/to/file.db")
