"""Who sees some rows only gives itself no prices: an alteration of a price is charged as the order
says, so it is for who sees all to give (docs/order-to-cash.md).
"""

from collections.abc import Iterator
from typing import Any

from handlers.identity.refusals import not_allowed
from handlers.permission.rights import Rights

Json = dict[str, Any]

_ALTERATION = "priceAlteration"


def refuse_alterations(rights: Rights | None, document: Json, before: Json | None = None) -> None:
    """Raise `TmfError` (403) for a document whose writer alters a price.

    `before` is the document that it takes the place of: what that has in the same place stays.
    """
    if rights is None or not rights.confined:
        return
    known = dict(_alterations(before or {}))
    for pointer, given in _alterations(document):
        if given and given != known.get(pointer):
            raise not_allowed(f"{pointer}: your role alters no prices; leave it out.")


def _alterations(value: object, pointer: str = "") -> Iterator[tuple[str, object]]:
    """What is given as alterations of a price anywhere in a document, by JSON pointer."""
    within: list[tuple[str, object]] = []
    if isinstance(value, dict):
        within = [*value.items()]
    elif isinstance(value, list):
        within = [(str(index), inner) for index, inner in enumerate(value)]
    for name, inner in within:
        where = f"{pointer}/{name}"
        if name == _ALTERATION:
            yield where, inner
        else:
            yield from _alterations(inner, where)
