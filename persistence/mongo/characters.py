"""Sets of characters as RE2 means them, and how to write them for every engine that may match.

They are written out as ranges: the engines read the classes `\\w`, `[:space:]` or `\\p{Greek}`
each in its own way.
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import re2

from tmf_apis.memory import Memory

Ranges = tuple[tuple[int, int], ...]

_LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
_WORD = "0-9A-Z_-_a-z"
_CLASSES = {"d": "0-9", "w": _WORD, "s": "\t-\n\f-\r - "}
_POSIX = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": "\0-\x7f", "blank": "\t-\t - ",
    "cntrl": "\0-\x1f\x7f-\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": "!-/:-@[-`{-~", "space": "\t-\r - ", "upper": "A-Z", "word": _WORD,
    "xdigit": "0-9A-Fa-f",
}  # fmt: skip
#: Letters beyond ASCII that are the other case of one in it: the long s and the Kelvin sign.
_FOLDED = {"s": 0x17F, "k": 0x212A}


class Characters(NamedTuple):
    """A set of characters: those in ranges, or all others. With `fold` in either case."""

    ranges: Ranges
    negated: bool = False
    fold: bool = False

    @property
    def text(self) -> str:
        """The set as every engine reads it: one unit, which a repetition may follow."""
        if self.fold and any(high > 127 for _, high in self.ranges):
            return f"(?i:{self._text()})"
        return self._replace(ranges=self._least(), fold=False)._text()

    def _text(self) -> str:
        if (single := self._single()) is not None:
            return literal(single)
        ranges, negated = self.ranges, self.negated
        if not self.fold and ranges and ranges[-1][1] == _LAST:
            ranges, negated = complement(ranges), not negated
        stored = list(_storable(ranges))
        if not stored:
            return r"[\s\S]" if negated else r"[^\s\S]"
        if not any(low < 256 <= high for low, high in stored):
            return _bracket(stored, "^" if negated else "")
        # PCRE2 10.47 misreads some ranges that cross 255, but never both of their parts.
        text = f"{_bracket(_cut(stored, 0, 255))}|{_bracket(_cut(stored, 256, _LAST))}"
        return rf"(?:(?!{text})[\s\S])" if negated else f"(?:{text})"

    def _single(self) -> int | None:
        if self.negated or len(self.ranges) != 1 or self.ranges[0][0] != self.ranges[0][1]:
            return None
        character = self.ranges[0][0]
        return None if _SURROGATES[0] <= character <= _SURROGATES[1] else character

    @property
    def most(self) -> Ranges:
        """All that it may match, or more: which letters beyond ASCII fold is not looked up."""
        return complement(self._least()) if self.negated else self._most()

    @property
    def least(self) -> Ranges:
        """What it matches for sure."""
        return complement(self._most()) if self.negated else self._least()

    def _most(self) -> Ranges:
        if not self.fold:
            return self.ranges
        beyond = ((128, _LAST),) if any(high > 127 for _, high in self.ranges) else ()
        return union(folded(self.ranges), beyond, _ascii_of_folded(self.ranges))

    def _least(self) -> Ranges:
        return folded(self.ranges) if self.fold else self.ranges


def one(character: int, *, fold: bool = False) -> Characters:
    """The set of a single character, in either case with `fold`."""
    return Characters(((character, character),), fold=fold)


#: What a dot means with and without the flag `s`.
ANY = Characters((), negated=True)
ANY_OF_LINE = Characters(((10, 10),), negated=True)


def letter_class(name: str, *, fold: bool) -> Ranges:
    r"""What `\d`, `\w`, `\s`, `\D`, `\W` or `\S` means, by its letter."""
    return _perhaps_negated(_spans(_CLASSES[name.lower()]), name.isupper(), fold=fold)


def posix_class(name: str, *, fold: bool) -> Ranges:
    """What `[:name:]` or `[:^name:]` means."""
    return _perhaps_negated(_spans(_POSIX[name.removeprefix("^")]), name[0] == "^", fold=fold)


def looked_up(written: str, *, fold: bool) -> Ranges:
    """What a set means as it is written in RE2, by RE2's own tables of Unicode."""
    return _looked_up[f"(?i){written}+" if fold else f"{written}+"]


