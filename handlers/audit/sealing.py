"""Seals: once a minute the last link is signed, and the seal is known beside the keys as well."""

import asyncio
import logging
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from time import time

import orjson

from handlers.audit.entries import ENTRIES, now
from handlers.audit.signing import Signer, folder_of
from persistence.errors import Missing, StoreError
from persistence.links import linked
from persistence.store import Link, Scope, Store
from tmf_apis.audit.seals import Signed, Statement

logger = logging.getLogger(__name__)

#: Seconds between two seals, and between two looks at whether it is time.
EVERY, LOOK = 60.0, 5.0
#: Where the last seal is known beside the keys.
KNOWN = "audit.seal"


class Sealer:
    """Seals the chain of a store with a key of the deployment."""

    def __init__(self, store: Store, keys: Path) -> None:
        self._store = store
        self._keys = keys
        self._signer = Signer(keys)
        self._file = folder_of(keys) / KNOWN
        #: Whether the chain was found to be another, which is said once.
        self._broken = False

    async def run(self) -> None:
        """Seal for as long as the server runs, several workers by turns."""
        while True:
            await asyncio.sleep(LOOK)
            if time() - _written(self._file) >= EVERY:
                with suppress(StoreError):
                    await self.seal()

    async def seal(self) -> None:
        """Seal what is not sealed yet. Raises `StoreError`."""
        sealed: Link | None = None

        def making(last: Link) -> bytes | None:
            nonlocal sealed
            sealed = None
            if last.number == 0:
                return None
            if orjson.loads(last.body).get("kind") == Signed.SEAL:
                sealed = last
                return None
            statement = Statement(Signed.SEAL, last.number, last.digest, now())
            entry = statement.entry(self._signer.sign(statement))
            sealed = linked(last, entry)
            return entry

        await self._store.settle()
        await self._store.link(making)
        if sealed is not None and await self._goes_on():
            self._keep(sealed)

    async def _goes_on(self) -> bool:
        """Whether the chain still has the seal that is known: else its end was cut, and that must
        not be forgotten when it has grown again.
        """
        known = known_seal(self._keys)
        if known is None:
            return True
        try:
            record = await self._store.get(ENTRIES, str(known.number), Scope())
            broken = Link(known.number, record.body).digest != known.digest
        except Missing:
            broken = True
        if broken and not self._broken:
            logger.error("the audit is not what was written: the seal %d is gone", known.number)
        self._broken = broken
        return not broken

    def _keep(self, sealed: Link) -> None:
        """Put the last seal beside the keys, unless another worker knows a later one."""
        known = known_seal(self._keys)
        if known is not None and known.number > sealed.number:
            return
        draft = self._file.with_name(f".{token_hex(8)}")
        told = {"number": sealed.number, "hash": sealed.digest, "time": now()}
        try:
            draft.write_bytes(orjson.dumps(told))
            os.replace(draft, self._file)
        except OSError as error:
            logger.error("the seal of entry %d is not kept: %s", sealed.number, error)


def known_seal(keys: Path) -> Statement | None:
    """The last seal as it is known beside the keys: its own number and digest."""
    try:
        told = orjson.loads((folder_of(keys) / KNOWN).read_bytes())
        return Statement(Signed.SEAL, told["number"], told["hash"], told["time"])
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return None


def _written(file: Path) -> float:
    """When the last seal was made, POSIX time; long ago where none was."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
