"""Who sees some rows only gives itself no prices: an alteration of a price is charged as the order
says, so it is for who sees all to give (docs/order-to-cash.md).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from handlers.identity.refusals import not_allowed
from handlers.permission.rights import Rights
from tmf_apis.behaviour.references import Pointer, written

Json = dict[str, Any]

_ALTERATION, _OFFERING = "priceAlteration", "productOffering"


class _Altered(NamedTuple):
    """What is given as alterations of a price: where it stands, and that by ids where lists have
    any; and the id of the offering that it is for.
    """

    pointer: Pointer
    place: tuple[str, ...]
    given: object
    offering: object


def refuse_alterations(rights: Rights | None, document: Json, before: Json | None = None) -> None:
    """Raise `TmfError` (403) for a document whose writer alters a price.

    `before` is the document that it takes the place of: what that has of the same thing, for the
    same offering, stays.
    """
    if rights is None or not rights.confined:
        return
    known = {each.place: each for each in _alterations(before or {})}
    for each in _alterations(document):
        there = known.get(each.place)
        if each.given and (there is None or there[2:] != each[2:]):
            raise not_allowed(f"{written(each.pointer)}: your role alters no prices; leave it out.")


def _alterations(
    value: object, pointer: Pointer = (), place: tuple[str, ...] = (), offering: object = None
) -> Iterator[_Altered]:
    """Those anywhere in a document."""
    if isinstance(value, list):
        for index, inner in enumerate(value):
            id = inner.get("id") if isinstance(inner, dict) else None
            yield from _alterations(inner, (*pointer, index), (*place, str(id or index)), offering)
    elif isinstance(value, dict):
        named = value.get(_OFFERING)
        offering = named.get("id") if isinstance(named, dict) else offering
        for name, inner in value.items():
            where = (*pointer, name)
            if name == _ALTERATION:
                yield _Altered(where, place, inner, offering)
            else:
                yield from _alterations(inner, where, (*place, name), offering)
