"""The tables of `specs/faces`: which attribute of one version is which of the other."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as f

from tmf_apis.catalog import specs_folder
from tmf_apis.faces.table import ClassEntry, Medium, Parties, RowEntry, Table, Values
from tmf_apis.given_files import GivenFileError, faults, read_file

#: The sides as the tables spell them.
VERSIONS = ("v4", "v5")
_SHARED = "shared"
_SIDE = validate.OneOf(VERSIONS)
_TEXTS = f.List(f.String())


class FacesError(ValueError):
    """A table that cannot be used; the text says where and why."""


class _Apart(Schema):
    """The element of a list that stands apart on one side."""

    v4 = f.String(required=True)
    type = f.String(required=True)


class _Row(Schema):
    v4 = f.Raw()
    v5 = f.Raw()
    values = f.String()
    listed = f.String(data_key="list", validate=_SIDE)
    picked = f.String(validate=validate.OneOf(["first", "last"]))
    text = f.String()
    computed = f.String()
    inside = f.String(validate=_SIDE)
    name = f.String(load_default="")
    holds = f.List(f.String(), load_default=list)
    without = f.List(f.String(), load_default=list)
    apart = f.Nested(_Apart)


class _Class(Schema):
    classes = f.List(f.String(), required=True, validate=validate.Length(equal=2))
    rule = f.String(load_default="")
    rows = f.List(f.Nested(_Row), load_default=list)
    demands = f.Dict(keys=f.String(validate=_SIDE), values=f.Dict(), load_default=dict)
    kind = f.String(
        data_key="class",
        load_default=None,
        validate=validate.OneOf(["characteristic", "medium", "always", "data"]),
    )


class _Values(Schema):
    loose = f.Boolean(load_default=False)
    confined = f.Dict(
        keys=f.String(validate=_SIDE), values=_TEXTS, load_default=dict, data_key="only"
    )
    v4 = f.Dict(keys=f.String(), values=f.String(), load_default=dict)
    v5 = f.Dict(keys=f.String(), values=f.String(), load_default=dict)


class _Choice(Schema):
    value = f.String(required=True)
    reference = f.String(required=True)


class _Medium(Schema):
    written = f.String(required=True)
    read = f.List(f.String(), required=True)
    by = f.List(f.String(), required=True)


class _Parties(Schema):
    choices = f.List(f.String(), required=True)
    party = f.String(required=True)
    role = f.String(required=True)
    names = f.List(f.String(), required=True)


class _File(Schema):
    resources = f.Dict(keys=f.String(), values=f.String(), load_default=dict)
    values = f.Dict(keys=f.String(), values=f.Nested(_Values), load_default=dict)
    choices = f.Dict(keys=f.String(), values=f.Nested(_Choice), load_default=dict)
    parties = f.Nested(_Parties)
    media = f.Dict(keys=f.String(), values=f.Nested(_Medium), load_default=dict)
    classes = f.List(f.Nested(_Class), load_default=list)


@cache
def built_in() -> Mapping[str, Table]:
    """Every table of `specs/faces`, by API number such as `TMF622`. Raises `FacesError`."""
    folder = specs_folder() / "faces"
    return {path.stem: table_of(path) for path in sorted(folder.glob("TMF*.yaml"))}


def table_of(path: Path) -> Table:
    """The table in a file, together with what all have alike. Raises `FacesError`."""
    shared = _read(specs_folder() / "faces" / f"{_SHARED}.yaml")
    own = _read(path)
    parties = own.get("parties") or shared["parties"]
    entries = [_class(entry) for entry in (*shared["classes"], *own["classes"])]
    return Table(
        api=path.stem,
        versions=VERSIONS,
        resources=own["resources"],
        values={n: _values(v) for n, v in (shared["values"] | own["values"]).items()},
        choices={
            name: (choice["value"], choice["reference"])
            for name, choice in (shared["choices"] | own["choices"]).items()
        },
        parties=Parties(
            frozenset(parties["choices"]),
            parties["party"],
            parties["role"],
            frozenset(parties["names"]),
        ),
        media={
            name: Medium(medium["written"], frozenset(medium["read"]), tuple(medium["by"]))
            for name, medium in own["media"].items()
        },
        classes={entry.classes: entry for entry in entries},
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = _File().load(read_file(path))
    except GivenFileError as error:
        raise FacesError(str(error)) from error
    except ValidationError as error:
        raise FacesError(f"{path}: not a table of faces: {faults(error.messages)}") from error
    return found


def _class(entry: Mapping[str, Any]) -> ClassEntry:
    older, newer = entry["classes"]
    demands = entry["demands"]
    return ClassEntry(
        classes=(older, newer),
        rule=entry["rule"],
        rows=tuple(map(_row, entry["rows"])),
        demands=(demands.get(VERSIONS[0], {}), demands.get(VERSIONS[1], {})),
        kind=entry["kind"],
    )


def _row(row: Mapping[str, Any]) -> RowEntry:
    apart = row.get("apart")
    return RowEntry(
        sides=(_names(row.get(VERSIONS[0])), _names(row.get(VERSIONS[1]))),
        values=row.get("values"),
        listed=_side(row.get("listed")),
        last=row.get("picked") == "last",
        text=row.get("text"),
        computed=row.get("computed"),
        inside=_side(row.get("inside")),
        name=row["name"],
        holds=tuple(row["holds"]),
        without=tuple(row["without"]),
        apart=(apart[VERSIONS[0]], apart["type"]) if apart else None,
    )


def _side(word: str | None) -> int | None:
    return None if word is None else VERSIONS.index(word)


def _names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _values(values: Mapping[str, Any]) -> Values:
    only = values["confined"]
    older, newer = VERSIONS
    return Values(
        words=(values[older], values[newer]),
        only=(tuple(only.get(older, ())), tuple(only.get(newer, ()))),
        loose=values["loose"],
    )
