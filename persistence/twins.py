"""Records with two faces: which of two collections leads, and what is written through the other.

A store keeps both faces of a record as one. Where it has to name one collection for both, as in
where documents are kept or with which collection a copy moves them, that is the one that leads.
"""

from collections.abc import Sequence

from persistence.errors import Unusable
from persistence.store import Collection, Draft, Facet


def leads(collection: Collection) -> bool:
    """Whether a collection has no twin, or is the first of both by its name."""
    return not collection.twin or collection.name < collection.twin


def pairs(collections: Sequence[Collection]) -> list[tuple[Collection, Collection]]:
    """Those that are twins, two by two; the one that leads comes first.

    Raises `Unusable` for one that has no match.
    """
    named = {collection.name: collection for collection in collections}
    matched = [(own, _match(own, named)) for own in collections if own.twin]
    return [pair for pair in matched if leads(pair[0])]


def _match(own: Collection, named: dict[str, Collection]) -> Collection:
    twin = named.get(own.twin)
    if twin is None or twin.twin != own.name:
        raise Unusable(f"{own.twin} is not there as the twin of {own.name}")
    if twin.versioned != own.versioned:
        raise Unusable(f"only one of {own.name} and {own.twin} has entity versions")
    return twin


def other(draft: Draft) -> Draft:
    """The draft of the other face. Raises `ValueError` where there is none."""
    if (twin := draft.twin) is None:
        raise ValueError(f"{draft.id} is written without its other face")
    face = Facet(draft.document, draft.body, draft.before, twin.memory)
    return draft._replace(document=twin.document, body=twin.body, before=twin.before, twin=face)


def other_face(draft: Draft) -> tuple[bytes | None, bytes | None]:
    """The other face of what was written, and what is remembered with it."""
    return (None, None) if draft.twin is None else (draft.twin.body, draft.twin.memory)
