"""A person as a store knows it: its ids and accounts, and the texts that tell who it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from tmf_apis.privacy.table import erasing

Json = dict[str, Any]

#: What stands in the place of a text that told who a person is.
ERASED = "erased"


@dataclass(frozen=True)
class Person:
    """`names` are its ids, as a party and in its roles, each with what is to stand in its place;
    `texts` tell by themselves who it is, and those that are `common` do where it is known to be
    about the person, for others have them as well.
    """

    names: Mapping[str, str]
    accounts: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()

    @cached_property
    def close(self) -> "Person":
        """The person as it is looked for where it is known to be told of."""
        return Person(self.names, self.accounts, self.texts | self.common)

    def is_told_of(self, value: Any, under: str = "") -> bool:
        """Whether a value of JSON, which stands under a name, refers to the person or to one of its
        accounts, at any depth.
        """
        if isinstance(value, list):
            return any(self.is_told_of(each, under) for each in value)
        if not isinstance(value, dict):
            return isinstance(value, str) and under in erasing().user_names and value in self.names
        if self.is_party(value, under):
            return True
        if under in erasing().account_names and value.get("id") in self.accounts:
            return True
        return any(self.is_told_of(each, name) for name, each in value.items())

    def is_party(self, value: Json, under: str) -> bool:
        """Whether an object is a reference to the person."""
        table = erasing()
        id, kinds = value.get("id"), (value.get("@referredType"), value.get("@type"))
        named = under in table.party_names
        return isinstance(id, str) and id in self.names and (
            named or any(isinstance(kind, str) and kind in table.party_classes for kind in kinds)
        )  # fmt: skip

    def is_mentioned_in(self, value: Any) -> bool:
        """Whether a value of JSON has a text that tells who the person is, at any depth."""
        return any(self.without_texts(text) != text for _, text in _leaves(value, ""))

    def without_texts(self, text: str) -> str:
        """A text without what tells who the person is."""
        return self._pattern.sub(lambda found: self.names.get(found[0], ERASED), text)

    def may_be_in(self, body: bytes) -> bool:
        """Whether bytes of JSON may tell of the person, as all that do and a few others."""
        return self._hint.search(body.decode()) is not None

    @cached_property
    def _hint(self) -> re.Pattern[str]:
        ids = [orjson.dumps(id).decode() for id in (*self.names, *self.accounts)]
        texts = [orjson.dumps(text)[1:-1].decode() for text in self._looked_for]
        # Of text and not of bytes, whose case is told of ASCII alone.
        return re.compile("|".join(map(re.escape, [*ids, *texts])), re.IGNORECASE)

    @cached_property
    def _looked_for(self) -> tuple[str, ...]:
        """What is looked for in texts, the longest first: ids as well, if they are no mere words or
        numbers.
        """
        ids = {id for id in self.names if len(id) > _PLAIN and not id.isalnum()}
        return tuple(sorted({*self.texts, *ids}, key=len, reverse=True))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        if not self._looked_for:
            return re.compile(r"(?!)")
        found = "|".join(map(re.escape, self._looked_for))
        return re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)


#: Characters of an id that may be a number, or a word, of something else.
_PLAIN = 5


def texts_of(document: Json) -> Iterator[str]:
    """The texts of a person's own resource that tell by themselves who it is."""
    table = erasing()
    named = [document[name] for name in table.parts if isinstance(document.get(name), str)]
    if len(named) == len(table.parts):
        yield " ".join(named)
    told = [document[name] for name in table.called if isinstance(document.get(name), str)]
    told += [text for name, text in _leaves(document, "") if name in table.telling]
    yield from (text for text in told if len(text) >= table.shortest)


def name_beside(value: Any, person: Person, under: str = "") -> Iterator[str]:
    """The names that stand in references to a person."""
    if isinstance(value, list):
        for each in value:
            yield from name_beside(each, person, under)
    elif isinstance(value, dict):
        name = value.get("name")
        told = isinstance(name, str) and len(name) >= erasing().shortest
        if told and person.is_party(value, under):
            yield value["name"]
        for inner, each in value.items():
            yield from name_beside(each, person, inner)


def _leaves(value: Any, under: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield under, value
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, under)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, name)
