"""How long what is kept: rules by kind and state from a file, and which records are over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as f

from tmf_apis.given_files import GivenFileError, faults, read_file
from tmf_apis.tmf630.instants import microseconds

#: Microseconds of a day.
DAY = 24 * 3600 * 1_000_000


class RetentionError(ValueError):
    """A file of rules that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Records of a resource, of some states or of any, go after so many days: since the instant in
    an attribute, or without one since they were last changed.
    """

    api: str
    resource: str
    days: int
    states: tuple[str, ...] = ()
    since: str = ""

    def __str__(self) -> str:
        states = f" ({', '.join(self.states)})" if self.states else ""
        return f"{self.api} {self.resource}{states} after {self.days} days"

    def is_over(self, document: Mapping[str, Any], modified: int, now: int) -> bool:
        """Whether a record goes; times are microseconds since 1970. One without the instant that
        its rule asks for stays.
        """
        began: int | None = modified
        if self.since:
            told = document.get(self.since)
            began = microseconds(told) if isinstance(told, str) else None
        return began is not None and began + self.days * DAY <= now


class _Entry(Schema):
    api = f.String(required=True)
    resource = f.String(required=True)
    days = f.Integer(required=True, strict=True, validate=validate.Range(1))
    states = f.List(f.String(), load_default=(), validate=validate.Length(min=1))
    since = f.String(load_default="")


def read_retention(path: Path) -> tuple[Rule, ...]:
    """The rules of a file. Raises `RetentionError`."""
    try:
        entries = _Entry(many=True).load(read_file(path))
    except GivenFileError as error:
        raise RetentionError(str(error)) from error
    except ValidationError as error:
        said = faults(error.messages)
        raise RetentionError(f"{path}: not a list of rules of retention: {said}") from error
    return tuple(Rule(**{**entry, "states": tuple(entry["states"])}) for entry in entries)


def digest(rules: Sequence[Rule]) -> str:
    """What stands for some rules: others have another."""
    return sha256(repr(rules).encode()).hexdigest()[:32]
