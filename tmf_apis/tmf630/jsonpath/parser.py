"""The grammar of JSONPath: a recursive descent over its tokens (R-504, R-505)."""

import re

from tmf_apis.spec.attributes import Attribute
from tmf_apis.spec.types import Shape
from tmf_apis.tmf630.jsonpath import literals
from tmf_apis.tmf630.jsonpath.meaning import SIGNS, compares, finds
from tmf_apis.tmf630.jsonpath.refusals import invalid, unsupported
from tmf_apis.tmf630.jsonpath.segments import At, Chosen, Every, Member, Segment
from tmf_apis.tmf630.jsonpath.tokens import Token, Tokens
from tmf_apis.tmf630.paths import MAX_STEPS
from tmf_apis.tmf630.query import All, AnyOf, Not, Predicate, Scalar

MAX_LENGTH = 4096
MAX_DEPTH = 32
#: Ways through the positions of a path, `a[0,1].b[0,1,2]` having six.
MAX_WAYS = 64

_INDEX = re.compile(r"-?\d{1,9}")
#: What a sign becomes when its two sides change places.
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}


def parse(text: str, root: Attribute | None) -> tuple[Segment, ...]:
    """The segments of a JSONPath from a resource of the type `root`.

    Raises `TmfError`: 400 for a malformed path, 501 for a valid one the server cannot run
    (R-507).
    """
    if len(text) > MAX_LENGTH:
        raise invalid(f"A JSONPath has at most {MAX_LENGTH} characters.")
    return _Parser(text, root).whole()


