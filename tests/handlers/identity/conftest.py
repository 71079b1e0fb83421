"""One provider and one server that takes its tokens, for all tests of who asks."""

from collections.abc import Iterator

import pytest

from tests.handlers.conftest import Start
from tests.handlers.identity.issuing import Issuing, issuing
from tests.handlers.serving import Server


@pytest.fixture(scope="session")
def provider() -> Iterator[Issuing]:
    with issuing() as provider:
        yield provider


@pytest.fixture(scope="session")
def guarded(lasting: Start, provider: Issuing) -> Server:
    """A server that takes the tokens of `provider`."""
    return lasting(authentication=True, issuers=(provider.url,))
