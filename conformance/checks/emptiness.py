"""false, 0, the empty text and the empty list are values: a patch sets them (R-801)."""

from typing import Any

from conformance.check import check
from conformance.likeness import equal
from conformance.outcomes import applies, demand
from conformance.resource import MERGE
from conformance.trial import Trial
from tmf_apis.spec.types import Kind, Shape

_NEEDS = ("create", "patch", "retrieve")
#: For each kind a value to begin with, and one that is easily taken for none.
_VALUES: dict[Kind, tuple[Any, Any]] = {
    Kind.BOOLEAN: (True, False),
    Kind.NUMBER: (5, 0),
    Kind.TEXT: ("kit", ""),
}


@check("R-801", title="A merge patch sets what is false, 0 or empty", needs=_NEEDS)
async def nothing_is_set(trial: Trial) -> None:
    tried = 0
    for name, (full, empty) in _changeable(trial):
        made = await trial.post(await trial.minimal(**{name: full}))
        if made.status != 201 or not equal(made.entity.get(name), full):
            continue  # What may be set is judged elsewhere.
        answer = await trial.patch(made.entity["id"], {name: empty}, MERGE)
        if not answer.ok:
            continue
        tried += 1
        seen = (await trial.look(made.entity["id"])).get(name)
        # An empty text may be left out: it says as much.
        kept = equal(seen, empty) or (empty == "" and seen is None)
        demand(kept, f"{name}: {empty!r}", repr(seen))
    applies(tried, "it has nothing of that kind that clients may change")


@check("R-801", title="A merge patch makes a list empty", needs=_NEEDS)
async def lists_are_emptied(trial: Trial) -> None:
    name, _, _ = trial.nested_texts()
    fixed = trial.spec.not_patchable | set(trial.spec.mandatory)
    applies(name not in fixed, f"{name} may not be emptied")
    value = trial.shared.bodies.value(trial.spec, name)
    record = await trial.make(**{name: value})
    answer = await trial.patch(record["id"], {name: []}, MERGE)
    applies(answer.ok, f"the server refuses an empty {name}")
    seen = (await trial.look(record["id"])).get(name)
    demand(not seen, f"no {name}", seen)


def _changeable(trial: Trial) -> list[tuple[str, tuple[Any, Any]]]:
    """Attributes that clients may set and change, one of each kind."""
    fixed = {*trial.spec.not_patchable, *trial.spec.mandatory, *trial.moving}
    found: dict[Kind, str] = {}
    for name, attribute in sorted(trial.attributes.items()):
        free = name in trial.spec.settable - fixed and not name.startswith("@")
        plain = attribute.shape is Shape.ONE and not attribute.enumeration
        if free and plain and attribute.kind in _VALUES and name not in ("id", "href", "version"):
            found.setdefault(attribute.kind, name)
    return [(name, _VALUES[kind]) for kind, name in found.items()]
