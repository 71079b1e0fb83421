"""Search by attributes inside others (R-410, R-411)."""

from conformance.check import check
from conformance.outcomes import applies, demand
from conformance.searching import found_ids
from conformance.trial import Trial


@check(
    "R-410",
    title="A dot leads to nested attributes; in a list any element will do",
    needs=("create", "list"),
)
async def nested_attributes_are_found(trial: Trial) -> None:
    nested = await _nested(trial)
    answer = await trial.list(f"{nested.path}.{nested.one}={nested.text}a")
    applies(not answer.refused and answer.status != 501, "search in sub-resources is not offered")
    demand(
        found_ids(answer) == {nested.apart, nested.together}, "the two records that hold it", answer
    )
    nothing = await trial.list(f"{nested.path}.{nested.one}={trial.fresh()}")
    demand(nothing.ok and not nothing.entities, "no record", nothing)


@check(
    "R-411",
    title="Conditions on one list need not hold for the same element",
    needs=("create", "list"),
)
async def elements_are_not_tied(trial: Trial) -> None:
    nested = await _nested(trial)
    first = f"{nested.path}.{nested.one}={nested.text}a"
    alone = await trial.list(first)
    applies(
        found_ids(alone) == {nested.apart, nested.together},
        "search in sub-resources is not offered",
    )
    answer = await trial.list(f"{first}&{nested.path}.{nested.other}={nested.text}b")
    demand(found_ids(answer) == {nested.apart, nested.together}, "both records", answer)


class _Nested:
    """Records that differ in how values are spread over the elements of a list."""

    def __init__(self, path: str, one: str, other: str, text: str) -> None:
        self.path, self.one, self.other, self.text = path, one, other, text
        self.together = self.apart = ""


async def _nested(trial: Trial) -> _Nested:
    """One record with an element {a, b}; one with {a, c} and {d, b}; one with neither."""
    found = trial.nested_texts()
    nested = _Nested(*found, text=trial.fresh())
    spread = {
        "together": [("a", "b")],
        "apart": [("a", "c"), ("d", "b")],
        "neither": [("d", "c")],
    }
    for name, elements in spread.items():
        template = trial.shared.bodies.value(trial.spec, nested.path)[0]
        value = [
            {**template, nested.one: nested.text + one, nested.other: nested.text + other}
            for one, other in elements
        ]
        record = await trial.make(**{nested.path: value})
        setattr(nested, name, record["id"])
    return nested
