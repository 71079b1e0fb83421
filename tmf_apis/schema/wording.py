"""What is wrong with one value, in words that help, however large the value is (R-703, R-711)."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import jsonschema_rs
from jsonpointer import escape

from tmf_apis.schema.normalise import NOT_BLANK

#: Stands for the value in an error: that would be written out whole.
MASK = "\0"
#: A message quotes at most this much of a wrong value.
_QUOTED = 80
#: And lists so many characters of an enumeration.
_LISTED = 300
_WRITTEN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def words(error: jsonschema_rs.ValidationError, value: Any) -> str:
    """What was expected of a value, from an error that says `MASK` for it."""
    if getattr(error.kind, "pattern", None) == NOT_BLANK:
        return "a text that is not blank is needed"
    if (options := getattr(error.kind, "options", None)) is not None:
        return f"{quoted(value)} is none of {_listed(options)}"
    before, mask, after = error.message.partition(MASK)
    message = before + quoted(value) + after if mask else before
    if len(message) <= 3 * _QUOTED:
        return message
    return f"{message[:_QUOTED]}…{message[-_QUOTED:]}"


def quoted(value: Any) -> str:
    """The beginning of a value as JSON; of a long one no more than that is written."""
    if isinstance(value, str):
        value = value[: _QUOTED + 1]
    text = ""
    for piece in _WRITTEN.iterencode(value):
        text += piece[: _QUOTED + 1]
        if len(text) > _QUOTED:
            return f"{text[:_QUOTED]}…"
    return text


def pointer(path: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901); `/` names the whole body."""
    return "/" + "/".join(escape(str(step)) for step in path)


def _listed(options: Iterable[Any]) -> str:
    """The values of an enumeration, as many as a message has room for."""
    text = ""
    for option in options:
        one = json.dumps(option, ensure_ascii=False)
        if text and len(text) + len(one) > _LISTED:
            return f"{text} …"
        text = f"{text}, {one}" if text else one
    return text