class _Parser:
    """One method per rule of the grammar; `node` is the attribute that paths start from."""

    def __init__(self, text: str, root: Attribute | None) -> None:
        self._tokens = Tokens(text)
        self._root = root
        self._depth = 0
        self._ways = 1

    def whole(self) -> tuple[Segment, ...]:
        self._tokens.accept("$")
        segments, _ = self._segments(self._root, may_start_with_name=True)
        if self._tokens.next.kind != "end":
            raise self._tokens.malformed()
        return tuple(segments)

    # -- paths

    def _segments(
        self, node: Attribute | None, *, may_start_with_name: bool
    ) -> tuple[list[Segment], Attribute | None]:
        tokens = self._tokens
        segments: list[Segment] = []
        if may_start_with_name and tokens.next.kind == "name":
            node = self._member(segments, node)
        while True:
            if tokens.accept(".."):
                raise unsupported("the descent '..'")
            if tokens.accept("."):
                if tokens.accept("*"):
                    segments.append(Every())
                elif tokens.next.text == "[":
                    continue
                else:
                    node = self._member(segments, node)
            elif tokens.accept("["):
                node = self._bracket(segments, node)
            else:
                return segments, node
            if len(segments) > MAX_STEPS:
                raise invalid(f"A path has at most {MAX_STEPS} steps.")

    def _member(self, segments: list[Segment], node: Attribute | None) -> Attribute | None:
        token = self._tokens.take()
        if token.kind != "name" or token.text == "@":
            raise self._tokens.malformed(token)
        if self._tokens.next.text == "(":
            raise unsupported(f"the function {token.text}()")
        return _named(token.text, segments, node)

    def _bracket(self, segments: list[Segment], node: Attribute | None) -> Attribute | None:
        token = self._tokens.take()
        if token.text == "*":
            segments.append(Every())
        elif token.text == "?":
            segments.append(Chosen(self._either(node)))
        elif token.text == ":":
            raise unsupported("slices")
        elif token.text == "(":
            raise unsupported("script expressions")
        elif token.kind == "text":
            node = _named(literals.text(token.text), segments, node)
        elif token.kind == "number":
            if segments and not isinstance(segments[-1], Member):
                raise unsupported("a position behind another bracket")
            segments.append(self._positions(token))
        else:
            raise self._tokens.malformed(token)
        if self._tokens.next.text == ",":
            raise unsupported("several selectors in one bracket")
        self._tokens.expect("]")
        return node

    def _positions(self, first: Token) -> At:
        indexes = [first]
        while self._tokens.accept(","):
            indexes.append(self._tokens.take())
        if self._tokens.next.text == ":":
            raise unsupported("slices")
        for index in indexes:
            if not _INDEX.fullmatch(index.text):
                raise self._tokens.malformed(index)
            if index.text.startswith("-"):
                raise unsupported("positions counted from the end")
        self._ways *= len(indexes)
        if self._ways > MAX_WAYS:
            raise invalid(f"Positions give at most {MAX_WAYS} combinations.")
        return At(tuple(int(index.text) for index in indexes))

    # -- predicates

    def _either(self, node: Attribute | None) -> Predicate:
        self._deeper()
        found = [self._both(node)]
        while self._tokens.accept("||"):
            found.append(self._both(node))
        self._depth -= 1
        return found[0] if len(found) == 1 else AnyOf(tuple(found))

    def _both(self, node: Attribute | None) -> Predicate:
        found = [self._single(node)]
        while self._tokens.accept("&&"):
            found.append(self._single(node))
        return found[0] if len(found) == 1 else All(tuple(found))

    def _single(self, node: Attribute | None) -> Predicate:
        if self._tokens.accept("!"):
            self._deeper()
            found = Not(self._single(node))
            self._depth -= 1
            return found
        if self._tokens.accept("("):
            inner = self._either(node)
            self._tokens.expect(")")
            return inner
        return self._comparison(node)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise invalid(f"A filter nests at most {MAX_DEPTH} deep.")

    def _comparison(self, node: Attribute | None) -> Predicate:
        tokens = self._tokens
        if tokens.next.kind == "name" and tokens.next.text.startswith("@"):
            segments, attribute = self._relative(node)
            sign = tokens.next.text
            if sign not in SIGNS:
                return finds(segments)
            tokens.take()
            return self._compared(segments, attribute, sign)
        if tokens.next.text == "$":
            raise unsupported("the root '$' inside a filter")
        literal = self._literal()
        sign = tokens.take().text
        if sign not in _TURNED or not tokens.next.text.startswith("@"):
            raise tokens.malformed()
        segments, attribute = self._relative(node)
        return compares(segments, attribute, _TURNED[sign], literal)

    def _relative(self, node: Attribute | None) -> tuple[list[Segment], Attribute | None]:
        """`@.name...`, `@['name']...` or, as the files also print it, `@name...`."""
        token = self._tokens.take()
        segments: list[Segment] = []
        if token.text != "@":
            declared = node is not None and token.text in node.children
            node = _named(token.text if declared else token.text[1:], segments, node)
        more, node = self._segments(node, may_start_with_name=False)
        return segments + more, node

    def _compared(
        self, segments: list[Segment], attribute: Attribute | None, sign: str
    ) -> Predicate:
        if self._tokens.next.text.startswith(("@", "$")):
            raise unsupported("comparing one attribute with another")
        if sign == "=~":
            # Patterns look for texts, whatever the attribute is declared to be.
            return compares(segments, None, sign, self._pattern())
        return compares(segments, attribute, sign, self._literal())

    def _pattern(self) -> str:
        token = self._tokens.take()
        found = literals.pattern(token)
        if found is None:
            raise self._tokens.malformed(token)
        return found

    def _literal(self) -> Scalar | None:
        token = self._tokens.take()
        if token.kind == "text":
            return literals.text(token.text)
        if token.kind == "number":
            return literals.number(token.text)
        if token.text in literals.WORDS:
            return literals.WORDS[token.text]
        if token.kind == "name" and self._tokens.next.text == "(":
            raise unsupported(f"the function {token.text}()")
        raise self._tokens.malformed(token)


def _named(name: str, segments: list[Segment], node: Attribute | None) -> Attribute | None:
    """Go on to a member of `node`; gives the attribute that it is."""
    child = node.children.get(name) if node is not None else None
    segments.append(Member(name, child.shape if child is not None else Shape.EITHER))
    return child
