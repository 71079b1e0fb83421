"""Cursors of who sees some rows only. A cursor holds the key of a record, and keys are counted over
the rows of everybody: two of them tell how many others came between. So it is enciphered, and one
that was not made here is refused, for a guessed key would tell where one's own row stands.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from secrets import token_hex

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from persistence.errors import BadCursor, Duplicate, Missing
from persistence.store import Collection, Draft, Scope, Store
from tmf_apis.tmf630.paging import Page, Shown, leads_by_cursor

#: One record, so that every process of a deployment reads what another one wrote.
SECRETS = Collection("links/secret")
_NAME, _BYTES = "cursors", 32
_CURSOR = re.compile("((?:^|[&;])(?:after|before)=)([^&;]*)")


class Veil:
    """What is laid over cursors, and taken off again, with a secret that the store keeps."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cipher: AESSIV | None = None

    async def lifted(self, raw_query: str) -> str:
        """A raw query with its cursors as the store reads them. Raises `BadCursor`."""
        if "after=" not in raw_query and "before=" not in raw_query:
            return raw_query
        cipher = await self._known()
        return _CURSOR.sub(lambda match: match[1] + _open(cipher, match[2]), raw_query)

    async def drawn(self, page: Page, shown: Shown, *, cursors: bool) -> tuple[Page, Shown]:
        """A page and its ends as links are to name them, if they name any; `cursors` says that
        those of a first page do.
        """
        if not leads_by_cursor(page, shown, cursors=cursors):
            return page, shown
        cipher = await self._known()
        if page.cursor is not None:
            page = replace(
                page, cursor=replace(page.cursor, token=_shut(cipher, page.cursor.token))
            )
        first, last = (token and _shut(cipher, token) for token in (shown.first, shown.last))
        return page, replace(shown, first=first, last=last)

    async def _known(self) -> AESSIV:
        if self._cipher is None:
            self._cipher = AESSIV(bytes.fromhex(await self._secret()))
        return self._cipher

    async def _secret(self) -> str:
        """The secret of the store, made where there is none; of two who make it the first does."""
        try:
            record = await self._store.get(SECRETS, _NAME, Scope())
        except Missing:
            document = {"id": _NAME, "secret": token_hex(_BYTES)}
            try:
                draft = Draft(_NAME, document, orjson.dumps(document))
                record = (await self._store.create(SECRETS, draft, Scope())).record
            except Duplicate:
                record = await self._store.get(SECRETS, _NAME, Scope())
        secret: str = orjson.loads(record.body)["secret"]
        return secret


def _shut(cipher: AESSIV, token: str) -> str:
    return urlsafe_b64encode(cipher.encrypt(token.encode(), None)).decode().rstrip("=")


def _open(cipher: AESSIV, token: str) -> str:
    try:
        return cipher.decrypt(urlsafe_b64decode(token + "=" * (-len(token) % 4)), None).decode()
    except (ValueError, InvalidTag) as error:
        raise BadCursor("the cursor is malformed") from error
