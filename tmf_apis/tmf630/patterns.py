"""Regular expressions that clients send: RE2, whose matching time is linear (R-418, D12)."""

from functools import lru_cache

import re2

MAX_LENGTH = 1000
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20


class BadPattern(ValueError):
    """A pattern that is not RE2, too long or too large; the text says why."""


@lru_cache(maxsize=512)
def compiled(pattern: str) -> "re2._Regexp[str]":
    """The compiled pattern; raises `BadPattern`. Back references and lookaround are not RE2."""
    if len(pattern) > MAX_LENGTH:
        raise BadPattern(f"the pattern is longer than {MAX_LENGTH} characters")
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        reason = error.args[0] if error.args else "not RE2"
        raise BadPattern(reason.decode() if isinstance(reason, bytes) else str(reason)) from error


def is_pattern(text: str) -> bool:
    """Whether a text is a pattern that is taken."""
    try:
        compiled(text)
    except BadPattern:
        return False
    return True


def found(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text, unless it is anchored."""
    return compiled(pattern).search(text) is not None
