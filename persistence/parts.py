"""Drafts in parts that fit into memory, and into one command."""

from collections.abc import Iterable, Iterator

from persistence.store import Draft


def parts(drafts: Iterable[Draft], most: int, size: int) -> Iterator[list[Draft]]:
    """So many drafts at once, or fewer when their bodies have `size` bytes together."""
    part: list[Draft] = []
    held = 0
    for draft in drafts:
        part.append(draft)
        held += len(draft.body)
        if len(part) == most or held >= size:
            yield part
            part, held = [], 0
    if part:
        yield part
