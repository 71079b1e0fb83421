"""From a store URL to the store it names."""

from importlib import import_module

from persistence.errors import Unusable
from persistence.sqlite.store import SqliteStore
from persistence.store import Store
from persistence.urls import MONGODB, file_of, is_encrypted, key_of, without_password


def open_store(url: str) -> Store:
    """The store of a URL: `sqlite:///data/tmf.db` (relative), `sqlite:////var/tmf.db`, or
    `mongodb://host/database`, whose database is `tmf` where none is named. An encrypted file is
    `sqlite+cipher:///data/tmf.db?key=data/store.key`.

    It is not opened yet. Raises `Unusable` for a URL that names no store.
    """
    scheme = url.partition(":")[0]
    if scheme in MONGODB and url.startswith(f"{scheme}://"):
        # Its drivers take a quarter of a second and 17 MB to load, which SQLite need not pay.
        store: Store = import_module("persistence.mongo.store").MongoStore(url)
        return store
    file = file_of(url)
    if file is not None and not is_encrypted(url):
        return SqliteStore(file)
    if file is not None:
        if (key := key_of(url)) is None:
            raise Unusable(f"{url} names no key: add ?key= with the path of the file that has it")
        return SqliteStore(file, key=key)
    raise Unusable(
        f"{without_password(url)} is not a store; use sqlite:///path/to/file.db or"
        " mongodb://host:port/database"
    )
