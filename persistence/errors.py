"""What a store refuses or cannot do. It speaks of records, never of HTTP or TMF."""


class StoreError(Exception):
    """Anything a store raises on purpose."""


def named(id: str, version: str | None) -> str:
    """Which record is meant, in words: its id, and its entity version where one is told."""
    return f"{id} in the version {version}" if version else id


class Missing(StoreError):
    """No record of that id (and entity version) in the collection."""


class Duplicate(StoreError):
    """The id (and entity version) is taken; nothing was written."""


class Stale(StoreError):
    """The record has another revision than expected; nothing was written."""


class KeyReused(StoreError):
    """The idempotency key was used before with another request; nothing was written."""


class BadCursor(StoreError):
    """A cursor that this store never gave for this sort order."""


class TooSlow(StoreError):
    """A read that passed its deadline; `paths` names the attributes without an index."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        names = ", ".join(paths)
        super().__init__(f"no index serves {names}" if names else "it matches too much")
        self.paths = paths


class Busy(StoreError):
    """There is more to do than can be done in time; the same call may work in a moment."""


class Unavailable(StoreError):
    """The engine does not answer, or is out of room; the same call may work later."""


class Refused(StoreError):
    """The engine will not do it, however often it is asked; the text says why."""


class Unusable(StoreError):
    """The URL, file or engine cannot be used at all; the text says why."""


class Apart(Unusable):
    """Records that are to have two faces stand apart, each with one; the text names some."""


class Unsupported(StoreError):
    """A query this store cannot run though another may; the text says what to change."""
