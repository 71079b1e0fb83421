"""The tokens of a JSONPath: the words a text consists of, and a way to read them in order."""

import re
from typing import NamedTuple

from tmf_apis.tmf630.errors import TmfError
from tmf_apis.tmf630.jsonpath.refusals import malformed

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<regex>/(?:[^/\\]|\\.)+/[a-z]*)
    | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<sign>&&|\|\||==|!=|>=|<=|=~|\.\.|[.\[\]()?*,:$!<>])
    | (?P<name>@?[^\W\d][\w@-]*|@)
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One word: its kind, as the groups above name it, or `end`; how it is spelt; and where."""

    kind: str
    text: str
    position: int


class Tokens:
    """The tokens of a text, read from the first to the last; `next` is the one to read.

    Raises `TmfError` (400) for a text with something in it that is no token.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _scanned(text)
        self._place = 0
        self.next = self._tokens[0]

    def take(self) -> Token:
        """Read the next token, whatever it is; raises `TmfError` (400) at the end."""
        token = self.next
        if token.kind == "end":
            raise self.malformed()
        self._place += 1
        self.next = self._tokens[self._place]
        return token

    def accept(self, sign: str) -> bool:
        """Read the next token if it is this sign, and tell whether it was."""
        token = self.next
        if token.text != sign or token.kind != "sign":
            return False
        self._place += 1
        self.next = self._tokens[self._place]
        return True

    def expect(self, sign: str) -> None:
        """Read the next token, which must be this sign; raises `TmfError` (400) if it is not."""
        if not self.accept(sign):
            raise self.malformed()

    def malformed(self, token: Token | None = None) -> TmfError:
        """The refusal of the text for a token that cannot stand where it does, or the next one."""
        return malformed(self._text, (token or self.next).position)


def _scanned(text: str) -> list[Token]:
    tokens = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise malformed(text, position)
        kind = match.lastgroup
        tokens.append(Token(kind, match[kind], match.start(kind)))
        position = match.end()
    tokens.append(Token("end", "", end))
    return tokens
