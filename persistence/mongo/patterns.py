"""RE2 patterns in the words of PCRE, which MongoDB matches by, with the same meaning (D12).

What the two read differently is spelt out: `$` before a last line break, the classes `\\d`, `\\w`
and `\\s`, word boundaries, the dot. Nothing is captured, because only whether a pattern is found
matters. PCRE tries alternatives one after another, so repetitions that have exponentially many
ways to match are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from persistence.errors import Unsupported
from tmf_apis.tmf630 import patterns

_WORD = "0-9A-Za-z_"
_AFTER, _BEFORE = f"(?<=[{_WORD}])", f"(?=[{_WORD}])"
_NOT_AFTER, _NOT_BEFORE = f"(?<![{_WORD}])", f"(?![{_WORD}])"
_ESCAPES = {
    "A": r"\A",
    "z": r"(?![\s\S])",
    "b": f"(?:{_NOT_AFTER}{_BEFORE}|{_AFTER}{_NOT_BEFORE})",
    "B": f"(?:{_NOT_AFTER}{_NOT_BEFORE}|{_AFTER}{_BEFORE})",
}
#: What stands for a class, inside brackets.
_CLASSES = {"d": "0-9", "w": _WORD, "s": r"\t\n\f\r "}
_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~", "space": r"\t\n\v\f\r ", "upper": "A-Z", "word": _WORD,
    "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_NEGATED_CLASSES = {
    "d": r"\x00-/:-\U0010ffff",
    "w": r"\x00-/:-@\[-\^`{-\U0010ffff",
    "s": r"\x00-\x08\x0b\x0e-\x1f!-\U0010ffff",
}
_CONTROL = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_TOKEN = re.compile(
    r"""(?P<quoted>\\Q.*?(?:\\E|\Z))
      | (?P<property>\\[pP](?:\{\^?\w+\}|[A-Z]))
      | (?P<escape>\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|.))
      | (?P<flags>\(\?(?P<on>[imsU]*)(?P<off>-[imsU]+)?(?P<scope>[:)]))
      | (?P<open>\((?:\?P?<\w+>)?)
      | (?P<close>\))
      | (?P<posix>\[:\^?\w+:\])
      | (?P<bracket>\[\^?)
      | (?P<repeat>[*+?]\??|\{\d+(?:,\d*)?\}\??)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=512)
def pcre(pattern: str) -> str:
    """The PCRE pattern that is found where the RE2 pattern is; raises `Unsupported`."""
    patterns.compiled(pattern)  # Only what RE2 takes: the reading below relies on it.
    return _Reader(pattern).whole()


@dataclass(frozen=True, slots=True)
class _Flags:
    i: bool = False
    m: bool = False
    s: bool = False
    U: bool = False

    def changed(self, on: str, off: str) -> "_Flags":
        return replace(self, **dict.fromkeys(on, True), **dict.fromkeys(off, False))


@dataclass(slots=True)
class _Piece:
    """A part of the answer, and whether it may match in several ways when repeated."""

    text: str
    loose: bool = False


