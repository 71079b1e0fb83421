"""Tokens that say nothing by themselves: their provider is asked what they are (RFC 7662).

What it says holds for half a minute, so that a token that was taken back is not taken for longer.
Of many who show the same token at once one asks for all.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from handlers.identity.provider import Away, fetched
from handlers.identity.refusals import BadToken, provider_away
from handlers.identity.tokens import LARGEST, LEEWAY

logger = logging.getLogger(__name__)

Claims = Mapping[str, Any]

#: Seconds for which an answer holds.
HOLDS = 30.0


class Introspection:
    """Asks at a URL, as a client with a secret, about tokens for an audience."""

    def __init__(
        self,
        url: str,
        client: str,
        secret: str,
        audience: str,
        ask: Callable[..., Awaitable[Claims]] = fetched,
    ) -> None:
        self._url = url
        self._who = (client, secret)
        self._audience = audience
        self._ask = ask
        self._asking: dict[str, asyncio.Task[Claims]] = {}

    async def claims(self, token: str, now: float) -> Claims:
        """What a token that holds says. Raises `BadToken`, and `TmfError` (503) while nobody can
        tell.
        """
        if len(token) > LARGEST:
            raise BadToken(f"it has more than {LARGEST} bytes")
        asking = self._asking.get(token)
        if asking is None:
            form = {"token": token, "token_type_hint": "access_token"}
            asking = asyncio.ensure_future(self._ask(self._url, form, self._who))
            self._asking[token] = asking
            asking.add_done_callback(lambda _: self._asking.pop(token, None))
        try:
            # Whoever goes away does not end it for the others.
            told = await asyncio.shield(asking)
        except Away as error:
            logger.warning("nobody says what a token is: %s", error)
            raise provider_away() from error
        self._check(told, now)
        return told

    def _check(self, told: Claims, now: float) -> None:
        """Raise `BadToken` for what does not hold for this audience and this moment."""
        if told.get("active") is not True:
            raise BadToken("it is not active")
        audience = told.get("aud", self._audience)
        if self._audience not in (audience if isinstance(audience, list) else [audience]):
            raise BadToken("it is for another audience")
        for name, holds in (("exp", now - LEEWAY), ("nbf", now + LEEWAY)):
            moment = told.get(name)
            if moment is None:
                continue
            if isinstance(moment, bool) or not isinstance(moment, (int, float)):
                raise BadToken(f"its {name} is no time")
            if (moment <= holds) if name == "exp" else (moment > holds):
                raise BadToken(f"its {name} does not hold")
        if not isinstance(subject_of(told), str):
            raise BadToken("it is of nobody")


def subject_of(told: Claims) -> Any:
    """Whose token it is: of a subject, or of a client that acts for itself."""
    return told.get("sub", told.get("client_id"))
