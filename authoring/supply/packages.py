"""The packages that are installed with the product: those of the lock, with what they say."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
#: What a server needs, down to the hash of every file.
LOCK = ROOT / "requirements.txt"
_PACKAGE = re.compile(r"([\w.-]+)==([^\s;\\]+)(?: *;([^\\]*))?")
_HASH = re.compile("--hash=sha256:([0-9a-f]{64})")
_CLASSIFIER = "License :: "


class Package(NamedTuple):
    """A package of the lock. `licence` is what it says of itself, empty where it says nothing or is
    not installed here.
    """

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str
    installed: bool

    @property
    def purl(self) -> str:
        """Its name anywhere (package URL)."""
        return f"pkg:pypi/{self.name}@{self.version}"


def packages(lock: Path = LOCK) -> Iterator[Package]:
    """The packages of a lock, in its order."""
    for line in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if found := _PACKAGE.match(line):
            name, version = found[1], found[2]
            there = _found(name)
            licence = "" if there is None else licence_of(there)
            yield Package(name, version, tuple(_HASH.findall(line)), licence, there is not None)


def licence_of(there: Distribution) -> str:
    """What a package says of its licence: as an expression, by a word, or by classifiers."""
    told = there.metadata
    for name in ("License-Expression", "License"):
        text = " ".join("".join(told.get_all(name) or []).split())
        # Some put the whole text there.
        if text and len(text) < 80:
            return text
    named = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or [] if _CLASSIFIER in c]
    return " OR ".join(named)


def _found(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None
