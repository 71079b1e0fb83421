"""Patterns at random, in all that RE2 takes, and whether PCRE2 finds what RE2 finds."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

import pcre2

from persistence.errors import Unsupported
from persistence.mongo.patterns import pcre
from tmf_apis.tmf630.patterns import BadPattern, found

#: As mongod compiles: UTF, and classes by ASCII (no UCP).
_FLAGS = pcre2.ASCII
_PLAIN = "abcks5 .-"
_CHARACTERS = 'abckKsS5_- #",:=@{}&~%éÉſ\u212a日😀\x85\u2028\xa0ıİßẞÅ\u212bαι\u0345\n\t'
_ESCAPES = (
    r"\.", r"\x41", r"\x{e9}", r"\141", r"\07", r"\n", r"\t", r"\v", r"\\", r"\-", r"\]", r"\C",
    r"\x{d800}", r"\x{10ffff}", r"\Qa.b\E", r"\Q\E", r"\pL", r"\p{Lu}", r"\P{Greek}", r"\p{Greek}",
    r"\p{^N}", "x{",
)  # fmt: skip
_CLASSES = (r"\d", r"\w", r"\s", r"\D", r"\W", r"\S")
_BETWEEN = ("^", "$", r"\A", r"\z", r"\b", r"\B", "()", "(?:)")
_POSIX = (
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
)  # fmt: skip
_ENDS = "abcdexyzABYZ059!/:_ éÉ日~\x00\x7f\U0010ffff"
_STRANGE = ("^", "-", ".", "$", "[", "&&", "]", "*", "(", r"\^", r"\p{L}", r"\PN", r"\p{Greek}")
_SIGNS = (
    "*", "+", "?", "{2}", "{1,3}", "{2,}", "{0}", "{0,1}", "*?", "+?", "??", "{1,2}?", "{,2}",
    "{1}",
)  # fmt: skip
_GROUPS = ("(", "(?:", "(?i:", "(?s:", "(?m:", "(?P<n>", "(?-i:", "(?ms-i:", "(?s-s:")
_IN_TEXTS = "aaabbbcckKsS5_- \n\t\v.é\x85É日😀ſ\u212aαΑ\u0345ιxA\x00:[]{}\u2028\xa0ıİßẞ\u212bå"


@dataclass
class Patterns:
    """A source of patterns and texts, the same ones for the same seed."""

    random: Random

    def pattern(self, depth: int = 3) -> str:
        branches = self.random.choice((1, 1, 1, 2, 3))
        return "|".join(self._row(depth) for _ in range(branches))

    def text(self) -> str:
        return "".join(self.random.choices(_IN_TEXTS, k=self.random.randint(0, 12)))

    def _row(self, depth: int) -> str:
        return "".join(self._piece(depth) for _ in range(self.random.randint(0, 4)))

    def _piece(self, depth: int) -> str:
        sign = self.random.choice(_SIGNS) if self.random.random() < 0.3 else ""
        return self._atom(depth) + sign

    def _atom(self, depth: int) -> str:
        kinds = {
            "plain": 27, "character": 12, "escape": 6, "class": 12, "dot": 3, "bracket": 12,
            "between": 8, "flags": 4 * (depth > 0), "group": 16 * (depth > 0),
        }  # fmt: skip
        (kind,) = self.random.choices(list(kinds), list(kinds.values()))
        match kind:
            case "plain":
                return self.random.choice(_PLAIN)
            case "character":
                return self.random.choice(_CHARACTERS)
            case "escape":
                return self.random.choice(_ESCAPES)
            case "class":
                return self.random.choice(_CLASSES)
            case "bracket":
                return self._bracket()
            case "between":
                return self.random.choice(_BETWEEN)
            case "flags":
                return f"(?{self.random.choice('imsU')}{self.random.choice(('', '-i', '-s'))})"
            case "group":
                return f"{self.random.choice(_GROUPS)}{self.pattern(depth - 1)})"
        return "."

    def _bracket(self) -> str:
        start = self.random.choice(("", "^")) + self.random.choice(("", "]", "-", ""))
        inside = "".join(self._member() for _ in range(self.random.randint(1, 3)))
        return f"[{start}{inside}]"

    def _member(self) -> str:
        match self.random.randrange(5):
            case 0:
                return self.random.choice(_CHARACTERS)
            case 1:
                return "-".join(sorted(self.random.choices(_ENDS, k=2)))
            case 2:
                return self.random.choice(_CLASSES)
            case 3:
                return f"[:{self.random.choice(('', '^'))}{self.random.choice(_POSIX)}:]"
        return self.random.choice(_STRANGE)


@dataclass
class Outcome:
    """How many patterns were tried, what became of them, and where the two engines differ."""

    counted: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def tried(seed: int, count: int, texts: int) -> Outcome:
    """`count` patterns that RE2 takes, each matched against some texts by RE2 and by PCRE2."""
    source, outcome = Patterns(Random(seed)), Outcome()
    while sum(outcome.counted.values()) < count:
        pattern = source.pattern()
        try:
            found(pattern, "")
            translated = pcre(pattern)
        except BadPattern:
            continue
        except Unsupported:
            outcome.counted["refused"] += 1
            continue
        outcome.counted["translated"] += 1
        outcome.differences += differences(
            pattern, translated, [source.text() for _ in range(texts)]
        )
    return outcome


def differences(pattern: str, translated: str, texts: list[str]) -> list[str]:
    """What PCRE2 says otherwise than RE2 about some texts."""
    try:
        compiled = pcre2.compile(translated, _FLAGS)
        return [
            f"{pattern!a} in {text!a}"
            for text in texts
            if (compiled.search(text) is not None) != found(pattern, text)
        ]
    except (pcre2.PatternError, pcre2.LibraryError) as error:
        return [f"{pattern!a}: {error}"]
