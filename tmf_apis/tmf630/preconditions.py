"""Entity tags and the conditions clients put on them (R-112, D15, RFC 9110)."""

import re
from hashlib import blake2b

from tmf_apis.tmf630.errors import PRECONDITION_FAILED, TmfError

_TAGS = re.compile(r'(W/)?"([^"]*)"')


def etag(revision: str, shape: str = "") -> str:
    """The strong tag of a representation: of the full one, or of another `shape` of it."""
    if not shape:
        return f'"{revision}"'
    return f'"{revision}-{blake2b(shape.encode(), digest_size=6).hexdigest()}"'


def demand_match(if_match: str | None, revision: str) -> None:
    """Raise `TmfError` (412) unless `If-Match` is absent or names the revision in any shape."""
    if if_match is None or if_match.strip() == "*":
        return
    named = {tag.partition("-")[0] for weak, tag in _TAGS.findall(if_match) if not weak}
    if revision not in named:
        raise TmfError(
            PRECONDITION_FAILED,
            f"If-Match names another state of the resource; its tag is now {etag(revision)}."
            " Read it again and repeat the change.",
            {"ETag": etag(revision)},
        )


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether `If-None-Match` names the representation, so that 304 answers a read."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return any(f'"{opaque}"' == tag for _, opaque in _TAGS.findall(if_none_match))
