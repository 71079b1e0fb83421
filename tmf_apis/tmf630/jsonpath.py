"""JSONPath as TMF630 Part 6 writes it: parsed into segments whose filters are predicates.

The dialect is wider than RFC 9535 in what TM Forum's examples use (a missing `$`, `@.@type`,
`@size`, paths through lists in comparisons, `=~ /re/i`) and refuses with 501 what cannot be
pushed down into a store: `..`, slices, unions of names, scripts and functions (R-505, D12).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import Shape
from tmf_apis.tmf630.errors import INVALID_JSONPATH, NOT_IMPLEMENTED, TmfError
from tmf_apis.tmf630.paths import MAX_STEPS, BadOperand, compare_literal
from tmf_apis.tmf630.patterns import BadPattern, compiled
from tmf_apis.tmf630.query import (
    ALWAYS,
    All,
    AnyOf,
    Element,
    Not,
    Operator,
    Path,
    Predicate,
    Present,
    Scalar,
    Step,
)

MAX_LENGTH = 4096
MAX_DEPTH = 32
#: Ways through the positions of a path, `a[0,1].b[0,1,2]` having six.
MAX_WAYS = 64


@dataclass(frozen=True, slots=True)
class Member:
    """`.name`: a member of an object, or of each object of a list."""

    name: str
    shape: Shape = Shape.EITHER


@dataclass(frozen=True, slots=True)
class Every:
    """`[*]`: each element of a list."""


@dataclass(frozen=True, slots=True)
class At:
    """`[2]` or `[0,2]`: elements of a list by position from 0."""

    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """`[?(...)]`: the elements of a list that satisfy a predicate."""

    predicate: Predicate


Segment = Member | Every | At | Chosen


def parse(text: str, root: Attribute | None) -> tuple[Segment, ...]:
    """The segments of a JSONPath from a resource of the type `root`.

    Raises `TmfError`: 400 for a malformed path, 501 for a valid one the server cannot run
    (R-507).
    """
    if len(text) > MAX_LENGTH:
        raise TmfError(INVALID_JSONPATH, f"A JSONPath has at most {MAX_LENGTH} characters.")
    return _Parser(text, root).whole()


def selection(text: str, root: Attribute | None) -> Predicate:
    """The predicate of a `filter` parameter: resources in which the path finds something.

    A path that begins with a bracket starts at the collection, any other at a resource
    (R-502, R-503, R-506). Raises as `parse` does.
    """
    segments = list(parse(text, root))
    if segments and isinstance(segments[0], At):
        raise _unsupported("a position in the whole collection")
    if segments and isinstance(segments[0], Every):
        del segments[0]
    if not segments:
        return ALWAYS
    return finds(segments)


def finds(segments: Sequence[Segment]) -> Predicate:
    """The predicate that the segments lead to at least one value."""
    path: tuple[Step, ...] = ()
    for position, segment in enumerate(segments):
        rest = segments[position + 1 :]
        match segment:
            case Member(name, shape):
                path += (Step(name, shape),)
            case At(indexes):
                found = [_below(_indexed(path, index), rest) for index in indexes]
                return found[0] if len(found) == 1 else AnyOf(tuple(found))
            case Chosen(predicate):
                both = All((predicate, finds(rest))) if rest else predicate
                return Element(path, both) if path else both
            case Every():
                pass
    return Present(path) if path else ALWAYS


def _below(path: Path, rest: Sequence[Segment]) -> Predicate:
    return Element(path, finds(rest)) if rest else Present(path)


def _indexed(path: Path, index: int) -> Path:
    if not path or path[-1].index is not None:
        raise _unsupported("a position without an attribute before it")
    return (*path[:-1], Step(path[-1].name, path[-1].shape, index))


def _unsupported(what: str) -> TmfError:
    return TmfError(NOT_IMPLEMENTED, f"This server does not support {what} in a JSONPath.")


_TOKENS = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<regex>/(?:[^/\\]|\\.)+/[a-z]*)
    | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<sign>&&|\|\||==|!=|>=|<=|=~|\.\.|[.\[\]()?*,:$!<>])
    | (?P<name>@?[^\W\d][\w@-]*|@)
    )""",
    re.VERBOSE,
)
_OPERATORS = {
    "==": Operator.EQ,
    "!=": Operator.EQ,
    ">": Operator.GT,
    ">=": Operator.GTE,
    "<": Operator.LT,
    "<=": Operator.LTE,
    "=~": Operator.REGEX,
}
_FLIPPED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}
_WORDS: dict[str, Scalar | None] = {"true": True, "false": False, "null": None}
_ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9a-fA-F]{4})|(?P<character>.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


class _Parser:
    """A recursive descent over the tokens; one method per rule of the grammar."""

    def __init__(self, text: str, root: Attribute | None) -> None:
        self._text = text
        self._tokens = list(self._scan())
        self._next = 0
        self._root = root
        self._depth = 0
        self._ways = 1

    def _scan(self) -> list[_Token]:
        tokens = []
        position, end = 0, len(self._text.rstrip())
        while position < end:
            match = _TOKENS.match(self._text, position)
            if match is None or match.lastgroup is None:
                raise self._malformed(position)
            kind = match.lastgroup
            tokens.append(_Token(kind, match[kind], match.start(kind)))
            position = match.end()
        tokens.append(_Token("end", "", end))
        return tokens

    def whole(self) -> tuple[Segment, ...]:
        self._accept("$")
        segments, _ = self._segments(self._root, may_start_with_name=True)
        if self._peek.kind != "end":
            raise self._malformed()
        return tuple(segments)

    # -- paths

    def _segments(
        self, node: Attribute | None, *, may_start_with_name: bool
    ) -> tuple[list[Segment], Attribute | None]:
        segments: list[Segment] = []
        if may_start_with_name and self._peek.kind == "name":
            node = self._member(segments, node)
        while True:
            if self._accept(".."):
                raise _unsupported("the descent '..'")
            if self._accept("."):
                if self._accept("*"):
                    segments.append(Every())
                elif self._peek.text == "[":
                    continue
                else:
                    node = self._member(segments, node)
            elif self._accept("["):
                node = self._bracket(segments, node)
            else:
                return segments, node
            if len(segments) > MAX_STEPS:
                raise TmfError(INVALID_JSONPATH, f"A path has at most {MAX_STEPS} steps.")

    def _member(self, segments: list[Segment], node: Attribute | None) -> Attribute | None:
        token = self._take()
        if token.kind != "name" or token.text == "@":
            raise self._malformed(token.position)
        if self._peek.text == "(":
            raise _unsupported(f"the function {token.text}()")
        return self._named(token.text, segments, node)

    def _named(
        self, name: str, segments: list[Segment], node: Attribute | None
    ) -> Attribute | None:
        child = node.children.get(name) if node is not None else None
        segments.append(Member(name, child.shape if child is not None else Shape.EITHER))
        return child

    def _bracket(self, segments: list[Segment], node: Attribute | None) -> Attribute | None:
        token = self._take()
        if token.text == "*":
            segments.append(Every())
        elif token.text == "?":
            segments.append(Chosen(self._either(node)))
        elif token.text == ":":
            raise _unsupported("slices")
        elif token.text == "(":
            raise _unsupported("script expressions")
        elif token.kind == "text":
            node = self._named(_string(token.text), segments, node)
        elif token.kind == "number":
            if segments and not isinstance(segments[-1], Member):
                raise _unsupported("a position behind another bracket")
            segments.append(self._positions(token))
        else:
            raise self._malformed(token.position)
        if self._peek.text == ",":
            raise _unsupported("several selectors in one bracket")
        self._expect("]")
        return node

    def _positions(self, token: _Token) -> At:
        indexes = [token]
        while self._accept(","):
            indexes.append(self._take())
        if self._peek.text == ":":
            raise _unsupported("slices")
        for index in indexes:
            if not re.fullmatch(r"-?\d{1,9}", index.text):
                raise self._malformed(index.position)
            if index.text.startswith("-"):
                raise _unsupported("positions counted from the end")
        self._ways *= len(indexes)
        if self._ways > MAX_WAYS:
            raise TmfError(INVALID_JSONPATH, f"Positions give at most {MAX_WAYS} combinations.")
        return At(tuple(int(index.text) for index in indexes))

    # -- predicates

    def _either(self, node: Attribute | None) -> Predicate:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TmfError(INVALID_JSONPATH, f"A filter nests at most {MAX_DEPTH} deep.")
        found = [self._both(node)]
        while self._accept("||"):
            found.append(self._both(node))
        self._depth -= 1
        return found[0] if len(found) == 1 else AnyOf(tuple(found))

    def _both(self, node: Attribute | None) -> Predicate:
        found = [self._single(node)]
        while self._accept("&&"):
            found.append(self._single(node))
        return found[0] if len(found) == 1 else All(tuple(found))

    def _single(self, node: Attribute | None) -> Predicate:
        if self._accept("!"):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise TmfError(INVALID_JSONPATH, f"A filter nests at most {MAX_DEPTH} deep.")
            found = Not(self._single(node))
            self._depth -= 1
            return found
        if self._accept("("):
            inner = self._either(node)
            self._expect(")")
            return inner
        return self._comparison(node)

    def _comparison(self, node: Attribute | None) -> Predicate:
        if self._peek.kind == "name" and self._peek.text.startswith("@"):
            segments, attribute = self._relative(node)
            sign = self._peek.text
            if sign not in _OPERATORS:
                return finds(segments)
            self._take()
            return self._compared(segments, attribute, sign)
        if self._peek.text == "$":
            raise _unsupported("the root '$' inside a filter")
        literal = self._literal()
        sign = self._take().text
        if sign not in _FLIPPED or not self._peek.text.startswith("@"):
            raise self._malformed()
        segments, attribute = self._relative(node)
        return self._against(segments, attribute, _FLIPPED[sign], literal)

    def _relative(self, node: Attribute | None) -> tuple[list[Segment], Attribute | None]:
        """`@.name...`, `@['name']...` or, as the files also print it, `@name...`."""
        token = self._take()
        segments: list[Segment] = []
        if token.text != "@":
            declared = node is not None and token.text in node.children
            node = self._named(token.text if declared else token.text[1:], segments, node)
        more, node = self._segments(node, may_start_with_name=False)
        return segments + more, node

    def _compared(
        self, segments: list[Segment], attribute: Attribute | None, sign: str
    ) -> Predicate:
        if self._peek.text.startswith(("@", "$")):
            raise _unsupported("comparing one attribute with another")
        if sign == "=~":
            return self._matched(segments)
        return self._against(segments, attribute, sign, self._literal())

    def _matched(self, segments: list[Segment]) -> Predicate:
        token = self._take()
        if token.kind == "regex":
            body, _, flags = token.text[1:].rpartition("/")
            if not set(flags) <= set("ims"):
                raise self._malformed(token.position)
            pattern = (f"(?{flags})" if flags else "") + body.replace("\\/", "/")
        elif token.kind == "text":
            pattern = _string(token.text)
        else:
            raise self._malformed(token.position)
        try:
            compiled(pattern)
        except BadPattern as error:
            raise TmfError(INVALID_JSONPATH, f"{token.text}: {error}.") from error
        return self._leaf(segments, None, Operator.REGEX, pattern)

    def _against(
        self,
        segments: list[Segment],
        attribute: Attribute | None,
        sign: str,
        literal: Scalar | None,
    ) -> Predicate:
        if literal is None:
            if sign not in ("==", "!="):
                raise TmfError(INVALID_JSONPATH, "null has no order.")
            present = finds(segments)
            return Not(present) if sign == "==" else present
        found = self._leaf(segments, attribute, _OPERATORS[sign], literal)
        return Not(found) if sign == "!=" else found

    def _leaf(
        self,
        segments: list[Segment],
        attribute: Attribute | None,
        operator: Operator,
        literal: Scalar,
    ) -> Predicate:
        """The comparison at the end of a path; brackets before it pick their elements."""
        path: tuple[Step, ...] = ()
        for position, segment in enumerate(segments):
            rest = segments[position + 1 :]
            match segment:
                case Member(name, shape):
                    path += (Step(name, shape),)
                case At((index,)):
                    path = _indexed(path, index)
                case Chosen(predicate) if path:
                    below = self._leaf(rest, attribute, operator, literal)
                    return Element(path, All((predicate, below)))
                case Every():
                    pass
                case _:
                    raise _unsupported("this path in a comparison")
        try:
            return compare_literal(path, operator, literal, attribute)
        except BadOperand as error:
            raise TmfError(INVALID_JSONPATH, f"{error}.") from error

    def _literal(self) -> Scalar | None:
        token = self._take()
        if token.kind == "text":
            return _string(token.text)
        if token.kind == "number":
            return _number(token.text)
        if token.text in _WORDS:
            return _WORDS[token.text]
        if token.kind == "name" and self._peek.text == "(":
            raise _unsupported(f"the function {token.text}()")
        raise self._malformed(token.position)

    # -- tokens

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._peek
        if token.kind == "end":
            raise self._malformed()
        self._next += 1
        return token

    def _accept(self, sign: str) -> bool:
        found = self._peek.kind == "sign" and self._peek.text == sign
        self._next += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise self._malformed()

    def _malformed(self, position: int | None = None) -> TmfError:
        place = self._peek.position if position is None else position
        return TmfError(
            INVALID_JSONPATH,
            f"Malformed JSONPath at character {place + 1}: {self._text!r}.",
        )


def _string(token: str) -> str:
    """The text of a quoted literal, its escapes resolved as in JSON."""
    text = _ESCAPE.sub(_resolved, token[1:-1])
    try:
        # Halves of a pair that were escaped one by one become one character.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise TmfError(INVALID_JSONPATH, f"{token} holds half a surrogate pair.") from error
    if "\0" in text:
        raise TmfError(INVALID_JSONPATH, f"{token} holds a NUL character.")
    return text


def _resolved(escape: re.Match[str]) -> str:
    if escape["code"]:
        return chr(int(escape["code"], 16))
    character = escape["character"]
    return _ESCAPES.get(character, character)


def _number(token: str) -> Scalar:
    value = float(token)
    whole = int(token) if token.lstrip("-").isdigit() else None
    if value in (float("inf"), float("-inf")):
        raise TmfError(INVALID_JSONPATH, f"{token} is too large a number.")
    return whole if whole is not None and -(2**63) <= whole < 2**63 else value
