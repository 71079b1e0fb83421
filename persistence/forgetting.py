"""What a store does for who erases a person: what is kept beside records is found, changed and
forgotten, and what was overwritten is gone from its files as well.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from persistence.store import Logged, Store


class Remembered(NamedTuple):
    """What is remembered of a create with an idempotency key: the key, the id of what it made, when
    (microseconds since 1970), and the first body.
    """

    key: str
    id: str
    at: int
    body: bytes


@runtime_checkable
class Forgetful(Store, Protocol):
    """A store that lets go of what it kept. All may raise `Unavailable`."""

    def remembered(self) -> AsyncIterator[list[Remembered]]:
        """All that is remembered of creates with idempotency keys, some at a time."""

    async def forget_remembered(self, keys: Collection[str]) -> None:
        """Forget the creates with some idempotency keys: they are done anew if they come again."""

    async def amend_events(self, events: Sequence[Logged]) -> None:
        """Give events of the log, which are named by their numbers, the bodies and ids that they
        have here; those that are gone stay so.
        """

    async def compact(self) -> None:
        """Have nothing left in the files of the store of what it was told to overwrite or to
        remove, as far as they are its own to write.
        """

    async def traces(self, texts: Sequence[bytes]) -> set[bytes]:
        """Which of some texts are anywhere in what the store has, by their bytes."""
