"""What is wrong with a document, and where: so much of it as is told, found in bounded work.

The compiled validators say quickly whether a document fits. Asked why it does not, they gather
every error with those of all alternatives inside each other, ten times as many with every level
that nests. Here each schema looks at a value once, and no further than anybody is told.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import jsonschema_rs
from jsonpointer import unescape

from tmf_apis.nearness import misspelt
from tmf_apis.schema.wording import MASK, pointer, words

Schema = dict[str, Any]

#: Faults of one value by one schema: as many as are told.
ENOUGH = 5
#: Looks of a schema at a value, in all; they take some tens of milliseconds.
MOST_LOOKS = 10_000
#: Of longer lists, those elements are found first that do not fit, so many at once.
_SHORT, _AT_ONCE = 16, 1_000
#: Keywords whose errors say all there is to say.
_PLAIN = frozenset({
    "type", "required", "enum", "const", "minLength", "maxLength", "pattern", "minItems",
    "maxItems", "uniqueItems", "minProperties", "maxProperties", "multipleOf", "minimum",
    "maximum", "exclusiveMinimum", "exclusiveMaximum", "format",
})  # fmt: skip
_SHARED, _DRAFT = ("definitions", "$defs"), ("$schema",)
_CHOICE = frozenset({"if", "then", "else"})
_UNKNOWN = "does not fit its schema"


class Fault(NamedTuple):
    """Something that is wrong, and where: the steps that lead there."""

    path: tuple[str | int, ...]
    words: str


#: Whether an attribute of a document may be absent.
Excuse = Callable[[str], bool]


def _no_excuse(name: str) -> bool:
    return False


class Explainer:
    """Finds what is wrong with documents by a JSON Schema whose references are local."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._compiled: dict[tuple[int, str], jsonschema_rs.Validator] = {}

    def faults(
        self, document: Any, excused: Excuse = _no_excuse, *, inside: bool = True
    ) -> list[Fault]:
        """The first faults of a document; none for lacking an attribute that is `excused`, and of
        the values of its attributes only if it is to be looked `inside`.

        Of one that has too much to look at, no more than that may be found.
        """
        search = _Search(self, document, excused, inside=inside)
        found: list[Fault] = []
        try:
            for fault in search.look(self._schema, document):
                if fault not in found:
                    found.append(fault)
                if len(found) == ENOUGH:
                    break
        except (_Spent, RecursionError):
            found = found or [Fault((), f"{_UNKNOWN}, in more ways than are looked at")]
        return found

    def target(self, reference: str) -> Any:
        """The schema that a local reference names; None for any other."""
        root, *steps = reference.split("/")
        found: Any = self._schema if root == "#" else None
        for step in steps:
            name = unescape(step)
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def plain(self, schema: Schema) -> jsonschema_rs.Validator:
        """What checks the keywords of a schema that look at a value from outside."""
        own = {word: schema[word] for word in schema if word in _PLAIN}
        if schema.get("additionalProperties") is False:
            own["additionalProperties"] = False
            own["properties"] = dict.fromkeys(schema.get("properties", ()), True)
            own["patternProperties"] = dict.fromkeys(schema.get("patternProperties", ()), True)
        return self._validator(schema, "", own)

    def elements(self, schema: Schema) -> jsonschema_rs.Validator:
        """What checks lists by that which a schema asks of their elements."""
        known: Schema = {w: self._schema[w] for w in _SHARED if w in self._schema}
        return self._validator(schema, "items", {**known, "items": schema["items"]})

    def _validator(self, schema: Schema, word: str, own: Schema) -> jsonschema_rs.Validator:
        key = (id(schema), word)
        if key not in self._compiled:
            draft: Schema = {w: self._schema[w] for w in _DRAFT if w in self._schema}
            self._compiled[key] = jsonschema_rs.validator_for(
                {**draft, **own}, validate_formats=True, offline=True, mask=MASK
            )
        return self._compiled[key]


def described(faults: Sequence[Fault]) -> str:
    """Faults as a sentence: the JSON pointer of each, and what was expected there."""
    faults = faults or [Fault((), _UNKNOWN)]
    texts = dict.fromkeys(f"{pointer(fault.path)}: {fault.words}" for fault in faults)
    return "; ".join(texts) + "."


class _Spent(Exception):
    """There is more to look at than is looked at."""


