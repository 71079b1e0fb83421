"""One attempt at a delivery."""

import httpx

from tests.handlers.facts import Json

#: What says that a listener cannot be reached.
UNREACHED = 502


async def delivered(event: Json, callback: str, seconds: float = 2) -> int:
    """The status a listener answers with within so many seconds."""
    async with httpx.AsyncClient(trust_env=False, verify=False, timeout=seconds) as client:
        try:
            return (await client.post(callback, json=event)).status_code
        except (httpx.HTTPError, AttributeError):
            # A listener that closes at once leaves uvloop without the socket anyio asks for.
            return UNREACHED
