"""Resources invented from the schemas of a version: any attribute, nested values, odd texts."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.faces.pairs import Json, Pair
from tmf_apis.faces.classes import Classes, Position, Schema
from tmf_apis.rules.lookup import open_enumerations
from tmf_apis.schema.normalise import opened
from tmf_apis.spec.attributes import referred
from tmf_apis.spec.references import plain_name

_TEXTS = (
    "a", "b", "Party", "individual", "Customer", "unknown", "", " ", "é∂", "CRITICAL",
    "Equipment Alarm", "completed", "Yet to reach", "excludes", "externalId", "active",
    "suspended", "integer", "float", "Email", "mobile phone", "reserved", "standby", "raised",
    "v/1/x/7", "http://h/alarm/9/",
)  # fmt: skip
_DATES = ("2026-01-02T03:04:05Z", "2025-12-31T23:59:59.5+01:00")
_ANY = (
    1,
    2.5,
    0,
    "x",
    "",
    True,
    None,
    [],
    [1, 2],
    ["a"],
    [True, 1],
    [1, 2.5],
    [[1]],
    {"a": 1},
    [{}],
    {},
)
#: Names that only one version declares, or that mean something else there.
_EXTENSIONS = ("x-own", "type", "role", "place", "policy", "externalId", "city", "name", "intent")
_OWN_CLASS = "OwnClassOfAClient"
_DEEPEST = 5


def resources(pair: Pair, side: int) -> st.SearchStrategy[Json]:
    """Valid resources of one version.

    Each is made of a seed: more draws than these have confuse Hypothesis. A function makes it and
    not a `partial`, which Hypothesis prints with the classes in it.
    """
    classes = classes_of(pair, side)

    def made(seed: int) -> Json:
        return invented(pair, side, classes, Random(seed))

    return st.integers(0, 2**32).map(made).filter(lambda it: not pair.unwritable(side, it))


def classes_of(pair: Pair, side: int) -> Classes:
    """The classes of one version, as they are checked."""
    api = pair.apis[side]
    return Classes(opened(api.schemas, open_enumerations(api)))


def invented(pair: Pair, side: int, classes: Classes, random: Random) -> Json:
    """One resource of a version, most likely a valid one."""
    name, mandatory = plain_name(pair.specs[side].schema), frozenset(pair.specs[side].mandatory)
    return {"id": "42", **Inventing(random, classes).of_class(name, 0, mandatory)}


class Inventing:
    """Makes objects of the classes of a file."""

    def __init__(self, random: Random, classes: Classes) -> None:
        self._random, self._classes = random, classes

    def of_class(self, name: str, depth: int, needed: frozenset[str] = frozenset()) -> Json:
        """An object of a class, or of one below it, with the attributes that are needed."""
        below = self._classes.below(name)
        key = self._random.choice([*below, name]) if below else name
        found = self._classes.get(below.get(key, name))
        # What a create asks for, no record is without.
        needed |= found.required | self._classes.get(f"{found.name}_FVO").required
        made: Json = {}
        if "@type" in found.attributes and (key != name or self._random.random() < 0.5):
            made["@type"] = key
        if self._random.random() < 0.03:
            made["@type"] = _OWN_CLASS
        if "@type" in found.required:
            made.setdefault("@type", key)
        share = 0.6 if depth == 0 else 0.35
        for attribute, declared in found.attributes.items():
            must = attribute in needed
            if attribute != "@type" and (must or self._random.random() < share):
                position = self._classes.position(declared)
                if must or position.of is None or depth < _DEEPEST:
                    made[attribute] = self._value(declared, position, depth + 1, must)
        for attribute in sorted((needed & found.required) - made.keys()):
            made[attribute] = "7"
        if "id" in made and self._classes.is_choice(name) and self._random.random() < 0.3:
            # A class that nobody knows may say of a value what it likes, and so may its parts.
            own = made.get("@type") == _OWN_CLASS
            spoiled = {n: self._spoiled(v) for n, v in made.items() if n not in ("id", "@type")}
            made |= {n: v for n, v in spoiled.items() if own or isinstance(v, list | dict)}
        if self._random.random() < 0.1:
            extension = self._random.choice(_EXTENSIONS)
            if extension not in found.attributes:
                made[extension] = self._random.choice(_ANY)
        return made

    def _spoiled(self, part: Any) -> Any:
        """A part with a wrong value now and then: where an id stands for a value, nobody looks at
        its parts.
        """
        if isinstance(part, list):
            return [self._spoiled(each) for each in part]
        if not isinstance(part, dict):
            return self._random.choice(_ANY) if self._random.random() < 0.1 else part
        return {name: self._spoiled(value) for name, value in part.items()}

    def _value(self, declared: Schema, position: Position, depth: int, needed: bool) -> Any:
        if position.of is not None:
            if not position.many:
                return self.of_class(position.of, depth)
            count = self._random.choice((1, 1, 2, 3) if needed else (0, 1, 2, 2, 3))
            made = [self.of_class(position.of, depth) for _ in range(count)]
            return made + made[:1] if self._random.random() < 0.1 else made
        return self._scalar(declared, needed)

    def _scalar(self, schema: Schema, needed: bool) -> Any:
        while name := referred(schema):
            schema = self._classes.schemas[name]
        kind, choose = schema.get("type"), self._random.choice
        if "enum" in schema:
            return choose(schema["enum"])
        if kind == "array":
            count = choose((1, 2)) if needed else choose((0, 1, 2))
            return [self._scalar(schema.get("items", {}), needed) for _ in range(count)]
        if kind == "string":
            if schema.get("format") in ("date-time", "date"):
                return choose(_DATES)
            return choose(_TEXTS[:6]) if needed else choose(_TEXTS)
        return {
            "integer": lambda: choose((0, 1, 7, 40)),
            "number": lambda: choose((0, 1, 2.5, 12.0)),
            "boolean": lambda: choose((True, False)),
            "object": lambda: choose(({}, {"a": 1}, {"a": {"b": "c"}})),
        }.get(str(kind), lambda: choose([v for v in _ANY if not needed or v not in ("", None)]))()
