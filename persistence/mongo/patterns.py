"""RE2 patterns in the words of PCRE, which MongoDB matches by, with the same meaning (D12).

What the two read differently is spelt out: `$` before a last line break, classes of characters,
word boundaries, the dot. Nothing is captured, and repetitions take as much as they like, because
only whether a pattern is found matters. What no server takes, or would match only by trying too
many ways (see `pieces`), is refused.
"""

import re
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import NamedTuple

from persistence.errors import Unsupported
from persistence.mongo.characters import (
    ANY,
    ANY_OF_LINE,
    Characters,
    Ranges,
    letter_class,
    looked_up,
    one,
    posix_class,
    union,
)
from persistence.mongo.pieces import (
    Piece,
    assertion,
    either,
    repeated,
    row,
    run,
    trimmed,
)
from persistence.mongo.ways import MOST, Ways
from tmf_apis.memory import Memory
from tmf_apis.tmf630 import patterns
from tmf_apis.tmf630.query import Scalar

#: Bytes that mongod takes ("Regular expression is too long" beyond), and brackets within
#: brackets, of which PCRE takes 250.
LONGEST = 32_764
DEEPEST = 100
#: Different sets of one pattern that are looked up, for which all of Unicode is read once; and
#: how many characters a set may have that folds and is not looked up.
_LOOK_UPS, _NARROW = 3, 256

_WORD = "0-9A-Z_a-z"
_AFTER, _BEFORE = f"(?<=[{_WORD}])", f"(?=[{_WORD}])"
_NOT_AFTER, _NOT_BEFORE = f"(?<![{_WORD}])", f"(?![{_WORD}])"
_END = assertion(r"(?![\s\S])", ends=True)
_END_OF_LINE = assertion(r"(?![^\n])", ((10, 10),), ends=True)
_ASSERTIONS = {
    "A": assertion(r"\A"),
    "z": _END,
    "b": assertion(f"(?:{_NOT_AFTER}{_BEFORE}|{_AFTER}{_NOT_BEFORE})"),
    "B": assertion(f"(?:{_NOT_AFTER}{_NOT_BEFORE}|{_AFTER}{_BEFORE})"),
}
_CONTROL = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_ESCAPE = r"\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|.)"
_PROPERTY = r"\\[pP](?:\{\^?\w+\}|[A-Z])"
_TOKEN = re.compile(
    rf"""\\Q(?P<quoted>.*?)(?:\\E|\Z)
      | (?P<property>{_PROPERTY})
      | (?P<escape>{_ESCAPE})
      | \(\?(?P<on>[imsU]*)(?:-(?P<off>[imsU]+))?(?P<scope>[:)])
      | (?P<open>\((?:\?P?<\w+>)?)
      | (?P<close>\))
      | (?P<bracket>\[\^?)
      | (?P<repeat>(?:[*+?]|\{{(?P<least>\d+)(?P<more>,(?P<most>\d*))?\}})\??)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
#: A member of a set in brackets.
_MEMBER = re.compile(
    rf"""\[:(?P<posix>\^?\w+):\]
      | (?P<property>{_PROPERTY})
      | \\(?P<letter>[dwsDWS])
      | (?P<low>{_ESCAPE}|.)(?:-(?P<high>{_ESCAPE}|[^\]]))?""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}


class Spelt(NamedTuple):
    """A pattern in the words of PCRE, and how many characters a text it is looked for in may have,
    so that the search takes no longer than `tmf_apis.tmf630.patterns.LONGEST` at worst.
    """

    text: str
    longest: int


class Words(str):
    """An operand that is a pattern in the words of PCRE itself."""

    __slots__ = ()


def _spelt(pattern: str) -> Spelt:
    program = patterns.compiled(pattern).program  # What RE2 takes: the reading below relies on it.
    text, ways = _Reader(pattern).whole()
    if len(text.encode()) > LONGEST:
        raise Unsupported(
            f"the pattern {pattern} takes more than {LONGEST} bytes when it is spelt out as"
            " MongoDB reads it; write it shorter"
        )
    steps = int(patterns.LONGEST / patterns.WORST)
    return Spelt(
        text, ways.longest(steps, program, anchored=text.startswith(r"\A") and "|" not in text)
    )


_known = Memory(_spelt, lambda pattern, spelt: len(pattern) + len(spelt.text), 1 << 22)
#: The PCRE pattern that is found where an RE2 pattern is; raises `Unsupported`.
spelt = _known.__getitem__


def pcre(pattern: Scalar) -> str:
    """The pattern in the words of PCRE; raises `Unsupported`."""
    return pattern if isinstance(pattern, Words) else _known[str(pattern)].text


@dataclass(frozen=True, slots=True)
class _Flags:
    i: bool = False
    m: bool = False
    s: bool = False
    U: bool = False

    def changed(self, on: str, off: str | None) -> "_Flags":
        return replace(self, **dict.fromkeys(on, True) | dict.fromkeys(off or "", False))


