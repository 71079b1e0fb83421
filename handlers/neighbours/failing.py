"""What a neighbour does not do: it is away, or it declines.

The text of each names the API and says why, and is told to clients: no URL is in it, for hosts
within a network are not theirs to know. `in_full` says all, for the log.
"""

import re

from persistence.errors import StoreError
from tmf_apis.neighbours import Address

_URL = re.compile(r"""\b[a-z][a-z0-9+.-]*://[^\s"'<>]+""", re.IGNORECASE)


class Away(StoreError):
    """It does not answer, or nothing that can be used: the same may work later."""

    def __init__(self, address: Address, why: str, detail: str = "") -> None:
        super().__init__(f"the neighbour {address.api} {without_urls(why)}")
        self.api = address.api
        self.in_full = _in_full(address, f"{why}: {detail}" if detail else why)


class Declined(Exception):
    """It refuses what it is asked, now and later."""

    def __init__(self, address: Address, why: str) -> None:
        super().__init__(f"the neighbour {address.api} {without_urls(why)}")
        self.in_full = _in_full(address, why)


def without_urls(text: str) -> str:
    """A text in which an ellipsis stands for each URL: what a neighbour says may hold its own."""
    return _URL.sub("…", text)


def _in_full(address: Address, why: str) -> str:
    return f"the neighbour {address.api} at {address.url} {why}"
