"""Regular expressions that clients send: RE2, whose matching time is linear (R-418, D12).

Linear is not cheap. RE2 matches by an automaton that it builds while it reads, about a nanosecond
a byte. Some patterns have too many states for that, `a.{300}b` for one; then it follows every
way through the compiled program at each byte. What that takes at worst is known beforehand, from
the size of the program and that of the text, and so is refused rather than begun.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import re2

from tmf_apis.memory import Memory

MAX_LENGTH = 1000
#: Instructions that the patterns of one request may compile to: `.` has 8, `\pL` has 1,200.
MAX_PROGRAM = 4_000
#: Seconds that an instruction takes at worst for each byte, as measured; and that a search of one
#: text may take, when it goes as badly as it can.
WORST = 10e-9
LONGEST = 2.0
#: Bytes that RE2 may take for a pattern, and that all compiled patterns together may take.
_EACH, _ALL = 1 << 19, 1 << 26
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = _EACH
# Only whether it is found matters. Where groups begin and end takes a slower way.
_OPTIONS.never_capture = True


class BadPattern(ValueError):
    """A pattern that is not RE2, too long or too large; the text says why."""


class TooCostly(Exception):
    """A text that would take too long to be searched for a pattern, at worst."""

    def __init__(self, pattern: str, size: int) -> None:
        shown = pattern if len(pattern) <= 40 else f"{pattern[:40]}…"
        super().__init__(
            f"the pattern {shown} is too costly for a text of {size} bytes; write it with fewer"
            " repetitions and alternatives"
        )


class Compiled(NamedTuple):
    """A compiled pattern; `program` is how many instructions it has."""

    pattern: str
    program: int
    search: Callable[[bytes], Any]

    def cost(self, text: bytes) -> float:
        """Seconds that it takes at worst to search a text, encoded in UTF-8.

        Raises `TooCostly` when that is more than any one text may take.
        """
        seconds = self.program * len(text) * WORST
        if seconds > LONGEST:
            raise TooCostly(self.pattern, len(text))
        return seconds

    def is_in(self, text: bytes) -> bool:
        """Whether it is found anywhere in the text, unless it is anchored.

        Other threads go on meanwhile.
        """
        return self.search(text) is not None


def _compile(pattern: str) -> Compiled:
    if len(pattern) > MAX_LENGTH:
        raise BadPattern(f"the pattern is longer than {MAX_LENGTH} characters")
    try:
        # Not by `re2.compile`, which keeps patterns in a memory of its own.
        made = re2._Regexp(pattern, _OPTIONS)
    except re2.error as error:
        reason = error.args[0] if error.args else "not RE2"
        told = reason.decode() if isinstance(reason, bytes) else str(reason)
        raise BadPattern(f"no pattern of RE2, {told}") from error
    if made.programsize > MAX_PROGRAM:
        raise BadPattern("the pattern is too costly; repeat less, or smaller sets of characters")
    return Compiled(pattern, made.programsize, made.search)


_compiled: Memory[str, Compiled] = Memory(_compile, lambda *_: _EACH, _ALL)


def compiled(pattern: str) -> Compiled:
    """The compiled pattern; raises `BadPattern`. Back references and lookaround are not RE2."""
    return _compiled[pattern]


def is_pattern(text: str) -> bool:
    """Whether a text is a pattern that is taken."""
    try:
        _compiled[text]
    except BadPattern:
        return False
    return True


def found(pattern: str, text: str, spend: Callable[[float], None] = lambda _: None) -> bool:
    """Whether the pattern is found anywhere in the text, unless it is anchored.

    `spend` is told how many seconds that takes at worst, and may raise. Raises `TooCostly`.
    """
    known, encoded = _compiled[pattern], text.encode()
    spend(known.cost(encoded))
    return known.is_in(encoded)
