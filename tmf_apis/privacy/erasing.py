"""What is left of a document when a person is erased."""

from typing import Any

from tmf_apis.privacy.person import ERASED, Person
from tmf_apis.privacy.table import Personal, erasing

Json = dict[str, Any]

#: What a reference says without telling who or what it is to.
_BARE = frozenset({"id", "role", "relationshipType", "version"})


def erased(document: Json, personal: Personal, person: Person) -> Json:
    """A record of a person without what is personal: the person itself is called by the name that
    stands for nobody, others are left as they are.
    """
    kept: Json = {}
    for name, value in document.items():
        if name in personal.needed:
            kept[name] = value
        elif name in erasing().references:
            kept[name] = _referring(value, person, name)
        elif name not in personal.attributes:
            kept[name] = _inner(value, person)
        elif name in personal.mandatory:
            kept[name] = _least(value)
    return {name: without_person(value, person, name) for name, value in kept.items()}


def without_person(value: Any, person: Person, under: str = "") -> Any:
    """A value of JSON, which stands under a name, that tells nothing of a person."""
    if isinstance(value, str):
        if under in erasing().user_names and value in person.names:
            return person.names[value]
        return person.without_texts(value)
    if isinstance(value, list):
        return [without_person(each, person, under) for each in value]
    if not isinstance(value, dict):
        return value
    if person.is_party(value, under):
        return _bare(value) | {"id": person.names[value["id"]]}
    return {name: without_person(each, person, name) for name, each in value.items()}


def _inner(value: Any, person: Person) -> Any:
    """What stands deeper in a record."""
    if isinstance(value, list):
        return [_inner(each, person) for each in value]
    if not isinstance(value, dict):
        return value
    table = erasing()
    return {
        name: _referring(each, person, name) if name in table.references else _inner(each, person)
        for name, each in value.items()
        if name not in table.anywhere
    }


def _referring(value: Any, person: Person, under: str) -> Any:
    """References as they stay: of parties those to the person are bare, of others all."""
    if isinstance(value, list):
        return [_referring(each, person, under) for each in value]
    if not isinstance(value, dict):
        return value
    if "id" not in value:
        return {name: _referring(each, person, name) for name, each in value.items()}
    if under in erasing().party_names:
        return value
    if _is_value(value):
        return _inner(value, person)
    return _bare(value)


def _is_value(value: Json) -> bool:
    """Whether an object says more than a reference does."""
    return any(name not in _BARE | {"name", "href"} and name[:1] != "@" for name in value)


def _bare(value: Json) -> Json:
    """A reference that does not tell what it is to; some files demand a name."""
    kept = {name: each for name, each in value.items() if name in _BARE or name[:1] == "@"}
    return kept | ({"name": ERASED} if "name" in value else {})


def _least(value: Any) -> Any:
    """What stands in the place of a value that has to be there."""
    if isinstance(value, str):
        return ERASED
    if isinstance(value, list):
        return [_least(each) for each in value[:1]]
    if isinstance(value, dict):
        return {
            name: each if name[:1] == "@" or name == "id" else _least(each)
            for name, each in value.items()
        }
    return value