@dataclass(slots=True)
class _Reader:
    """Reads a pattern once from left to right."""

    pattern: str
    flags: _Flags = field(default_factory=_Flags)
    _tokens: Iterator[re.Match[str]] = field(init=False)

    def whole(self) -> str:
        self._tokens = _TOKEN.finditer(self.pattern)
        return self._alternatives().text

    def _alternatives(self) -> _Piece:
        """Everything up to the closing bracket of the group, or the end."""
        outside = self.flags
        branches: list[list[_Piece]] = [[]]
        for token in self._tokens:
            if token["close"]:
                break
            if token["other"] == "|":
                branches.append([])
            elif token["flags"] and token["scope"] == ")":
                self.flags = self.flags.changed(token["on"], (token["off"] or "")[1:])
            elif token["repeat"]:
                branches[-1].append(self._repeated(branches[-1].pop(), token["repeat"]))
            else:
                branches[-1] += self._atoms(token)
        self.flags = outside
        texts = ["".join(piece.text for piece in branch) for branch in branches]
        loose = any(piece.loose for branch in branches for piece in branch)
        return _Piece("|".join(texts), loose or not _told_apart(texts))

    def _atoms(self, token: re.Match[str]) -> list[_Piece]:
        if token["open"] or token["flags"]:
            return [self._group(token)]
        if token["bracket"]:
            return [self._one(self._bracket(token["bracket"]))]
        if token["quoted"]:
            text = token["quoted"].removeprefix(r"\Q").removesuffix(r"\E")
            return [self._one(_literal(character)) for character in text]
        if token["property"]:
            return [self._one(token["property"])]
        if token["escape"]:
            return [self._escape(token["escape"][1:])]
        return [self._other(token["other"] or token["posix"])]

    def _group(self, token: re.Match[str]) -> _Piece:
        outside = self.flags
        if token["flags"]:
            self.flags = self.flags.changed(token["on"], (token["off"] or "")[1:])
        inner = self._alternatives()
        self.flags = outside
        return _Piece(f"(?:{inner.text})", inner.loose)

    def _one(self, text: str) -> _Piece:
        """What matches one character, in either case where that was asked for."""
        return _Piece(f"(?i:{text})" if self.flags.i else text)

    def _escape(self, what: str) -> _Piece:
        if what in _ESCAPES:
            return _Piece(_ESCAPES[what])
        if what.lower() in _CLASSES:
            return _Piece(f"[{'^' if what.isupper() else ''}{_CLASSES[what.lower()]}]")
        return self._one(_literal(_character(what)))

    def _other(self, text: str) -> _Piece:
        match text:
            case "^":
                return _Piece(r"(?<![^\n])" if self.flags.m else r"\A")
            case "$":
                return _Piece(r"(?![^\n])" if self.flags.m else _ESCAPES["z"])
            case ".":
                return _Piece(r"[\s\S]" if self.flags.s else r"[^\n]")
        if len(text) > 1:  # `[:name:]` outside of brackets is a set of these characters.
            return self._one(f"[{''.join(map(_literal, text[1:-1]))}]")
        return self._one(_literal(text))

    def _bracket(self, start: str) -> str:
        """A set of characters; the first of them may be a closing bracket."""
        inside = ""
        for token in self._tokens:
            if token["other"] == "]" and inside:
                break
            inside += _inside(token)
        return f"{start}{inside}]"

    def _repeated(self, piece: _Piece, sign: str) -> _Piece:
        """Repeated. Of nested repetitions only those that say nothing new are taken."""
        sign = sign.removesuffix("?") if len(sign) > 1 else sign
        if sign in ("{0}", "{0,0}"):
            return _Piece("")
        if piece.loose and sign not in ("?", "{0,1}", "{1}", "{1,1}"):
            raise Unsupported(
                f"the pattern {self.pattern} repeats what can match in many ways; repeat"
                " something simpler"
            )
        text = piece.text
        if re.fullmatch(r"\((?:\?<?[=!]).*\)|\\A", text, re.DOTALL):
            text = f"(?:{text})"
        return _Piece(f"{text}{sign}", loose=sign not in ("{1}", "{1,1}"))


def _told_apart(branches: list[str]) -> bool:
    """Whether the first character tells which alternative it is."""
    first = [branch[:1] for branch in branches]
    plain = all(character.isalnum() for character in first)
    return len(branches) == 1 or (plain and len(set(first)) == len(first))


def _inside(token: re.Match[str]) -> str:
    """One member of a set of characters."""
    if token["posix"]:
        name = token["posix"].strip("[:]")
        if name.startswith("^"):
            raise Unsupported(f"the pattern has {token['posix']}; write the set the other way")
        return _POSIX[name]
    if token["property"]:
        return token["property"]
    if token["quoted"]:
        return "".join(map(_literal, token["quoted"].removeprefix(r"\Q").removesuffix(r"\E")))
    if token["escape"]:
        what = token["escape"][1:]
        if what.lower() in _CLASSES:
            return (_NEGATED_CLASSES if what.isupper() else _CLASSES)[what.lower()]
        return _literal(_character(what))
    # What has a meaning outside of brackets has none here, but for the minus of a range.
    return "".join(c if c == "-" else _literal(c) for c in token[0])


def _character(what: str) -> str:
    """The character an escape names, without its backslash."""
    if what[0] == "x" and len(what) > 1:
        return chr(int(what[1:].strip("{}"), 16))
    if what[0] in "01234567":
        return chr(int(what, 8))
    return _CONTROL.get(what, what)


def _literal(character: str) -> str:
    """A character as itself, inside and outside of brackets."""
    if character.isalnum() or ord(character) > 127 or character in "_ ":
        return character
    return f"\\x{ord(character):02x}"
