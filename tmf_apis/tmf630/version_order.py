"""The order of entity versions: numbers as numbers, a pre-release before its release (R-1305).

A version is read as a release of numbers and what is said of it: `2.0-rc.1` is 2, then `rc`, 1.
Words before the first number say nothing: `v3` is 3. What follows the numbers makes a
pre-release if it comes after a hyphen, as Semantic Versioning has it, or is one of the words for
that; and something later than the release if it is `SP1`, `final`, a lone letter, or a build.
"""

import re

from tmf_apis.memory import remembering

_TOKEN = re.compile(r"(?P<number>[0-9]+)|(?P<word>[^\W\d_]+)|(?P<between>[\W\d_])")
#: Words for what comes before a release, and for what does not although a hyphen leads to it.
_BEFORE = re.compile("alpha|beta|cr|dev|draft|ea|m|milestone|pilot|pre|preview|rc|snapshot|test")
_AFTER = re.compile("final|fix|ga|hotfix|p|patch|post|r|rel|release|rev|revision|sp|u|update")
#: Letters that stand for alpha, beta and candidate where a number follows, as in `1.0b2`.
_SHORT = re.compile("[abc]")

#: Kinds of things that may follow, in their order.
_PRE, _RELEASE, _NUMBER = "0", "1", "2"
_A_NUMBER, _A_WORD = "1", "2"


@remembering(1 << 19, each=8)
def rank(version: str) -> str:
    """A text that sorts as the versions do; equal for two spellings of one version.

    It is printable, so that any store keeps and compares it alike.
    """
    tokens = [(match.lastgroup, match[0]) for match in _TOKEN.finditer(version.casefold())]
    numbers, rest = _release(tokens)
    release = "".join(_NUMBER + _counted(number) for number in numbers)
    if not numbers and not rest:
        return ""
    if numbers and not _leads_to_it(rest):
        return release + _RELEASE + _said(rest)
    return release + _PRE + _said(rest)


Token = tuple[str | None, str]


def _release(tokens: list[Token]) -> tuple[list[str], list[Token]]:
    """The numbers of the release without noughts at their end, and the tokens behind them."""
    position = _first_number(tokens)
    if position is None:
        return [], tokens
    numbers: list[str] = []
    while position < len(tokens):
        kind, text = tokens[position]
        following = tokens[position + 1][0] if position + 1 < len(tokens) else None
        if kind == "number":
            numbers.append(text)
        elif kind != "between" or text == "+" or following != "number":
            break
        position += 1
    while numbers and not numbers[-1].strip("0"):
        numbers.pop()
    return numbers or ["0"], tokens[position:]


def _first_number(tokens: list[Token]) -> int | None:
    """Where the release begins; None when a word for a pre-release comes before any number."""
    for position, (kind, text) in enumerate(tokens):
        if kind == "number":
            return position
        if kind == "word" and _BEFORE.fullmatch(text):
            return None
    return None


def _leads_to_it(rest: list[Token]) -> bool:
    """Whether what is said of a release makes it a pre-release."""
    words = [text for kind, text in rest if kind == "word"]
    if not words or rest[0][1] == "+" or _AFTER.fullmatch(words[0]):
        return False
    if rest[0][1] == "-" or _BEFORE.fullmatch(words[0]):
        return True
    return bool(_SHORT.fullmatch(words[0])) and any(kind == "number" for kind, _ in rest)


def _said(rest: list[Token]) -> str:
    """What is said of a release: its words and numbers, a number before a word."""
    return "".join(
        _A_NUMBER + _counted(text) if kind == "number" else f"{_A_WORD}{text} "
        for kind, text in rest
        if kind != "between"
    )


def _counted(digits: str) -> str:
    """Digits that sort as their number, however many there are."""
    digits = digits.lstrip("0")
    return f"{len(digits):07}{digits}"
