"""Whether what stands beside the records of the APIs tells of a person."""

from collections.abc import Set
from typing import Any

import orjson

from persistence.forgetting import Remembered
from persistence.store import Kept, Logged
from tmf_apis.privacy.person import Person

#: Records of a person: the collection of each, and its id.
Own = Set[tuple[str, str]]


def mentions(value: Any, person: Person) -> bool:
    """Whether a value of JSON has a text that tells who a person is, at any depth."""
    if isinstance(value, str):
        return person.without_texts(value) != value
    if isinstance(value, list):
        return any(mentions(each, person) for each in value)
    return isinstance(value, dict) and any(mentions(each, person) for each in value.values())


def is_event_of(event: Logged, own: Own, person: Person) -> bool:
    """Whether an event of the log is about a record of a person, or tells of it."""
    if (event.collection, event.id) in own:
        return True
    if person.hint.search(event.body) is None:
        return False
    envelope = orjson.loads(envelope_of(event.body))
    return person.is_told_of(envelope) or mentions(envelope, person)


def is_answer_of(one: Remembered, person: Person) -> bool:
    """Whether an idempotency key tells of a person, or the answer to its request does."""
    if person.without_texts(one.key) != one.key:
        return True
    if person.hint.search(one.body) is None:
        return False
    document = orjson.loads(one.body)
    return person.is_told_of(document) or mentions(document, person)


def envelope_of(body: bytes) -> bytes:
    """The envelope of an event as the log has it, behind its first line."""
    return body.partition(b"\n")[2]


def is_about(kept: Kept, document: Any, own: Own, person: Person) -> bool:
    """Whether what is kept beside is for a record of a person, or tells of the person."""
    if kept.id in {id for _, id in own}:
        return True
    if (document.get("collection"), document.get("resource")) in own:
        return True
    return person.is_told_of(document) or mentions(document, person)
