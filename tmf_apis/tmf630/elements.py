"""Elements of a resource's lists that are resources of their own: each has an id (R-103)."""

from collections.abc import Callable, Iterable
from typing import Any

from tmf_apis.tmf630.errors import INVALID_BODY, TmfError

Json = dict[str, Any]


def elements(document: Json, attribute: str) -> list[Any]:
    """The list at an attribute; empty where there is none."""
    found = document.get(attribute)
    return found if isinstance(found, list) else []


def identified(document: Json, attributes: Iterable[str], new_id: Callable[[], str]) -> Json:
    """The document with an id in every element of these lists.

    Raises `TmfError` (400) for an id that two elements of a list have.
    """
    for attribute in attributes:
        found = elements(document, attribute)
        if any(isinstance(element, dict) and "id" not in element for element in found):
            found = [_with_id(element, new_id) for element in found]
            document = {**document, attribute: found}
        _check_unique(found, attribute)
    return document


def _with_id(element: Any, new_id: Callable[[], str]) -> Any:
    if not isinstance(element, dict) or "id" in element:
        return element
    return {"id": new_id(), **element}


def _check_unique(found: list[Any], attribute: str) -> None:
    taken = set()
    for place, element in enumerate(found):
        id = element.get("id") if isinstance(element, dict) else None
        if isinstance(id, str) and id in taken:
            raise TmfError(
                INVALID_BODY,
                f"/{attribute}/{place}/id: {id} is the id of another element; each needs its own.",
            )
        taken.add(id if isinstance(id, str) else None)
