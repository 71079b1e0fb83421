"""Whether what stands beside the records of the APIs tells of a person."""

from typing import Any

import orjson

from persistence.forgetting import Remembered
from persistence.store import Logged
from tmf_apis.privacy.person import Person
from tmf_apis.privacy.redacting import Own


def tells(document: Any, person: Person) -> bool:
    """Whether a document refers to a person, or has a text that tells who it is."""
    return person.is_told_of(document) or person.is_mentioned_in(document)


def is_event_of(event: Logged, own: Own, person: Person) -> bool:
    """Whether an event of the log is about a record of a person, or tells of it."""
    return (event.collection, event.id) in own or _are_of(envelope_of(event.body), person)


def is_answer_of(one: Remembered, person: Person) -> bool:
    """Whether an idempotency key tells of a person, or the answer to its request does."""
    return person.without_texts(one.key) != one.key or _are_of(one.body, person)


def envelope_of(body: bytes) -> bytes:
    """The envelope of an event as the log has it, behind its first line."""
    return body.partition(b"\n")[2]


def _are_of(body: bytes, person: Person) -> bool:
    """Whether bytes of JSON tell of a person; those that show nothing of it are not parsed."""
    return person.may_be_in(body) and tells(orjson.loads(body), person)