@dataclass(slots=True)
class _Reader:
    """Reads a pattern once from left to right."""

    pattern: str
    flags: _Flags = field(default_factory=_Flags)
    at: int = 0
    depth: int = 0
    looked_up: set[str] = field(default_factory=set)

    def whole(self) -> tuple[str, Ways]:
        """The pattern in the words of PCRE, and in how many ways it may match from one place."""
        branches = [row(trimmed(pieces)) for pieces in self._branches()]
        if r"\B" in self.pattern and any(branch.empty for branch in branches):
            raise self._refused(r"may match nothing but \B; say what stands beside it")
        ways = reduce(Ways.plus, (branch.ways for branch in branches))
        if ways.most > MOST:
            raise self._refused("can match in too many ways; repeat something simpler")
        return "|".join(branch.text for branch in branches), ways

    def _branches(self) -> list[list[Piece]]:
        """The alternatives up to the closing bracket of the group, or the end."""
        outside = self.flags
        branches: list[list[Piece]] = [[]]
        while (token := self._next(_TOKEN)) and not token["close"]:
            if token["other"] == "|":
                branches.append([])
            elif token["scope"] == ")":
                self.flags = self.flags.changed(token["on"], token["off"])
            elif token["repeat"]:
                branches[-1].append(repeated(branches[-1].pop(), *_times(token)))
            else:
                branches[-1] += self._pieces(token)
        self.flags = outside
        return branches

    def _next(self, kind: re.Pattern[str]) -> re.Match[str] | None:
        found = kind.match(self.pattern, self.at)
        self.at = found.end() if found else self.at
        return found

    def _pieces(self, token: re.Match[str]) -> list[Piece]:
        if token["open"] or token["scope"]:
            return [self._group(token)]
        if token["bracket"]:
            return [run(self._bracket(token.start()))]
        if token["quoted"] is not None:
            return [self._one(character) for character in token["quoted"]]
        if token["property"]:
            return [run(self._look_up(token["property"]))]
        if token["escape"]:
            return [self._escape(token["escape"])]
        return [self._other(token["other"])]

    def _group(self, token: re.Match[str]) -> Piece:
        if self.depth == DEEPEST:
            raise self._refused(f"nests groups deeper than {DEEPEST}")
        outside = self.flags
        if token["scope"]:
            self.flags = self.flags.changed(token["on"], token["off"])
        self.depth += 1
        piece = either([row(pieces) for pieces in self._branches()])
        self.depth -= 1
        self.flags = outside
        return piece

    def _one(self, character: str) -> Piece:
        return run(one(ord(character), fold=self.flags.i))

    def _escape(self, escape: str) -> Piece:
        name = escape[1:]
        if name in _ASSERTIONS:
            return _ASSERTIONS[name]
        if name == "C":
            raise self._refused(r"has \C, a byte, which MongoDB does not know; write . for it")
        if name.lower() in ("d", "w", "s"):
            return run(Characters(letter_class(name, fold=self.flags.i)))
        return self._one(_character(escape))

    def _other(self, text: str) -> Piece:
        match text:
            case "^":
                return assertion(r"(?<![^\n])") if self.flags.m else _ASSERTIONS["A"]
            case "$":
                return _END_OF_LINE if self.flags.m else _END
            case ".":
                return run(ANY if self.flags.s else ANY_OF_LINE)
        return self._one(text)

    def _bracket(self, start: int) -> Characters:
        """A set of characters; the first of them may be a closing bracket."""
        members: list[Ranges | None] = []
        while not (members and self.pattern[self.at] == "]"):
            token = self._next(_MEMBER)
            assert token is not None  # RE2 has seen the closing bracket.
            members.append(self._member(token))
        self.at += 1
        known = [member for member in members if member is not None]
        if len(known) < len(members):
            return self._look_up(self.pattern[start : self.at])
        return Characters(union(*known), self.pattern[start + 1] == "^", fold=self.flags.i)

    def _member(self, token: re.Match[str]) -> Ranges | None:
        """What a part of a set means; None where that must be looked up."""
        if token["property"]:
            return None
        if token["posix"]:
            return posix_class(token["posix"], fold=self.flags.i)
        if token["letter"]:
            return letter_class(token["letter"], fold=self.flags.i)
        low, high = (ord(_character(token[end] or token["low"])) for end in ("low", "high"))
        return None if self.flags.i and high > 127 and high - low > _NARROW else ((low, high),)

    def _look_up(self, written: str) -> Characters:
        self.looked_up.add(written)
        if len(self.looked_up) > _LOOK_UPS:
            raise self._refused(f"has more than {_LOOK_UPS} different properties or large sets")
        return Characters(looked_up(written, fold=self.flags.i))

    def _refused(self, why: str) -> Unsupported:
        return Unsupported(f"the pattern {self.pattern} {why}")


def _times(token: re.Match[str]) -> tuple[int, int | None]:
    """How often a sign of repetition says, at least and at most."""
    if token["least"] is None:
        return _SIGNS[token["repeat"][0]]
    least = int(token["least"])
    return least, int(token["most"]) if token["most"] else None if token["more"] else least


def _character(written: str) -> str:
    """The character that stands for itself or is named by an escape."""
    if written[0] != "\\" or len(written) == 1:
        return written
    name = written[1:]
    if name[0] == "x" and len(name) > 1:
        return chr(int(name[1:].strip("{}"), 16))
    if name[0] in "01234567":
        return chr(int(name, 8))
    return _CONTROL.get(name, name)
