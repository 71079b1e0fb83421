"""The entries that are signed: what a seal covers, from where on the beginning was dropped, and
what was redacted.

All that such an entry says is what its signature says, so that nothing of it can be changed.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import orjson


class Signed(StrEnum):
    """What is signed; also the kind of the entry."""

    SEAL = "seal"
    CUT = "cut"
    REDACTION = "redaction"


#: Under which name an entry of each kind tells which link it is about.
_ABOUT = {Signed.SEAL: "sealed", Signed.CUT: "dropped", Signed.REDACTION: "redacted"}


class Statement(NamedTuple):
    """What was signed: of which kind, about which link, when. A redaction is about several: the
    number of each, and the digest of what it is from now on; `number` is that of the last.
    """

    kind: Signed
    number: int
    digest: str
    time: str
    links: tuple[tuple[int, str], ...] = ()

    @property
    def payload(self) -> bytes:
        """What a signature covers."""
        return orjson.dumps({"kind": self.kind, **self._about, "time": self.time})

    @property
    def _about(self) -> dict[str, Any]:
        told = {"number": self.number, "hash": self.digest}
        return told | ({"links": self.links} if self.links else {})

    def entry(self, signature: str) -> bytes:
        """The entry of a chain that says so."""
        return orjson.dumps(
            {
                "time": self.time,
                "kind": self.kind,
                _ABOUT[self.kind]: self._about,
                "signature": signature,
            }
        )


#: The payload that a signature covers; raises `ValueError` for one that does not hold.
Opening = Callable[[str], bytes]


def stated(entry: Mapping[str, Any], opening: Opening) -> Statement | None:
    """What an entry of a chain states, None when it is not of a kind that is signed.

    Raises `ValueError` for one that says what its signature does not.
    """
    if entry.get("kind") not in list(Signed):
        return None
    kind = Signed(entry["kind"])
    try:
        about, signature = entry[_ABOUT[kind]], entry["signature"]
        links = tuple((number, digest) for number, digest in about.get("links", ()))
        statement = Statement(kind, about["number"], about["hash"], entry["time"], links)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("it is incomplete") from error
    if opening(signature) != statement.payload:
        raise ValueError("its signature is of something else")
    linked = ("id", "number", "previousHash")
    rest = {name: value for name, value in entry.items() if name not in linked}
    if orjson.dumps(rest) != statement.entry(signature):
        raise ValueError("it says more than its signature")
    return statement
