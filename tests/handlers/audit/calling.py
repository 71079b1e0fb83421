"""Those who ask: what they get is as long as it says."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.handlers.permission.callers import caller
from tests.handlers.serving import Server


@contextmanager
def called(server: Server, *roles: str, **claims: Any) -> Iterator[Server]:
    """The server as a caller sees it, whose answers are not packed."""
    with caller(server, *roles, **claims) as one:
        one.client.headers["Accept-Encoding"] = "identity"
        yield one
