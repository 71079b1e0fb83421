"""Every state machine as people and programs see it: `/lifecycles` and `/lifecycles.json`."""

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

import orjson

from handlers.http import Request, Response
from handlers.intake import check_accept
from handlers.roots import Reading
from handlers.standing import digest, standing
from tmf_apis.lifecycles.drawing import Drawing, drawing
from tmf_apis.lifecycles.machine import Machine
from tmf_apis.tmf630.preconditions import etag


class Shown(NamedTuple):
    """Machines that are alike in several places: drawn once."""

    anchor: str
    machine: Machine
    places: tuple[str, ...]
    drawing: Drawing


def shown(machines: Iterable[Machine]) -> list[Shown]:
    """The machines of the page, in the order of the tables."""
    alike: dict[str, list[Machine]] = {}
    for machine in machines:
        alike.setdefault(_likeness(machine), []).append(machine)
    return [
        Shown(
            f"machine-{number}",
            found[0],
            tuple(f"{m.api} {m.version} {m.resource}.{m.name}" for m in found),
            drawing(found[0]),
        )
        for number, found in enumerate(alike.values(), 1)
    ]


def readings(machines: Iterable[Machine]) -> dict[str, Reading]:
    """The machines as data, by its path."""
    body = orjson.dumps([described(machine) for machine in machines])
    return {"/lifecycles.json": partial(_read, body, etag(digest(body)), {})}


def described(machine: Machine) -> dict[str, Any]:
    """A machine as JSON: states in the order of the table, moves with who makes them."""
    return {
        "rule": machine.rule,
        "api": machine.api,
        "version": machine.version,
        "resource": machine.resource,
        "attribute": machine.name,
        "mode": machine.mode,
        "begins": dict(machine.begins),
        "states": list(machine.states),
        "final": sorted(machine.final),
        "moves": {state: dict(targets) for state, targets in machine.moves.items()},
        "stamps": {state: dict(stamps) for state, stamps in machine.stamps.items()},
        "open": machine.open,
    }


async def _read(body: bytes, tag: str, packed: dict[str, bytes], request: Request) -> Response:
    check_accept(request)
    return standing(body, tag, compressed=packed)


def _likeness(machine: Machine) -> str:
    """What two machines have in common that are drawn as one."""
    return repr((machine.rule, machine.mode, machine.begins, machine.moves, machine.stamps))
