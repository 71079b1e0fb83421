"""Makes the hostile records of a resource and reads them back.

What a server refuses is sent again more tamely: refusing is another check's, and here it is a
record less. Where nothing can be created and deleted again, records that are there are taken.
"""

from collections.abc import Iterator
from functools import partial
from random import Random
from typing import Any

from conformance.cohort import choose_marker
from conformance.free_attributes import free_attributes
from conformance.oracle.records import Hostile, Json, Variable
from conformance.oracle.values import DECIMALS, TAME, VALUES
from conformance.outcomes import NotApplicable, Skipped
from conformance.resource import collection
from conformance.results import Exchange
from conformance.trial import Trial
from tmf_apis.spec.types import Kind, Shape

SIZE = 40
#: Fewer records than these tell nothing.
LEAST = 4
#: How many attributes of each kind differ.
_EACH = {Kind.TEXT: 2, Kind.NUMBER: 2, Kind.BOOLEAN: 1, Kind.INSTANT: 1}
_ABSENT = 0.2
#: How often all elements of a list are alike, so that a condition fits more than one.
_ALIKE = 0.4


async def hostile(trial: Trial) -> Hostile:
    """The hostile records of the resource, made once in a run.

    Raises `Skipped` where they could not be made, `NotApplicable` where none can.
    """
    return await trial.shared.once(
        f"hostile {collection(trial.spec)}", trial.shared.hostile, partial(_gathered, trial)
    )


async def _gathered(trial: Trial) -> Hostile:
    makes = all(trial.offers(operation) for operation in ("create", "delete", "retrieve"))
    marker = choose_marker(trial.spec, trial.rules)
    if makes and marker and trial.options.profile != "read-only":
        return await _made(trial, marker)
    return await _there(trial)


async def _made(trial: Trial, marker: str) -> Hostile:
    """Records that differ in what clients may set freely."""
    draw, text = Random(f"{trial.options.seed} {trial.spec.name}"), trial.fresh()
    variables = await _taken(trial, marker, tuple(_variables(trial, marker)))
    bodies = []
    for index in range(SIZE):
        own = drawn_record(trial, variables, draw, index)
        bodies.append({**await trial.minimal(), **own, marker: text})
    made: dict[str, Exchange] = {}
    sent: dict[str, Json] = {}
    before = len(trial.created)
    for body in bodies:
        answer = await trial.post(body)
        if answer.status == 201 and isinstance(answer.entity.get("id"), str):
            made[answer.entity["id"]] = trial.session.exchanges[-1]
            sent[answer.entity["id"]] = body
    trial.keep(before)
    if len(made) < LEAST:
        raise Skipped(f"only {len(made)} of {SIZE} records could be created")
    records = [await trial.look(record) for record in made]
    return Hostile(tuple(records), variables, marker, text, made, sent)


async def _there(trial: Trial) -> Hostile:
    """Records that somebody else has made."""
    listed = await trial.list({"limit": str(SIZE)})
    records = [r for r in listed.entities if isinstance(r.get("id"), str)]
    records = list({r["id"]: r for r in records}.values())
    if len(records) < LEAST or trial.rules.versioned:
        raise NotApplicable("there are too few records to ask about, and none can be made")
    variables = [
        Variable(name, attribute.kind)
        for name, attribute in trial.attributes.items()
        if attribute.shape is Shape.ONE
        and attribute.kind in _EACH
        and not name.startswith("@")
        and name not in {"id", "href", "version", *trial.moving}
        and any(r.get(name) is not None for r in records)
    ]
    return Hostile(tuple(records), tuple(variables))


