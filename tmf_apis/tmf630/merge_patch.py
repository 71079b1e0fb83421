"""The merge patch that makes one document of another (RFC 7396). Pure."""

from typing import Any

from tmf_apis.tmf630.json_values import same

Json = dict[str, Any]


def difference(before: Json, after: Json) -> Json:
    """What to patch `before` with so that it is `after`; nothing where they are the same.

    A member of `after` that is null is one that is not there: a merge patch cannot say otherwise.
    """
    patch: Json = {name: None for name in before if after.get(name) is None}
    for name, value in after.items():
        old = before.get(name)
        if value is None or (name in before and same(old, value)):
            continue
        if isinstance(old, dict) and isinstance(value, dict):
            patch[name] = difference(old, value)
        else:
            patch[name] = value
    return patch
