"""The connections to a server, one a request: a lane has a single connection, and is used by one.

A pool looks at each of its connections for every request and every answer, which costs more than
much else when a dozen checks run side by side. Lanes know which of them are free.
"""

from collections.abc import Callable
from typing import Any

import httpx


class Lanes:
    """As many lanes as there are requests at once; so many of them are kept open."""

    def __init__(self, make: Callable[[], httpx.AsyncClient], kept: int) -> None:
        self._make = make
        self._kept = kept
        self._first = make()
        self._free = [self._first]

    def request(self, method: str, url: str, **how: Any) -> httpx.Request:
        """A request with the headers that are sent every time."""
        return self._first.build_request(method, url, **how)

    async def send(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request, on the lane that was used last of those that are free."""
        lane = self._free.pop() if self._free else self._make()
        try:
            return await lane.send(request)
        finally:
            if len(self._free) < self._kept:
                self._free.append(lane)
            else:
                await lane.aclose()

    async def close(self) -> None:
        """Give the connections back."""
        for lane in {self._first, *self._free}:
            await lane.aclose()
