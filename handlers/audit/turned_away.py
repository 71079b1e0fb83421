"""Requests that a limit turned away, told in groups: who floods a server must not fill its disk."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

#: Seconds between two entries of one client, and clients that are remembered.
EVERY, CLIENTS = 60.0, 10_000


@dataclass(slots=True)
class _Seen:
    told: float
    since: int = 0


class TurnedAway:
    """Counts what was turned away, by who asked. An entry tells the first one of a client, and
    after a minute how many came since.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._clients: OrderedDict[str, _Seen] = OrderedDict()

    def told(self, client: str) -> int:
        """How many an entry is to tell of a client, with the one that was just turned away; 0 where
        none is made now.
        """
        now = self._clock()
        seen = self._clients.pop(client, None)
        if seen is None or now - seen.told >= EVERY:
            self._keep(client, _Seen(now))
            return 1 if seen is None else seen.since + 1
        seen.since += 1
        self._keep(client, seen)
        return 0

    def _keep(self, client: str, seen: _Seen) -> None:
        self._clients[client] = seen
        if len(self._clients) > CLIENTS:
            self._clients.popitem(last=False)
