"""The keys of an OpenID provider, found by discovery and kept (OpenID Connect Discovery 1.0).

They are fetched when a token names one that is not known, and looked at again every few minutes,
so that a revoked one is forgotten. While the provider is away those that are known go on
serving.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from handlers.identity.refusals import PROVIDER_IS_BACK, provider_away
from handlers.trust import trusted
from tmf_apis.setting_kinds import is_issuer

logger = logging.getLogger(__name__)

Json = dict[str, Any]

#: Seconds between two fetches that tokens can bring about, and between two looks at what is known.
PAUSE, RENEWAL = 60.0, 300.0
#: Seconds that an answer may take, its bytes, the keys in it, and the fewest bits of an RSA key.
PATIENCE, LARGEST, MOST, WEAKEST = 5.0, 256 * 1024, 100, 2048
#: Kinds of keys with a public part.
_KINDS: Mapping[str, Callable[[Any], Key]] = {
    "RSA": RSAKey.import_key,
    "EC": ECKey.import_key,
    "OKP": OKPKey.import_key,
}


class Away(Exception):
    """A provider that gives no keys; the text says why, for the log."""


async def fetched(
    url: str, form: Mapping[str, str] | None = None, who: tuple[str, str] | None = None
) -> Json:
    """The JSON object at a URL, which is not led elsewhere; in answer to a `form`, where one is
    given. `who` are the name and the password of who asks. Raises `Away`.
    """
    method = "GET" if form is None else "POST"
    try:
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(verify=trusted(), timeout=PATIENCE, trust_env=False) as client,
            client.stream(
                method,
                url,
                data=form,
                auth=who,
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            ) as answer,
        ):
            if answer.status_code != 200:
                raise Away(f"{url} answered {answer.status_code}")
            body = b""
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > LARGEST:
                    raise Away(f"{url} gave more than {LARGEST} bytes")
        found = orjson.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise Away(f"{url}: {error or type(error).__name__}") from error
    if not isinstance(found, dict):
        raise Away(f"{url} gave no JSON object")
    return found


class Provider:
    """The keys of one issuer. `changed` is called when one that was known is not any more."""

    def __init__(
        self,
        issuer: str,
        changed: Callable[[], None],
        fetch: Callable[[str], Awaitable[Json]] = fetched,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._issuer = issuer
        self._changed = changed
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._away = False
        #: When a token may have the keys fetched, and when they are to be looked at anyway.
        self._next = self._renewal = clock()
        self._fetching = asyncio.Lock()

    async def key(self, kid: str | None) -> Key | None:
        """The key of an id, or the only one there is. Raises `TmfError` (503)."""
        if (found := self._known(kid)) is not None:
            return found
        async with self._fetching:
            if (found := self._known(kid)) is not None:
                return found
            if self._clock() >= self._next:
                await self._renew()
            if (found := self._known(kid)) is None and self._away:
                raise provider_away()
            return found

    async def look_again(self) -> None:
        """Forget the keys that are not there any more, if it is time to look."""
        if self._keys and self._clock() >= self._renewal and not self._fetching.locked():
            async with self._fetching:
                await self._renew()

    def _known(self, kid: str | None) -> Key | None:
        if kid is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(kid)

    async def _renew(self) -> None:
        try:
            keys = await self._fetched_keys()
        except Away as error:
            logger.warning("the keys of %s cannot be had: %s", self._issuer, error)
            self._away, pause = True, float(PROVIDER_IS_BACK)
        else:
            lost = any(keys.get(kid) != key for kid, key in self._keys.items())
            self._away, pause, self._keys = False, PAUSE, keys
            if lost:
                self._changed()
        now = self._clock()
        self._next = now + pause
        self._renewal = now + (pause if self._away else RENEWAL)

    async def _fetched_keys(self) -> dict[str, Key]:
        about = await self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != self._issuer:
            raise Away("its configuration is that of another issuer")
        place = about.get("jwks_uri")
        if not isinstance(place, str) or not is_issuer(place):
            raise Away("its configuration names no safe jwks_uri")
        given = (await self._fetch(place)).get("keys")
        if not isinstance(given, list) or len(given) > MOST:
            raise Away(f"{place} gave no set of up to {MOST} keys")
        return {kid: key for each in given for kid, key in _usable(each)}


def _usable(given: Any) -> list[tuple[str, Key]]:
    """A key of a set, if it can verify signatures; others are passed over (RFC 7517, section 5)."""
    if not isinstance(given, dict) or given.get("use", "sig") != "sig":
        return []
    kind = _KINDS.get(str(given.get("kty")))
    if kind is None:
        return []
    try:
        key = kind(given)
        key.ensure_kid()
        weak = isinstance(key, RSAKey) and key.raw_value.key_size < WEAKEST
        return [] if weak or not isinstance(key.kid, str) else [(key.kid, key)]
    except (JoseError, ValueError, TypeError, KeyError):
        return []
