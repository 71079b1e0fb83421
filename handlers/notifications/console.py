"""What the page of events asks for: the stream, and how things stand."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import orjson

from handlers.http import Request, Response
from handlers.methods import READS, not_offered
from handlers.notifications import administration, dead, stream
from handlers.notifications.feed import Feed
from handlers.notifications.listener import received
from handlers.notifications.registry import Registry
from persistence.store import Store

STATE = "/events/state"
#: Of each kind, how many are shown.
_SHOWN = 50
_OF_A_LETTER = ("api", "subscription", "type", "resource", "raised", "attempts", "error", "at")


@dataclass(frozen=True, slots=True)
class Console:
    """Answers the paths below `/events`."""

    store: Store
    registries: Sequence[Registry]
    feed: Feed

    async def handle(self, request: Request) -> Response | None:
        """The answer to a request, or None when its path is not one of these."""
        if request.path == stream.PATH:
            return await stream.stream(self.store, self.feed, request)
        if request.path == STATE:
            if request.method not in READS:
                return not_offered(request.method, READS)
            return Response(200, await self._state())
        return None

    async def _state(self) -> bytes:
        """Subscriptions, dead letters and received notifications, as JSON."""
        rows = await administration.overview(self.store, self.registries)
        letters = await dead.letters(self.store, limit=_SHOWN)
        return orjson.dumps(
            {
                "subscriptions": [asdict(row) for row in rows],
                "dead": [{name: letter.about[name] for name in _OF_A_LETTER} for letter in letters],
                "received": await received(self.store, _SHOWN),
            }
        )
