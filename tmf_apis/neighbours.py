"""Which APIs are other servers': what `TMF_NEIGHBOURS` says, as plain values (0028)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_API = re.compile(r"TMF\d{3}")
_VERSION = re.compile(r"v\d+")
#: Bytes of a file that holds a URL.
_LONGEST = 4096

ALLOWED = (
    "API=URL by commas, as TMF637=https://inventory.example/tmf-api/productInventory/v5, each API"
    " once, or a folder of files named after APIs that hold such URLs"
)


class NeighboursError(ValueError):
    """Neighbours that a server cannot have; the text says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where an API is: its number, and its URL down to the version."""

    api: str
    url: str

    @property
    def major(self) -> str:
        """The version that is spoken there, `v5`."""
        return self.url.rpartition("/")[2]


def addresses(value: str) -> tuple[str, ...]:
    """The entries `API=URL` of a setting, by number. Raises `ValueError` with the piece that is
    wrong.
    """
    is_folder = bool(value.strip(" ,")) and "=" not in value
    parts = found_in(Path(value)) if is_folder else value.split(",")
    found: dict[str, str] = {}
    for part in filter(None, map(str.strip, parts)):
        address = address_of(part)
        if address.api in found:
            raise ValueError(part)
        found[address.api] = f"{address.api}={address.url}"
    return tuple(found[api] for api in sorted(found))


def address_of(entry: str) -> Address:
    """What one entry says. Raises `ValueError` for one that says nothing."""
    api, _, url = entry.partition("=")
    api, url = api.strip().upper(), url.strip().rstrip("/")
    if not _API.fullmatch(api) or not _is_api(url):
        raise ValueError(entry)
    return Address(api, url)


def found_in(folder: Path) -> list[str]:
    """The entries of a folder that a ConfigMap is mounted as: a file an API, which holds its URL.

    Other files are passed over. Raises `ValueError` for what is no folder, or cannot be read.
    """
    try:
        files = sorted(path for path in folder.iterdir() if _API.fullmatch(path.name.upper()))
        return [f"{path.name}={_content(path)}" for path in files]
    except OSError as error:
        raise ValueError(str(folder)) from error


def by_api(entries: tuple[str, ...]) -> Mapping[str, Address]:
    """The addresses of a setting that was checked, by API."""
    return {address.api: address for address in map(address_of, entries)}


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_LONGEST).decode(errors="replace").strip()


def _is_api(url: str) -> bool:
    """Whether it is a URL of http or https that ends in a version, and holds no secret."""
    parts = urlsplit(url)
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and url.isprintable()
    version = _VERSION.fullmatch(parts.path.rpartition("/")[2])
    return bool(parts.scheme in ("http", "https") and parts.hostname and plain and version)
