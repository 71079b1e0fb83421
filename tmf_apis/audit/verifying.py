"""Whether a chain is what was written: entries in, faults out.

An entry that was changed is not what the next one was linked to; one that was dropped leaves a gap;
two that were swapped have wrong numbers, or wrong digests. The signed entries show a chain that was
written anew, and the last seal, which is also known from elsewhere, one that was cut. An entry that
was redacted stands for what it was by its digest, and a signed entry behind it says what it is now.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from tmf_apis.audit.seals import Opening, Signed, Statement, stated


class Seen(NamedTuple):
    """An entry as a store has it: its key and its id there, and its bytes."""

    key: int
    id: str
    body: bytes


class Verifier:
    """Looks at the entries of a chain, the first one first."""

    def __init__(self, opening: Opening, known: Statement | None = None) -> None:
        self._opening = opening
        #: The last seal as it is known from elsewhere.
        self._known = known
        self.count = 0
        #: The number and digest of the last entry, and what the first one follows.
        self._last = 0
        self._digest = ""
        self._before = ""
        self._first = 0
        self._cuts: dict[int, str] = {}
        #: What redacted entries are, and what the signed ones say that they are.
        self._redacted: dict[int, str] = {}
        self._allowed: dict[int, str] = {}
        #: Up to which number a seal covers the chain.
        self.sealed = 0
        self._known_is_there = False

    def look(self, seen: Seen) -> Iterator[str]:
        """What is wrong with the next entry."""
        entry = _read(seen.body)
        self.count += 1
        if entry is None:
            yield f"entry {seen.key} is no JSON object"
            entry = {}
        elif (entry.get("id"), entry.get("number")) != (str(seen.key), seen.key):
            yield f"entry {seen.key} has another number"
        if seen.id != str(seen.key):
            yield f"entry {seen.key} is kept under the id {seen.id}"
        if self.count == 1:
            self._first, self._before = seen.key, str(entry.get("previousHash"))
        elif seen.key != self._last + 1:
            yield f"entries {self._last + 1} to {seen.key - 1} are missing"
        elif entry.get("previousHash") != self._digest:
            yield f"entry {self._last} is not the one that entry {seen.key} was linked to"
        yield from self._signed(seen, entry)
        if (original := original_of(entry)) is not None:
            self._redacted[seen.key] = sha256(seen.body).hexdigest()
        self._last, self._digest = seen.key, original or sha256(seen.body).hexdigest()
        if self._known is not None and self._known.number == seen.key:
            self._known_is_there = self._known.digest == self._digest

    def _signed(self, seen: Seen, entry: dict[str, Any]) -> Iterator[str]:
        try:
            statement = stated(entry, self._opening)
        except ValueError as error:
            yield f"the {entry['kind']} in entry {seen.key} does not hold: {error}"
            return
        if statement is None:
            return
        if statement.kind is Signed.CUT:
            self._cuts[statement.number] = statement.digest
        elif statement.kind is Signed.REDACTION:
            self._allowed |= dict(statement.links)
        elif statement.number != seen.key - 1:
            yield f"the seal in entry {seen.key} is of another place"
        elif statement.digest != entry.get("previousHash"):
            yield f"the seal in entry {seen.key} is of another chain"
        else:
            # It says nothing but what is signed, so it is covered itself.
            self.sealed = seen.key

    def end(self) -> Iterator[str]:
        """What is wrong with the whole, after the last entry."""
        for number, digest in self._redacted.items():
            if self._allowed.get(number) != digest:
                yield f"entry {number} was redacted, and nothing that is signed says so"
        if self.count and (self._first, self._before) != (1, ""):
            yield from self._beginning()
        if self._known is not None and not self._known_is_there:
            number = self._known.number
            if number > self._last:
                yield f"the end is missing: there was a seal of entry {number}"
            elif number >= self._first:
                yield f"entry {number} is not the one that was sealed"

    def _beginning(self) -> Iterator[str]:
        """The beginning may be dropped, up to where a signed entry says so."""
        missing = self._first - 1
        until = max(self._cuts, default=0)
        if missing > until:
            yield f"entries {until + 1} to {missing} are missing"
        elif missing in self._cuts and self._cuts[missing] != self._before:
            yield f"entry {self._first} does not follow what was dropped"

    @property
    def unsealed(self) -> int:
        """How many entries came after the last seal."""
        return self._last - max(self.sealed, self._first - 1)


def original_of(entry: dict[str, Any]) -> str | None:
    """The digest of what a redacted entry was; None for one that is as it was written."""
    told = entry.get("was")
    found = told.get("hash") if isinstance(told, dict) else None
    return found if isinstance(found, str) else None


def redacted(entry: dict[str, Any], digest: str) -> bytes:
    """The bytes of an entry that takes the place of one with that digest, or of one that stood for
    it.
    """
    return orjson.dumps(entry | {"was": {"hash": original_of(entry) or digest}})


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        entry = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return entry if isinstance(entry, dict) else None
