"""The machines of the tables beside the specifications, and of a file of the operator's (D19)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as f

from tmf_apis.catalog import specs_folder
from tmf_apis.given_files import GivenFileError, faults, read_file
from tmf_apis.lifecycles.machine import By, Machine, Mode, When

_ONE_OF = validate.OneOf


class LifecycleError(ValueError):
    """A file of machines that cannot be used; the text says where and why."""


def _states_by(who: type[By]) -> f.Dict:
    """States under whoever may bring them about: `{client: [a, b], server: [c]}`."""
    return f.Dict(keys=f.String(validate=_ONE_OF(list(who))), values=f.List(f.String()))


class _Mode(f.String):
    """A mode; YAML reads a bare `off` as false."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:
        return super()._deserialize(Mode.OFF if value is False else value, *rest, **more)


class _Stamp(f.String):
    """What a state brings to an attribute; YAML reads a bare `true` as a flag."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:
        return super()._deserialize(When.TRUE if value is True else value, *rest, **more)


class _Entry(Schema):
    """A machine as a file writes it; one that only changes a mode has nothing else."""

    rule = f.String(load_default="")
    api = f.String()
    resource = f.String(required=True)
    attribute = f.String(required=True)
    versions = f.List(f.String(), load_default=("v4", "v5"))
    confined = f.Dict(
        keys=f.String(), values=f.List(f.String()), load_default=dict, data_key="only"
    )
    mode = _Mode(load_default=Mode.ENFORCED, validate=_ONE_OF(list(Mode)))
    open = f.Boolean(load_default=False)
    folded = f.Boolean(load_default=False)
    begins = _states_by(By)
    moves = f.Dict(keys=f.String(), values=_states_by(By))
    stamps = f.Dict(
        keys=f.String(),
        values=f.Dict(keys=f.String(), values=_Stamp(validate=_ONE_OF(list(When)))),
        load_default=dict,
    )


@cache
def built_in() -> tuple[Machine, ...]:
    """Every machine of `specs/lifecycles`."""
    found: list[Machine] = []
    for path in sorted((specs_folder() / "lifecycles").glob("*.yaml")):
        for entry in _entries(path):
            found += _machines({"api": path.stem, **entry})
    return tuple(found)


def machines(file: Path | None = None, *, strict: bool = False) -> tuple[Machine, ...]:
    """The machines to hold resources to: the built-in ones, changed by a file if one is given.

    With `strict` those that are off by default are enforced. Raises `LifecycleError`.
    """
    found = {_key(machine): machine for machine in built_in()}
    if strict:
        found = {
            key: replace(machine, mode=Mode.ENFORCED) if machine.mode is Mode.OFF else machine
            for key, machine in found.items()
        }
    for entry in _entries(file) if file is not None else ():
        if "api" not in entry:
            raise LifecycleError(f"{file}: {entry['resource']}.{entry['attribute']}: name its api")
        if "moves" in entry:
            found |= {_key(machine): machine for machine in _machines(entry)}
            continue
        for version in entry["versions"]:
            key = (entry["api"], version, entry["resource"], entry["attribute"])
            if key in found:
                found[key] = replace(found[key], mode=Mode(entry["mode"]))
            else:
                raise LifecycleError(f"{file}: there is no machine {' '.join(key)}")
    return tuple(found.values())


def machines_of(
    known: Iterable[Machine], api: str, version: str, resource: str
) -> tuple[Machine, ...]:
    """Those of a resource; `api` is its number, `version` v4 or v5."""
    wanted = (api, version, resource)
    return tuple(m for m in known if (m.api, m.version, m.resource) == wanted)


def _key(machine: Machine) -> tuple[str, str, str, str]:
    return machine.api, machine.version, machine.resource, machine.name


def _entries(path: Path) -> Sequence[dict[str, Any]]:
    try:
        entries: list[dict[str, Any]] = _Entry(many=True).load(read_file(path))
    except GivenFileError as error:
        raise LifecycleError(str(error)) from error
    except ValidationError as error:
        raise LifecycleError(f"{path}: not a list of machines: {faults(error.messages)}") from error
    return entries


def _machines(entry: Mapping[str, Any]) -> Iterable[Machine]:
    """A machine for each version an entry names, confined to the states of that version."""
    place = f"{entry['api']} {entry['resource']}.{entry['attribute']}"
    states = set(entry["moves"])
    for version in entry["versions"]:
        here = {s for s in states if version in entry["confined"].get(s, (version,))}
        moves = {
            state: {name: who for name, who in _by(targets).items() if name in here}
            for state, targets in entry["moves"].items()
            if state in here
        }
        begins = _by(entry.get("begins", {}))
        named = {*begins, *entry["stamps"], *entry["confined"]}
        named.update(*(_by(targets) for targets in entry["moves"].values()))
        if unknown := named - states:
            raise LifecycleError(f"{place}: no moves are given for {', '.join(sorted(unknown))}")
        yield Machine(
            rule=entry["rule"],
            api=entry["api"],
            version=version,
            resource=entry["resource"],
            path=tuple(entry["attribute"].split(".")),
            mode=Mode(entry["mode"]),
            begins={state: who for state, who in begins.items() if state in here},
            moves=moves,
            stamps={
                state: {name: When(when) for name, when in stamps.items()}
                for state, stamps in entry["stamps"].items()
            },
            open=entry["open"],
            folded=entry["folded"],
        )


def _by(states: Mapping[str, Iterable[str]]) -> dict[str, By]:
    return {state: By(who) for who, names in states.items() for state in names}
