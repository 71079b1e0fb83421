"""Who asks: the bearer of the token in a request. A token that held once is known until it ends."""

import asyncio
import logging
import re
from base64 import b64decode
from collections.abc import Collection, Mapping
from hashlib import sha256
from time import monotonic, time
from types import MappingProxyType
from typing import Any, Protocol

from joserfc.jwk import Key

from handlers.http import Request
from handlers.identity.binding import bound_to
from handlers.identity.caller import Caller
from handlers.identity.introspection import HOLDS, Introspection, subject_of
from handlers.identity.refusals import BadToken, malformed, missing, not_taken
from handlers.identity.tokens import LEEWAY, Presented, verified

logger = logging.getLogger(__name__)

#: Tokens that are known at once.
KNOWN = 10_000
#: Seconds between two looks at whether a provider is to be asked.
_LOOK = 10.0
#: The dots of a signed JWT; what has others is for its provider to say.
_DOTS = 2
_BEARER = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([\w.~+/-]+=*) *", re.ASCII)
_BASIC = re.compile(r"[Bb][Aa][Ss][Ii][Cc] +([\w+/-]+=*) *", re.ASCII)


class Issuer(Protocol):
    """Who issues tokens."""

    async def key(self, kid: str | None) -> Key | None:
        """The key of an id; raises `TmfError` (503) while nobody can say."""


class Watched(Protocol):
    """An issuer whose keys may change."""

    async def look_again(self) -> None:
        """See what has changed, if it is time to."""


class Identity:
    """Takes tokens of some issuers, by their names, for one audience, with what is `demanded`."""

    def __init__(
        self,
        issuers: Mapping[str, Issuer],
        audience: str,
        types: Collection[str],
        watched: Collection[Watched] = (),
        demanded: Mapping[str, str] = MappingProxyType({}),
        introspection: Introspection | None = None,
    ) -> None:
        self._issuers = issuers
        self._audience = audience
        self._types = types
        self._watched = watched
        self._demanded = demanded
        self._introspection = introspection
        #: Callers by the digest of what they sent, and when they are not known any more.
        self._known: dict[bytes, tuple[Caller, float]] = {}
        self._look = monotonic() + _LOOK
        self._looking: asyncio.Future[Any] | None = None

    def forget(self) -> None:
        """Judge every token anew."""
        self._known.clear()

    def recognised(self, request: Request) -> Caller | None:
        """The caller whose token held before and holds still."""
        if self._watched:
            self._watch()
        given = request.named.get(b"authorization")
        known = self._known.get(sha256(given).digest()) if given is not None else None
        if known is None or time() >= known[1]:
            return None
        caller = known[0]
        return caller if not caller.bound or caller.bound == request.certificate else None

    async def identify(self, request: Request, *, on_page: bool = False) -> Caller:
        """The caller. Raises `TmfError`: 401, 400 for what is no one token, 503.

        What a browser asks for `on_page` may have its token as a password.
        """
        given = request.named.get(b"authorization")
        if given is None:
            raise missing(on_page=on_page)
        try:
            caller = await self._judged(_token(given.decode("latin-1"), on_page=on_page))
            if caller.bound and caller.bound != request.certificate:
                raise BadToken("it is bound to a certificate that its bearer does not show")
        except BadToken as error:
            logger.info("a token was not taken: %s", error)
            raise not_taken(on_page=on_page) from error
        if not on_page:
            self._keep(sha256(given).digest(), caller)
        return caller

    async def _judged(self, token: str) -> Caller:
        if self._introspection is not None and token.count(".") != _DOTS:
            return await self._introspected(token, self._introspection)
        presented = Presented.read(token.encode(), self._types)
        issuer = self._issuers.get(presented.issuer)
        if issuer is None:
            raise BadToken(f"its issuer is {presented.issuer!r}")
        key = await issuer.key(presented.kid)
        if key is None:
            raise BadToken(f"its issuer has no key {presented.kid!r}")
        claims = verified(presented, key, self._audience, int(time()))
        self._check_demanded(claims)
        actor = f"{presented.issuer}\n{claims['sub']}"
        return Caller(actor, claims, claims["exp"] + LEEWAY, bound_to(claims))

    async def _introspected(self, token: str, introspection: Introspection) -> Caller:
        """The bearer of a token that its provider says all about."""
        now = time()
        claims = await introspection.claims(token, now)
        self._check_demanded(claims)
        actor = f"{claims.get('iss', '')}\n{subject_of(claims)}"
        until = min(claims.get("exp", now + HOLDS) + LEEWAY, now + HOLDS)
        return Caller(actor, claims, until, bound_to(claims))

    def _check_demanded(self, claims: Mapping[str, Any]) -> None:
        """Raise `BadToken` for a token that does not say what every token here has to."""
        for name, wanted in self._demanded.items():
            if claims.get(name) != wanted:
                raise BadToken(f"its {name} is {claims.get(name)!r}")

    def _keep(self, digest: bytes, caller: Caller) -> None:
        if len(self._known) >= KNOWN:
            # The oldest of an ordered dictionary.
            del self._known[next(iter(self._known))]
        self._known[digest] = (caller, caller.until)

    def _watch(self) -> None:
        """Have providers looked at now and then, while requests go on."""
        if monotonic() >= self._look:
            self._look = monotonic() + _LOOK
            looks = (each.look_again() for each in self._watched)
            self._looking = asyncio.ensure_future(asyncio.gather(*looks))


def _token(authorization: str, *, on_page: bool) -> str:
    """The token that a header carries. Raises `TmfError` (400) unless it is one and no more."""
    if found := _BEARER.fullmatch(authorization):
        return found[1]
    if on_page and (found := _BASIC.fullmatch(authorization)):
        try:
            return b64decode(found[1]).decode("ascii").partition(":")[2]
        except ValueError as error:
            raise malformed("Authorization: the password is no token.") from error
    raise malformed("Authorization: send one bearer token, and no more.")
