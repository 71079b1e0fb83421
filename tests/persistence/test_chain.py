"""Both stores keep the contract of a chain."""

import pytest

from tests.persistence.chain_contract import ChainContract


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
class TestSqliteChain(ChainContract):
    """The chain in a file."""

    LOADED = 700


@pytest.mark.parametrize("shop", ["mongodb"], indirect=True)
class TestMongoChain(ChainContract):
    """The chain in a database."""
