"""What store URLs say: which file or database they name, and what of them may be shown."""

from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

CIPHER = "sqlite+cipher"
SQLITE, MONGODB = ("sqlite", CIPHER), ("mongodb", "mongodb+srv")
#: The database of a MongoDB URL that names none.
DEFAULT_DATABASE = "tmf"
_MONGODB_PORT = 27017


def file_of(url: str) -> Path | None:
    """The file that an SQLite URL names; None for a URL that names none."""
    parts = _parts(url)
    named = parts.path.startswith("/") and parts.path != "/"
    if parts.scheme in SQLITE and not parts.netloc and named:
        return Path(unquote(parts.path[1:]))
    return None


def key_of(url: str) -> Path | None:
    """The file with the key of an encrypted file, as `?key=` of its URL names it; None for none."""
    named = parse_qs(_parts(url).query).get("key", [])
    return Path(named[0]) if len(named) == 1 else None


def is_encrypted(url: str) -> bool:
    """Whether a URL is that of an encrypted file."""
    return _parts(url).scheme == CIPHER


def same_store(one: str, other: str) -> bool:
    """Whether two URLs name one store, as far as they tell: one file, by whatever path, or one
    database of a server that both name.
    """
    mine, theirs = file_of(one), file_of(other)
    if mine is not None and theirs is not None:
        return mine.resolve() == theirs.resolve()
    first, second = _parts(one), _parts(other)
    if first.scheme in MONGODB and second.scheme in MONGODB:
        names = [parts.path.strip("/") or DEFAULT_DATABASE for parts in (first, second)]
        return names[0] == names[1] and not _hosts(first).isdisjoint(_hosts(second))
    return False


def without_password(url: str) -> str:
    """A URL as it may be shown."""
    parts = _parts(url)
    if "@" not in parts.netloc:
        return parts.geturl() if parts.netloc == "…" else url
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user.partition(':')[0]}:***@{host}").geturl()


def _parts(url: str) -> SplitResult:
    """The parts of a URL; of one that cannot be understood its scheme alone."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit(f"{url.partition(':')[0]}://…")


def _hosts(parts: SplitResult) -> set[str]:
    hosts = parts.netloc.rpartition("@")[2].lower().split(",")
    return {host if ":" in host else f"{host}:{_MONGODB_PORT}" for host in hosts}
