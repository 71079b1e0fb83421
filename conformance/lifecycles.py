"""State machines as data, and the ways through them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, post_load
from marshmallow import fields as f

_FILE = Path(__file__).parent / "requirements" / "lifecycles.yaml"


@dataclass(frozen=True, slots=True)
class Machine:
    """The states of one resource and the moves between them."""

    rule: str
    api: str
    versions: tuple[str, ...]
    resource: str
    attribute: str
    initial: str
    enforced: bool
    values: tuple[str, ...]
    moves: Mapping[str, list[str]]
    more: Mapping[str, list[str]]
    #: Rules of the API that ask for the machine as a whole.
    also: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that a wrong move breaks."""
        return self.rule, *self.also

    def ways(self) -> Iterator[tuple[str, ...]]:
        """The shortest way from the initial state to each state that clients can reach."""
        seen: dict[str, tuple[str, ...]] = {self.initial: (self.initial,)}
        waiting = [self.initial]
        while waiting:
            state = waiting.pop(0)
            yield seen[state]
            for target in self.moves.get(state, []):
                if target not in seen:
                    seen[target] = (*seen[state], target)
                    waiting.append(target)

    def illegal(self, state: str) -> list[str]:
        """The states to which no move leads from this one."""
        legal = {state, *self.moves.get(state, []), *self.more.get(state, [])}
        return [value for value in self.values if value not in legal]


class _MachineSchema(Schema):
    """A machine as the file writes it."""

    api = f.String(required=True)
    versions = f.List(f.String(), required=True)
    resource = f.String(required=True)
    attribute = f.String(required=True)
    initial = f.String(required=True)
    enforced = f.Boolean(required=True)
    values = f.List(f.String(), required=True)
    moves = f.Dict(keys=f.String(), values=f.List(f.String()), required=True)
    more = f.Dict(keys=f.String(), values=f.List(f.String()), load_default=dict)
    also = f.List(f.String(), load_default=list)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {
            "versions": tuple(data["versions"]),
            "values": tuple(data["values"]),
            "also": tuple(data["also"]),
        }


@cache
def machines() -> tuple[Machine, ...]:
    """Every machine of the file."""
    content: dict[str, Any] = yaml.load(_FILE.read_bytes(), yaml.CSafeLoader)
    return tuple(
        Machine(rule=rule, **_MachineSchema().load(entry)) for rule, entry in content.items()
    )


def machine_of(number: str, major: str, resource: str) -> Machine | None:
    """The machine of a resource, if one is known."""
    for machine in machines():
        if (machine.api, machine.resource) == (number, resource) and major in machine.versions:
            return machine
    return None
