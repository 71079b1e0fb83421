"""From a store URL to the store it names."""

from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

from persistence.errors import Unusable
from persistence.sqlite.store import SqliteStore
from persistence.store import Store

_MONGODB = ("mongodb", "mongodb+srv")


def open_store(url: str) -> Store:
    """The store of a URL: `sqlite:///data/tmf.db` (relative), `sqlite:////var/tmf.db`, or
    `mongodb://host/database`, whose database is `tmf` where none is named.

    It is not opened yet. Raises `Unusable` for a URL that names no store.
    """
    scheme = url.partition(":")[0]
    if scheme in _MONGODB and url.startswith(f"{scheme}://"):
        # Its drivers take a quarter of a second and 17 MB to load, which SQLite need not pay.
        store: Store = import_module("persistence.mongo.store").MongoStore(url)
        return store
    parts = urlsplit(url)
    named = parts.path.startswith("/") and parts.path != "/"
    if scheme == "sqlite" and not parts.netloc and named:
        return SqliteStore(Path(unquote(parts.path[1:])))
    raise Unusable(
        f"{url}: not a store; use sqlite:///path/to/file.db or mongodb://host:port/database"
    )