def _found(run: str) -> Ranges:
    """The ranges of characters that make up runs."""
    matches = re2.finditer(run, _every())
    return tuple((ord(match[0][0]), ord(match[0][-1])) for match in matches)


#: A range takes so many bytes.
_RANGE = 130
_looked_up: Memory[str, Ranges] = Memory(
    _found, lambda run, ranges: len(run) + _RANGE * len(ranges), 1 << 22
)


@cache
def _every() -> str:
    """Every character, but of the planes beyond 3 only the first and the last ones: what stands
    between those is of one kind.
    """
    spans = [range(_SURROGATES[0]), range(_SURROGATES[1] + 1, 0x40000)]
    for plane in range(0x40000, _LAST, 0x10000):
        spans += [range(plane, plane + 0x1000), range(plane + 0xFFFD, plane + 0x10000)]
    return "".join(chr(character) for span in spans for character in span)


def union(*sets: Iterable[tuple[int, int]]) -> Ranges:
    """The characters of any of the sets, in ranges that do not touch."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(span for each in sets for span in each):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    """All other characters."""
    edges = [-1, *(edge for span in union(ranges) for edge in span), _LAST + 1]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return tuple((low + 1, high - 1) for low, high in gaps if high - low > 1)


def folded(ranges: Ranges) -> Ranges:
    """Those in ASCII in either case as well, with the two letters beyond that belong to them."""
    lower = [(max(low, 65) + 32, min(high, 90) + 32) for low, high in ranges]
    upper = [(max(low, 97) - 32, min(high, 122) - 32) for low, high in ranges]
    cases = union(ranges, (span for span in (*lower, *upper) if span[0] <= span[1]))
    more = [(other, other) for letter, other in _FOLDED.items() if holds(cases, ord(letter))]
    return union(cases, more)


def holds(ranges: Ranges, character: int) -> bool:
    """Whether a character is in a set."""
    return any(low <= character <= high for low, high in ranges)


def apart(some: Ranges, others: Ranges) -> bool:
    """Whether two sets have no character in common."""
    return all(high < low_ or high_ < low for low, high in some for low_, high_ in others)


def within(some: Ranges, others: Ranges) -> bool:
    """Whether a set holds all characters of another, which stands first."""
    return apart(some, complement(others))


def literal(character: int) -> str:
    """A character as itself, inside and outside of brackets."""
    text = chr(character)
    return text if text.isalnum() or character > 127 or text in "_ " else f"\\x{character:02x}"


def _spans(text: str) -> Ranges:
    """The ranges of a text such as `0-9A-Z`."""
    return tuple((ord(text[n]), ord(text[n + 2])) for n in range(0, len(text), 3))


def _perhaps_negated(ranges: Ranges, negated: bool, *, fold: bool) -> Ranges:
    ranges = folded(ranges) if fold else ranges
    return complement(ranges) if negated else ranges


def _ascii_of_folded(ranges: Ranges) -> Ranges:
    letters = [ord(letter) for letter, other in _FOLDED.items() if holds(ranges, other)]
    return tuple(span for n in letters for span in ((n - 32, n - 32), (n, n)))


def _storable(ranges: Ranges) -> Iterable[tuple[int, int]]:
    """Ranges without surrogates, which no text has and no engine takes."""
    first, last = _SURROGATES
    for low, high in ranges:
        if low < first:
            yield low, min(high, first - 1)
        if high > last:
            yield max(low, last + 1), high


def _bracket(ranges: Iterable[tuple[int, int]], sign: str = "") -> str:
    return f"[{sign}{''.join(_written(low, high) for low, high in ranges)}]"


def _cut(ranges: Iterable[tuple[int, int]], first: int, last: int) -> Iterable[tuple[int, int]]:
    """What of some ranges lies between two characters."""
    for low, high in ranges:
        if low <= last and high >= first:
            yield max(low, first), min(high, last)


def _written(low: int, high: int) -> str:
    if high - low < 2:
        return "".join(map(literal, range(low, high + 1)))
    return f"{literal(low)}-{literal(high)}"