class _Search:
    """One search for the faults of a document."""

    def __init__(
        self, explainer: Explainer, document: Any, excused: Excuse, *, inside: bool
    ) -> None:
        self._explainer = explainer
        self._document = document
        self._excused = excused
        self._inside = inside
        self._looks = 0
        #: What each schema found wrong with a value, seen from there.
        self._found: dict[tuple[int, int], list[Fault]] = {}

    def _at(self, schema: Any, value: Any) -> list[Fault]:
        """The first faults of a value by a schema, looked for once."""
        while isinstance(schema, dict) and schema.keys() == {"$ref"}:
            schema = self._explainer.target(schema["$ref"])
        key = (id(schema), id(value))
        if key not in self._found:
            self._found[key] = []
            self._found[key] = list(islice(self.look(schema, value), ENOUGH))
        return self._found[key]

    def look(self, schema: Any, value: Any) -> Iterator[Fault]:
        """The faults of a value by a schema. Raises `_Spent`."""
        self._looks += 1
        if self._looks > MOST_LOOKS:
            raise _Spent
        if schema is False:
            yield Fault((), "nothing may be here")
        if not isinstance(schema, dict):
            return
        yield from self._outside(schema, value)
        if "$ref" in schema:
            yield from self._at(self._explainer.target(schema["$ref"]), value)
        for part in schema.get("allOf", ()):
            yield from self._at(part, value)
        for word in ("anyOf", "oneOf"):
            if word in schema:
                yield from self._closest(schema[word], value)
        yield from self._chosen(schema, value)
        if value is not self._document or self._inside:
            if isinstance(value, dict):
                yield from self._attributes(schema, value)
            elif isinstance(value, list) and isinstance(schema.get("items"), dict):
                yield from self._elements(schema, value)

    def _outside(self, schema: Schema, value: Any) -> Iterator[Fault]:
        plain = self._explainer.plain(schema)
        if plain.is_valid(value):
            return
        for error in plain.iter_errors(_hollow(value)):
            missing = getattr(error.kind, "property", None)
            if missing is None or value is not self._document or not self._excused(missing):
                slip = misspelt(missing, value, self._declared(schema)) if missing else ""
                yield Fault((), words(error, value) + slip)

    def _declared(self, schema: Any) -> set[str]:
        """The attributes that a schema names, with those of which it is put together."""
        found: set[str] = set()
        whole, seen = [schema], set[int]()
        for part in whole:
            if isinstance(part, dict) and id(part) not in seen:
                seen.add(id(part))
                found.update(part.get("properties", ()))
                whole += [*part.get("allOf", ()), self._explainer.target(part.get("$ref", ""))]
        return found

    def _closest(self, alternatives: Sequence[Any], value: Any) -> Iterator[Fault]:
        """Of alternatives, the fault of the one that got furthest: most likely that was meant."""
        tried = []
        for alternative in alternatives:
            found = self._at(alternative, value)
            if not found:
                return
            tried.append(found)
        if tried:
            yield min(tried, key=lambda found: (len(found), -max(len(f.path) for f in found)))[0]

    def _chosen(self, schema: Schema, value: Any) -> Iterator[Fault]:
        """The faults by what `if` chooses; long chains of choices are followed in a loop."""
        while "if" in schema:
            schema = schema.get("else" if self._at(schema["if"], value) else "then", {})
            if not isinstance(schema, dict) or not schema.keys() <= _CHOICE:
                yield from self._at(schema, value)
                return

    def _attributes(self, schema: Schema, value: dict[str, Any]) -> Iterator[Fault]:
        declared = schema.get("properties", {})
        others = schema.get("additionalProperties")
        for name, inner in value.items():
            if name in declared:
                yield from _below(name, self._at(declared[name], inner))
            elif isinstance(others, dict):
                yield from _below(name, self._at(others, inner))

    def _elements(self, schema: Schema, value: list[Any]) -> Iterator[Fault]:
        for place in range(len(value)) if len(value) <= _SHORT else self._unfit(schema, value):
            yield from _below(place, self._at(schema["items"], value[place]))

    def _unfit(self, schema: Schema, value: list[Any]) -> Iterator[int]:
        """The places of the elements of a list that do not fit."""
        validator = self._explainer.elements(schema)
        for start in range(0, len(value), _AT_ONCE):
            some = value[start : start + _AT_ONCE]
            if not validator.is_valid(some):
                for place, element in enumerate(some, start):
                    if not validator.is_valid([element]):
                        yield place


def _below(step: str | int, faults: Sequence[Fault]) -> Iterator[Fault]:
    """Faults as they are seen from above."""
    for fault in faults:
        yield Fault((step, *fault.path), fault.words)


def _hollow(value: Any) -> Any:
    """A value without what is inside it, which an error would copy."""
    if isinstance(value, dict):
        return dict.fromkeys(value)
    return [None] * len(value) if isinstance(value, list) else value
