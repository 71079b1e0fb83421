"""The text of a revision: which record it is of, the how manieth, and whether it is the latest.

An `href` tells the latest entity version of an id from the others (D28), so a version that is
overtaken is another representation from that very moment, and has another revision.
"""

from persistence.store import Record


def revision(key: int, n: int, *, latest: bool) -> str:
    """The text of the `n`-th revision of a record."""
    return f"{key}.{n}" if latest else f"{key}.{n}.0"


def count(record: Record) -> int:
    """How many revisions the key of a record has had."""
    return int(record.revision.split(".")[1])
