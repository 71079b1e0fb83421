"""Puts generated patches to records of a check's own, and reports the first that goes wrong.

A patch that is refused proves nothing here: which may be is judged elsewhere.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from conformance.likeness import unlike
from conformance.oracle.cohort import drawn_record, hostile
from conformance.oracle.patches import merged, patched
from conformance.oracle.records import Hostile, Json, Variable
from conformance.outcomes import Failed, applies
from conformance.resource import JSON_PATCH, MERGE
from conformance.trial import Trial

#: Patches of a kind that are put to each resource.
PATCHES = 12
Apply = Callable[[Any, Any], Any]


class Changing:
    """Records of one resource and what may be changed in them."""

    def __init__(self, trial: Trial, cohort: Hostile, kind: str) -> None:
        self._trial = trial
        self._cohort = cohort
        self._draw = Random(f"{trial.options.seed} {trial.spec.name} {kind}")
        fixed = trial.spec.not_patchable
        self.variables = [v for v in cohort.variables if v.first not in fixed]
        self.names = sorted({v.first for v in self.variables})

    async def record(self) -> Json:
        """A new record with hostile values, as the server reads it back."""
        values = drawn_record(self._trial, self._cohort.variables, self._draw, None)
        made = await self._trial.make(await self._trial.minimal() | values)
        return await self._trial.look(made["id"])

    def change(self) -> Json:
        """A merge patch: new values for some attributes, null for others."""
        values = drawn_record(self._trial, tuple(self.variables), self._draw, None)
        some = self._draw.sample(self.names, min(len(self.names), self._draw.choice((1, 1, 2, 3))))
        found = {name: values.get(name) for name in some}
        mandatory = self._trial.spec.mandatory
        return {k: v for k, v in found.items() if v is not None or k not in mandatory}

    def steps(self, before: Json) -> list[Json]:
        """A JSON Patch of one or two operations on what a record holds."""
        lists = [variable for variable in self.variables if variable.many]
        among = lists if lists and self._draw.random() < 0.5 else self.variables
        size = self._draw.choice((1, 1, 2))
        some = self._draw.sample(among, min(len(among), size))
        firsts = {v.first: v for v in some}
        return [self._step(variable, before) for variable in firsts.values()]

    def _step(self, variable: Variable, before: Json) -> Json:
        name, held = variable.first, before.get(variable.first)
        value = drawn_record(self._trial, (variable,), self._draw, None).get(name)
        if isinstance(held, list) and held and value:
            place = self._draw.choice(("-", "0", str(len(held) - 1)))
            if len(held) > 1 and place != "-" and self._draw.random() < 0.4:
                return {"op": "remove", "path": f"/{name}/{place}"}
            return {"op": "add", "path": f"/{name}/{place}", "value": value[0]}
        removable = held is not None and name not in self._trial.spec.mandatory
        if removable and (value is None or self._draw.random() < 0.3):
            return {"op": "remove", "path": f"/{name}"}
        if value is None:
            return {"op": "test", "path": "/id", "value": before["id"]}
        return {"op": "add" if held is None else "replace", "path": f"/{name}", "value": value}


async def changed(
    trial: Trial, before: Json, change: Any, media: str, apply: Apply, names: list[str]
) -> str | None:
    """What a patch did otherwise, in words: empty for nothing, None when it was refused."""
    answer = await trial.patch(before["id"], change, media)
    if answer.status != 200:
        return None
    wanted = apply({k: v for k, v in before.items() if k in names or k == "id"}, change)
    for shown in (answer.entity, await trial.look(before["id"])):
        got = {k: v for k, v in shown.items() if k in names}
        gone = [k for k in got if k not in wanted and got[k] not in (None, [], {})]
        if wrong := unlike({k: wanted[k] for k in names if k in wanted}, got):
            return wrong
        if gone:
            return f"{', '.join(gone)} still there"
    return ""


async def merge_patches(trial: Trial) -> None:
    """Change records by merge patches; raises `Failed` for the first that does something else."""
    made = Changing(trial, await hostile(trial), "merge patches")
    applies(made.names, "it has nothing that clients may change freely")
    taken = 0
    for turn in range(PATCHES):
        media = "application/json" if turn % 4 == 3 else MERGE
        before, change = await made.record(), made.change()
        wrong = await changed(trial, before, change, media, merged, made.names)
        taken += wrong is not None
        if wrong and (media == MERGE or not await _also_by_merge(trial, made, change)):
            _fail(trial, change, wrong, "R-801" if media == MERGE else "R-802")
    applies(taken, "every patch was refused")


async def json_patches(trial: Trial) -> None:
    """Change records by JSON Patch; raises `Failed` for the first that does something else."""
    made = Changing(trial, await hostile(trial), "JSON patches")
    applies(made.names, "it has nothing that clients may change freely")
    taken = 0
    for _ in range(PATCHES):
        before = await made.record()
        steps = made.steps(before)
        wrong = await changed(trial, before, steps, JSON_PATCH, patched, made.names)
        if wrong is None and not taken:
            applies(False, "JSON Patch is not offered")
        taken += wrong is not None
        if wrong:
            _fail(trial, steps, wrong, "R-803")


async def _also_by_merge(trial: Trial, made: Changing, change: Json) -> bool:
    """Whether the same goes wrong under the media type of merge patches: then that is told."""
    before = await made.record()
    return bool(await changed(trial, before, change, MERGE, merged, made.names))


def _fail(trial: Trial, change: Any, wrong: str, broken: str) -> None:
    seed = f"seed {trial.options.seed}"
    raise Failed(f"what {change} makes of the record ({seed})", wrong, broken)