def _variables(trial: Trial, marker: str) -> Iterator[Variable]:
    """What may differ: free attributes of each kind, and those inside others."""
    spec, rules = trial.spec, trial.rules
    for kind, most in _EACH.items():
        names = [n for n in free_attributes(spec, rules, kind) if n != marker]
        for name in names[:most]:
            yield Variable(name, kind, integer=_is_integer(trial, name))
    if "validFor" in spec.settable and "validFor" in trial.attributes:
        yield Variable("validFor.startDateTime", Kind.INSTANT)
    yield from _amounts(trial)
    try:
        name, one, other = trial.nested_texts()
    except NotApplicable:
        return
    if name != marker:
        yield Variable(f"{name}.{one}", Kind.TEXT, many=name)
        yield Variable(f"{name}.{other}", Kind.TEXT, many=name)


def _amounts(trial: Trial) -> Iterator[Variable]:
    """A number inside an object that clients set, such as an amount of money (R-1204)."""
    for name in sorted(trial.spec.settable):
        attribute = trial.attributes.get(name)
        if attribute is None or attribute.shape is not Shape.ONE or name in trial.rules.outcome:
            continue
        for leaf, inner in sorted(attribute.children.items()):
            if inner.kind is Kind.NUMBER and inner.shape is Shape.ONE:
                whole = isinstance(_owner(trial, name).get(leaf, 1), int)
                yield Variable(f"{name}.{leaf}", Kind.NUMBER, integer=whole)
                return


def _is_integer(trial: Trial, name: str) -> bool:
    try:
        return isinstance(trial.shared.bodies.value(trial.spec, name), int)
    except KeyError:
        return False  # Of a sub-class alone.


async def _taken(
    trial: Trial, marker: str, variables: tuple[Variable, ...]
) -> tuple[Variable, ...]:
    """Those of them that the server takes, each tried with a tame value where not all are."""
    if await _takes(trial, marker, variables):
        return variables
    return tuple([v for v in variables if await _takes(trial, marker, (v,))])


async def _takes(trial: Trial, marker: str, variables: tuple[Variable, ...]) -> bool:
    tame = drawn_record(trial, variables, None, 0)
    answer = await trial.post({**await trial.minimal(), **tame, marker: trial.fresh()})
    return answer.status == 201


def drawn_record(
    trial: Trial, variables: tuple[Variable, ...], draw: Random | None, index: int | None
) -> Json:
    """The attributes of one record; without a draw they are tame.

    With an index the first of them has the value of that place, so that each value occurs.
    """
    body: Json = {}
    for place, variable in enumerate(variables):
        path = variable.path.split(".")
        needed = variable.first in trial.spec.mandatory
        if draw is not None and not needed and place and draw.random() < _ABSENT:
            continue
        if variable.many:
            _fill(trial, body, variable, draw)
        elif len(path) == 1:
            body[variable.path] = _value(variable, draw, index if place == 0 else None)
        else:
            owner = body.setdefault(path[0], _owner(trial, path[0]))
            owner[path[1]] = _value(variable, draw, None)
    return body


def _owner(trial: Trial, name: str) -> Json:
    """What an object has beside the value that differs; a period has nothing, it might end
    before it starts.
    """
    whole = {} if name == "validFor" else trial.shared.bodies.full(trial.spec).get(name)
    return whole if isinstance(whole, dict) else {}


def _fill(trial: Trial, body: Json, variable: Variable, draw: Random | None) -> None:
    """Put values into the elements of a list, one to three of them."""
    if variable.many not in body:
        template: Json = trial.shared.bodies.value(trial.spec, variable.many)[0]
        size = draw.choice((1, 1, 2, 3)) if draw else 1
        body[variable.many] = [dict(template) for _ in range(size)]
    leaf = variable.path.rpartition(".")[2]
    alike = draw is not None and draw.random() < _ALIKE
    same = _value(variable, draw, None)
    for element in body[variable.many]:
        element[leaf] = same if alike else _value(variable, draw, None)


def _value(variable: Variable, draw: Random | None, index: int | None) -> Any:
    if draw is None:
        return TAME[variable.kind]
    values = VALUES[variable.kind]
    if variable.kind is Kind.NUMBER and not variable.integer:
        values = DECIMALS
    return draw.choice(values) if index is None else values[index % len(values)]
