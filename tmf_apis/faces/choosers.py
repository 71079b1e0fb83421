"""How the class of an object is found where it is computed: characteristics, media, parties."""

from collections.abc import Collection, Mapping
from typing import Any

from tmf_apis.faces.choice import Chooser
from tmf_apis.faces.plan import Json
from tmf_apis.faces.table import Medium, Parties, loosely

_NUMBERS = frozenset({"number", "decimal", "double"})


def characteristic(keys: Collection[str], base: str) -> Chooser:
    """The class of a characteristic by the JSON type of its value (V-41)."""

    def choose(found: Json) -> str:
        said = found.get("valueType")
        said = said.lower() if said.__class__ is str else ""
        key = _word(found.get("value"), said, f"Float{base}" in keys) + base
        return key if key in keys else base

    return choose


def _word(value: Any, said: str, floats: bool) -> str:
    """What the class is called before its base name; empty for the base class itself."""
    kind = value.__class__
    if kind is str:
        return "String"
    if kind is bool:
        return "Boolean"
    if kind is int:
        if said == "float" and floats:
            return "Float"
        return "Number" if said in _NUMBERS else "Integer"
    if kind is float:
        return "Float" if said == "float" and floats else "Number"
    if kind is dict:
        return "Object"
    return _list_word(value, said, floats) if kind is list else ""


def _list_word(values: list[Any], said: str, floats: bool) -> str:
    if not values:
        return "StringArray"
    words = {_word(value, said, floats) for value in values}
    if words == {"Integer", "Number"}:
        words = {"Number"}
    word = words.pop()
    return f"{word}Array" if not words and word and not word.endswith("Array") else ""


def medium(media: Mapping[str, Medium], base: str) -> Chooser:
    """The class of a contact medium by the word for it, else by what it holds (V-42)."""
    words = {word: name for name, medium in media.items() for word in medium.read}
    betrayed = {attribute: name for name, medium in media.items() for attribute in medium.by}

    def choose(found: Json) -> str:
        said = found.get("mediumType")
        named = words.get(loosely(said)) if said.__class__ is str else None
        if named is not None:
            return named
        inside = found.get("characteristic")
        holds = inside if inside.__class__ is dict else {}
        return next((name for attribute, name in betrayed.items() if attribute in holds), base)

    return choose


def party(parties: Parties) -> Chooser:
    """The class of a reference to a party by what it says it refers to (V-20)."""

    def choose(found: Json) -> str:
        said = found.get("@referredType")
        is_party = said.__class__ is not str or loosely(said) in parties.names
        return parties.party if is_party else parties.role

    return choose
