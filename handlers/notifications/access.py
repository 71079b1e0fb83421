"""What listeners ask for before they take anything: tokens, as the operator's file gives them.

The file is a list; each entry holds for the callbacks below a URL, and has a `bearer` token or
the `oauth2` client credentials to fetch one with.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oauth2.rfc6749.wrappers import OAuth2Token
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from handlers.trust import trusted
from tmf_apis.given_files import GivenFileError, faults, read_file

#: Seconds before its end that a token is fetched anew, and that fetching it may take.
LEEWAY = 30
TIMEOUT = 10


class AccessError(ValueError):
    """A file of tokens that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an entry gives: a token, or where and as whom to fetch one."""

    below: str
    bearer: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""

    def holds_for(self, callback: str) -> bool:
        """Whether a callback is below the URL of the entry: same server, path inside."""
        mine, other = urlsplit(self.below), urlsplit(callback)
        same = (mine.scheme, mine.netloc) == (other.scheme, other.netloc)
        return same and f"{other.path}/".startswith(f"{mine.path.rstrip('/')}/")


class Access:
    """The token of one listener, fetched when it is needed and kept while it lasts."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._token: OAuth2Token | None = None
        self._fetching = asyncio.Lock()

    async def token(self) -> str:
        """A token that holds now; raises `httpx.HTTPError` or `ValueError`."""
        if self._credentials.bearer:
            return self._credentials.bearer
        async with self._fetching:
            if self._token is None or self._token.is_expired(LEEWAY):
                self._token = await self._fetch()
            return str(self._token["access_token"])

    def forget(self) -> None:
        """A listener refused the token: the next delivery fetches another."""
        self._token = None

    async def _fetch(self) -> OAuth2Token:
        asked = self._credentials
        async with httpx.AsyncClient(verify=trusted(), timeout=TIMEOUT, trust_env=False) as client:
            answer = await client.post(
                asked.token_url,
                content=prepare_token_request("client_credentials", scope=asked.scope or None),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                auth=(asked.client_id, asked.client_secret),
            )
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict) or "access_token" not in found:
            raise ValueError("the server of its tokens gave none")
        return OAuth2Token(found)


def access_for(callback: str, entries: Sequence[Credentials]) -> Access | None:
    """The access to a callback: that of the first entry that holds for it."""
    found = next((entry for entry in entries if entry.holds_for(callback)), None)
    return Access(found) if found is not None else None


class _OAuth2Schema(Schema):
    token_url = fields.Url(required=True, require_tld=False, schemes={"http", "https"})
    client_id = fields.String(required=True, validate=validate.Length(1))
    client_secret = fields.String(required=True)
    scope = fields.String()


class _EntrySchema(Schema):
    bearer = fields.String(validate=validate.Length(1))
    oauth2 = fields.Nested(_OAuth2Schema)

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        if ("bearer" in data) == ("oauth2" in data):
            raise ValidationError("give either bearer or oauth2")


def read_access(file: Path | None, below: str = "callback") -> tuple[Credentials, ...]:
    """The entries of the operator's file, none without a file; `below` is what names the URL in
    each. Raises `AccessError`.
    """
    if file is None:
        return ()
    try:
        url = fields.Url(required=True, require_tld=False, schemes={"http", "https"})
        entries = _EntrySchema.from_dict({below: url})(many=True).load(read_file(file))
    except GivenFileError as error:
        raise AccessError(str(error)) from error
    except ValidationError as error:
        raise AccessError(f"{file}: not a list of tokens: {faults(error.messages)}") from error
    return tuple(
        Credentials(entry[below], entry.get("bearer", ""), **entry.get("oauth2", {}))
        for entry in entries
    )
