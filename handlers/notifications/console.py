"""What the page of events asks for: the stream, and how things stand. For administrators."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import orjson

from handlers.administrators import Administrators
from handlers.http import Request, Response
from handlers.methods import READS, not_offered
from handlers.notifications import administration, dead, stream
from handlers.notifications.feed import Feed
from handlers.notifications.listener import received
from handlers.notifications.registry import Registry
from handlers.notifications.stream import Streams
from persistence.store import Store
from tmf_apis.tmf630.event_types import EventTypes

PAGE = "/events"
STATE = "/events/state"
#: Of each kind, how many are shown.
_SHOWN = 50
_OF_A_LETTER = ("api", "subscription", "type", "resource", "raised", "attempts", "error", "at")
#: What an operator wants to see first.
_URGENCY = ("paused", "failing", "active")


@dataclass(frozen=True, slots=True)
class Console:
    """Answers the paths below `/events`, and lets administrators alone see the page.

    `names` gives the name of each API by its base path, `types` the kinds of event of all.
    """

    store: Store
    registries: Sequence[Registry]
    feed: Feed
    names: Mapping[str, str]
    types: EventTypes
    administrators: Administrators
    streams: Streams = field(default_factory=Streams)

    async def handle(self, request: Request) -> Response | None:
        """The answer to a request, or None when its path is the page or none of these."""
        if not f"{request.path}/".startswith(f"{PAGE}/"):
            return None
        self.administrators.admit(request)
        if request.path == stream.PATH:
            return await stream.stream(self.store, self.feed, self.types, self.streams, request)
        if request.path == STATE:
            if request.method not in READS:
                return not_offered(request.method, READS)
            return Response(200, await self._state(), {"Cache-Control": "no-store"})
        return None

    async def _state(self) -> bytes:
        """Subscriptions, dead letters and received notifications, as JSON."""
        rows = await administration.overview(self.store, self.registries)
        rows.sort(key=lambda row: _URGENCY.index(row.state))
        letters = await dead.told(self.store, _SHOWN)
        came, total = await received(self.store, _SHOWN)
        return orjson.dumps(
            {
                "apis": self.names,
                "subscriptions": [asdict(row) for row in rows[:_SHOWN]],
                "dead": [{name: about[name] for name in _OF_A_LETTER} for about in letters],
                "received": came,
                "totals": {
                    "subscriptions": len(rows),
                    "dead": await dead.count(self.store),
                    "received": total,
                },
            }
        )
