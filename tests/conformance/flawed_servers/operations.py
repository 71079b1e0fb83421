"""The operations of a JSON Patch that was asked for, and what their pointers lead to."""

from typing import Any

from tests.conformance.flawed_servers.exchange import Asked
from tests.conformance.flawed_servers.patching import listed
from tests.handlers.facts import Json


def operations_of(asked: Asked) -> list[Json]:
    """The operations of a JSON Patch; none of another request."""
    found = listed(asked)
    whole = isinstance(found, list) and all(isinstance(one, dict) for one in found)
    return found if whole else []


def value_at(document: Any, pointer: str) -> Any:
    """What a pointer leads to, or None."""
    for step in pointer.split("/")[1:]:
        if isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            document = document.get(step) if isinstance(document, dict) else None
    return document
