"""What a neighbour does not do: it is away, or it declines."""

from persistence.errors import StoreError
from tmf_apis.neighbours import Address


class Away(StoreError):
    """It does not answer, or nothing that can be used: the same may work later. The text names it
    and says why; `api` is what clients are told.
    """

    def __init__(self, address: Address, why: str) -> None:
        super().__init__(f"the neighbour {address.api} {why}")
        self.api = address.api


class Declined(Exception):
    """It refuses what it is asked, now and later; the text names it and says why."""

    def __init__(self, address: Address, why: str) -> None:
        super().__init__(f"the neighbour {address.api} {why}")
