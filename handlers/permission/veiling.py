"""Cursors of who sees some rows only. A cursor holds the key of a record, and keys are counted over
the rows of everybody: two of them tell how many others came between. So it is enciphered, and one
that was not made here is refused, for a guessed key would tell where one's own row stands.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from handlers.secret import secret_of
from persistence.errors import BadCursor
from persistence.store import Store
from tmf_apis.tmf630.paging import Page, Shown, leads_by_cursor
from tmf_apis.tmf630.query import Query


class Veil:
    """What is laid over cursors, and taken off again, with a secret that the store keeps."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cipher: AESSIV | None = None

    async def lifted(self, query: Query) -> Query:
        """A query with its cursor as the store reads it. Raises `BadCursor`."""
        if query.cursor is None:
            return query
        token = _open(await self._known(), query.cursor.token)
        return replace(query, cursor=replace(query.cursor, token=token))

    async def drawn(self, page: Page, shown: Shown, *, cursors: bool) -> Shown:
        """The ends of a page as links are to name them, if they name any; `cursors` says that
        those of a first page do.
        """
        if not leads_by_cursor(page, shown, cursors=cursors):
            return shown
        cipher = await self._known()
        first, last = (token and _shut(cipher, token) for token in (shown.first, shown.last))
        return replace(shown, first=first, last=last)

    async def _known(self) -> AESSIV:
        if self._cipher is None:
            self._cipher = AESSIV(await secret_of(self._store, "cursors"))
        return self._cipher


def _shut(cipher: AESSIV, token: str) -> str:
    return urlsafe_b64encode(cipher.encrypt(token.encode(), None)).decode().rstrip("=")


def _open(cipher: AESSIV, token: str) -> str:
    try:
        return cipher.decrypt(urlsafe_b64decode(token + "=" * (-len(token) % 4)), None).decode()
    except (ValueError, InvalidTag) as error:
        raise BadCursor("the cursor is malformed") from error
