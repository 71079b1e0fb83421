"""What a server does about references to what it serves itself: a word for all, or a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as f

from tmf_apis.given_files import GivenFileError, faults, read_file


class ReferencesError(ValueError):
    """A file of policies that cannot be used; the text says where and why."""


class Policy(StrEnum):
    """What is done about a reference: nothing, a hint where it leads nowhere, or a refusal."""

    OFF = "off"
    WARN = "warn"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class Special:
    """The policy for one reference of one resource, wherever its path ends with these names."""

    api: str
    versions: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]
    policy: Policy

    def __str__(self) -> str:
        return f"{self.api} {self.resource}.{'.'.join(self.reference)}"

    def concerns(self, api: str, version: str, resource: str) -> bool:
        """Whether it is about a reference of that resource; `version` is v4 or v5."""
        return (self.api, self.resource) == (api, resource) and version in self.versions


@dataclass(frozen=True, slots=True)
class Policies:
    """The policy for all references, and those for some of them, the longest path first."""

    default: Policy = Policy.OFF
    special: tuple[Special, ...] = ()

    @property
    def off(self) -> bool:
        """Whether nobody cares about any reference."""
        return self.default is Policy.OFF and all(s.policy is Policy.OFF for s in self.special)

    def about(self, api: str, version: str, resource: str) -> "Policies":
        """Those for the references of one resource."""
        special = tuple(s for s in self.special if s.concerns(api, version, resource))
        return Policies(self.default, special)

    def of(self, names: Sequence[str]) -> Policy:
        """The policy for the reference at a path of names."""
        for special in self.special:
            if tuple(names[-len(special.reference) :]) == special.reference:
                return special.policy
        return self.default


class _Policy(f.Field[Policy]):
    """A policy; YAML reads a bare `off` as false."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> Policy:
        try:
            return Policy.OFF if value is False else Policy(value)
        except ValueError as error:
            raise ValidationError(f"use {', '.join(Policy)}") from error


class _Special(Schema):
    api = f.String(required=True)
    resource = f.String(required=True)
    reference = f.String(required=True, validate=validate.Length(min=1))
    versions = f.List(f.String(), load_default=("v4", "v5"))
    policy = _Policy(required=True)


class _File(Schema):
    default = _Policy(load_default=Policy.OFF)
    references = f.List(f.Nested(_Special), load_default=())


def read_policies(given: str) -> Policies:
    """The policies of a setting: one word for all, or the path of a file.

    Raises `ReferencesError`.
    """
    if given in list(Policy):
        return Policies(Policy(given))
    path = Path(given)
    try:
        content = _File().load(read_file(path))
    except GivenFileError as error:
        raise ReferencesError(str(error)) from error
    except ValidationError as error:
        raise ReferencesError(
            f"{path}: not policies for references: {faults(error.messages)}"
        ) from error
    special = [
        Special(
            entry["api"],
            tuple(entry["versions"]),
            entry["resource"],
            tuple(entry["reference"].split(".")),
            entry["policy"],
        )
        for entry in content["references"]
    ]
    special.sort(key=lambda s: -len(s.reference))
    return Policies(content["default"], tuple(special))
