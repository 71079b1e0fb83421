"""The four ways to patch: a media type and a body turn a resource into another (R-801..R-809).

Every way is all or nothing: it gives a new document, or raises and nothing has changed.
"""

from collections.abc import Callable, Iterable
from typing import Any

from tmf_apis.spec.attributes import Attribute
from tmf_apis.tmf630.errors import (
    INVALID_BODY,
    INVALID_PATCH,
    NOT_PATCHABLE,
    UNSUPPORTED_MEDIA_TYPE,
    TmfError,
)
from tmf_apis.tmf630.json_patch import apply_json_patch
from tmf_apis.tmf630.patch_query import apply_patch_query

Json = dict[str, Any]
#: The resource, which stays as it is, the parsed body, the resource's type; the patched resource.
Patch = Callable[[Json, Any, Attribute], Any]


def merge(target: Json, patch: Any, root: Attribute) -> Any:
    """JSON merge patch (RFC 7396): members replace, null removes, lists are replaced whole."""
    if not isinstance(patch, dict):
        raise TmfError(INVALID_PATCH, "A merge patch is a JSON object with what changes.")
    return _merged(target, patch)


def _merged(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged(merged.get(name), value)
    return merged


PATCHES: dict[str, Patch] = {
    "application/merge-patch+json": merge,
    "application/json": merge,
    "application/json-patch+json": apply_json_patch,
    "application/json-patch-query+json": apply_patch_query,
}
ACCEPT_PATCH = ", ".join(PATCHES)


def patch_for(media_type: str) -> Patch:
    """How a media type patches; raises `TmfError` (415, with `Accept-Patch`) for others."""
    found = PATCHES.get(media_type)
    if found is None:
        raise TmfError(
            UNSUPPORTED_MEDIA_TYPE,
            f"{media_type or 'No Content-Type'}: send one of {ACCEPT_PATCH}.",
            {"Accept-Patch": ACCEPT_PATCH},
        )
    return found


def refuse_forbidden(old: Json, new: Any, not_patchable: frozenset[str], type_name: str) -> Json:
    """The patched resource, if nothing changed that may not (R-810, R-811).

    `href` is ignored, and so is the `@type` a resource has without saying so. Raises
    `TmfError` (400) that names the attribute.
    """
    if not isinstance(new, dict):
        raise TmfError(INVALID_PATCH, "The patch leaves no resource.")
    new.pop("href", None)
    if "@type" not in old and new.get("@type") == type_name:
        del new["@type"]
    changed = [
        name
        for name in not_patchable
        if (was := old.get(name)) is not (now := new.get(name)) and not _same(was, now)
    ]
    if changed:
        raise TmfError(
            NOT_PATCHABLE, f"/{min(changed)}: this attribute cannot be changed; leave it out."
        )
    return new


def refuse_removed(old: Json, new: Json, lasting: Iterable[str]) -> None:
    """Raise `TmfError` (400) when an attribute is gone that a resource always has (R-812)."""
    for name in lasting:
        if name not in new and name in old:
            raise TmfError(
                INVALID_BODY, f"/{name}: this attribute cannot be removed; give it a value."
            )


def _same(one: Any, other: Any) -> bool:
    """Whether two values of an attribute are the same; to Python true is 1, and 1 is 1.0."""
    return bool(one == other and type(one) is type(other))
