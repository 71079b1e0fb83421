"""Open a store for everything that is served, and say what to do where it is not ready for that."""

from collections.abc import Sequence

from persistence.errors import Apart, Unusable
from persistence.store import Collection, Store


async def open_for(store: Store, collections: Sequence[Collection]) -> None:
    """Open a store. Raises `StoreError`; `Unusable` where records are not joined (V-713)."""
    try:
        await store.open(collections)
    except Apart as error:
        raise Unusable(
            f"{error}. Join them with `tmf-apis migrate-faces`, or leave them with TMF_FACES=apart."
        ) from error
