"""What a confined caller writes is its own before and after, on both faces: else it is refused."""

import orjson

from handlers.identity.refusals import not_allowed
from persistence.store import Draft, Record, Scope
from tmf_apis.tmf630.matching import matches
from tmf_apis.tmf630.query import ALWAYS


def refuse_leaving(scope: Scope, draft: Draft) -> None:
    """Raise `TmfError` (403) for a draft that is not among the rows of its writer."""
    if scope.own is not ALWAYS and not matches(scope.own, draft.document):
        raise not_allowed("The resource would not be one of those your role is for.")
    twin = draft.twin
    if scope.twin is not ALWAYS and twin is not None and not matches(scope.twin, twin.document):
        raise not_allowed("The resource would not be one of yours in its other version.")


def refuse_foreign(scope: Scope, seen: Record) -> None:
    """Raise `TmfError` (403) for a record whose other face, which a write of this one changes, is
    not among the rows of the writer.
    """
    if scope.twin is ALWAYS or seen.twin is None:
        return
    if not matches(scope.twin, orjson.loads(seen.twin)):
        raise not_allowed("The resource is not one of yours in its other version.")
