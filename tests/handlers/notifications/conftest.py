"""One server that may post to this machine, and one listener, for all tests of notifications."""

from collections.abc import Iterator

import pytest

from tests.handlers.conftest import Start
from tests.handlers.notifications.listening import Listener, listening
from tests.handlers.serving import Server


@pytest.fixture(scope="session")
def listener() -> Iterator[Listener]:
    with listening() as running:
        yield running


@pytest.fixture(scope="session")
def notifying(lasting: Start) -> Server:
    """A server that posts to loopback, soon gives up on a listener, and tries thrice."""
    return lasting(development=True, delivery_timeout=1, retry_for=0)
