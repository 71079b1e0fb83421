"""The rules as data: what each one asks, how binding it is, and why some have no check.

The wording and level of a rule are those of the project's rule book, `specs/tmf630.yaml`;
`unchecked.yaml` beside this module gives the reason for each rule that no check verifies, and
`minimum.yaml` the operations that a conformance profile makes mandatory, and `shown.yaml`
attributes that every answer must hold. `two_versions.yaml` has the rules of a server that shows one
record through two versions of an API.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from marshmallow import EXCLUDE, Schema, post_load
from marshmallow import fields as f

from conformance.results import Level
from tmf_apis.catalog import specs_folder

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Requirement:
    """One rule. `unchecked` says why no check verifies it; empty when one should."""

    id: str
    level: Level
    versions: tuple[str, ...]
    text: str
    unchecked: str = ""


class _RuleSchema(Schema):
    """A rule as the rule book writes it."""

    class Meta:
        """What the kit has no use for, such as sources, is passed over."""

        unknown = EXCLUDE

    id = f.String(required=True)
    level = f.Enum(Level, by_value=True, required=True)
    versions = f.List(f.String(), required=True)
    text = f.String(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Requirement:
        data["versions"] = tuple(data["versions"])
        return Requirement(**data)


_Reasons = f.Dict(keys=f.String(), values=f.String(required=True), required=True)
_Proven = f.Dict(keys=f.String(), values=f.Dict(keys=f.String(), values=f.String()), required=True)
_Names = f.Dict(
    keys=f.String(),
    values=f.Dict(keys=f.String(), values=f.List(f.String())),
    required=True,
)


@cache
def requirements() -> Mapping[str, Requirement]:
    """Every rule by id, in the order of the rule book, with the kit's own rules at the end."""
    files = (specs_folder() / "tmf630.yaml", _FOLDER / "own.yaml", _FOLDER / "two_versions.yaml")
    book = [rule for file in files for rule in _read(file)["rules"]]
    reasons: dict[str, str] = _Reasons.deserialize(_read(_FOLDER / "unchecked.yaml"))
    rules: list[Requirement] = _RuleSchema(many=True).load(book)
    found = {
        rule.id: Requirement(
            rule.id,
            rule.level,
            rule.versions,
            " ".join(rule.text.split()),
            reasons.pop(rule.id, ""),
        )
        for rule in rules
    }
    assert not reasons, f"reasons for rules that are not there: {sorted(reasons)}"
    return found


@cache
def minimum() -> Mapping[str, Mapping[str, list[str]]]:
    """The mandatory operations by API (`TMF620 v4`) and resource (R-131 to R-139)."""
    return _names("minimum.yaml")


@cache
def shown() -> Mapping[str, Mapping[str, list[str]]]:
    """Attributes that every answer must hold whatever the file requires, by API and resource."""
    return _names("shown.yaml")


@cache
def proven() -> Mapping[str, Mapping[str, str]]:
    """By check and rule the flawed server that was seen to be caught so."""
    found: dict[str, dict[str, str]] = _Proven.deserialize(_read(_FOLDER / "proven.yaml"))
    return found


def _names(file: str) -> Mapping[str, Mapping[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = _Names.deserialize(_read(_FOLDER / file))
    return found


def _read(path: Path) -> Any:
    return yaml.load(path.read_bytes(), yaml.CSafeLoader)
