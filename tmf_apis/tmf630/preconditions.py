"""Entity tags, and the preconditions of requests in their order (R-112, D15, RFC 9110, section 13).

A condition is judged by what tells one state of a resource from another: the tag of the
representation and the second of its last change. A value that is no list of tags names no tag,
and what is no date is passed over.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from tmf_apis.tmf630.codings import CODINGS, coded
from tmf_apis.tmf630.errors import PRECONDITION_FAILED, TmfError
from tmf_apis.tmf630.http_dates import read_http_date

#: Methods that are answered with 304 where others are refused with 412.
_READS = ("GET", "HEAD")

_TAG = r'(?:W/)?"[\x21\x23-\x7E\x80-\xFF]*"'
_TAGS = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*(?:{_TAG}|$))*[ \t]*")
_EACH = re.compile(_TAG)


class Conditions(NamedTuple):
    """The conditional header fields of a request, each as it came; None for one that did not."""

    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None
    if_unmodified_since: str | None = None
    #: The codings in which the client takes a representation, each with a tag of its own.
    codings: tuple[str, ...] = ()


#: The header fields that tell states of one resource apart (section 8.8): `ETag`, and
#: `Last-Modified` where the time of the last change is known.
Validators = dict[str, str]


def etag(revision: str, shape: str = "") -> str:
    """The strong tag of a representation: of the full one, or of another `shape` of it."""
    if not shape:
        return f'"{revision}"'
    return f'"{revision}-{blake2b(shape.encode(), digest_size=6).hexdigest()}"'


def not_modified(method: str, asked: Conditions, current: Validators | None) -> bool:
    """Whether a read is answered with 304, since the client has what it would get.

    `current` is None where nothing tells states apart: of a collection. To be asked when the
    request would be carried out otherwise. Raises `TmfError` (412) when it must not be
    (section 13.2.2).
    """
    if asked.if_match is not None:
        if not _holds_state(asked.if_match, current):
            raise _failed(current, f"If-Match: {_not_the_state(asked.if_match, current)}")
    elif (date := asked.if_unmodified_since) is not None and _changed_after(date, current):
        raise _failed(current, "If-Unmodified-Since: the resource has changed; read it again.")
    if asked.if_none_match is not None:
        codings = asked.codings if method in _READS else CODINGS
        if not _names(asked.if_none_match, current, codings):
            return False
        if method in _READS:
            return True
        raise _failed(
            current, "If-None-Match: what it names is there; without the field it is no hindrance."
        )
    if method not in _READS or asked.if_modified_since is None:
        return False
    return _changed_after(asked.if_modified_since, current) is False


def range_stands(if_range: str | None, current: Validators | None) -> bool:
    """Whether a `Range` is answered with a part: nothing says otherwise, or `If-Range` has the
    very state that is shown (section 13.1.5).
    """
    if if_range is None or current is None:
        return if_range is None
    return if_range in (current["ETag"], current.get("Last-Modified"))


def _holds_state(if_match: str, current: Validators | None) -> bool:
    """Whether `If-Match` names the state in any shape, by a strong tag (D15)."""
    if if_match.strip() == "*":
        return True
    if current is None:
        return False
    revision = _revision(current["ETag"])
    return any(_revision(tag) == revision for tag in _tags(if_match))


def _names(if_none_match: str, current: Validators | None, codings: Sequence[str]) -> bool:
    """Whether `If-None-Match` names the representation, plain or in one of some codings, by a
    strong or a weak tag.
    """
    if if_none_match.strip() == "*":
        return True
    if current is None:
        return False
    tag = current["ETag"]
    known = {tag, *(coded(tag, coding) for coding in codings)}
    return any(named.removeprefix("W/") in known for named in _tags(if_none_match))


def _changed_after(date: str, current: Validators | None) -> bool | None:
    """Whether the resource changed after a date; None when nobody can tell."""
    asked, changed = read_http_date(date), read_http_date((current or {}).get("Last-Modified", ""))
    return None if asked is None or changed is None else changed > asked


def _tags(field: str) -> list[str]:
    return _EACH.findall(field) if _TAGS.fullmatch(field) else []


def _revision(tag: str) -> str:
    return tag.strip('"').partition("-")[0]


def _not_the_state(if_match: str, current: Validators | None) -> str:
    if current is None:
        return "what is addressed has no entity tag; leave it out."
    if if_match.strip() and not _tags(if_match):
        return "not a list of entity tags; each stands in double quotes, as in ETag."
    return (
        f"it names another state of the resource, whose tag is now {current['ETag']}."
        " Read it again and repeat the change."
    )


def _failed(current: Validators | None, message: str) -> TmfError:
    return TmfError(PRECONDITION_FAILED, message, current)
