"""Search by attributes inside others (R-410, R-411)."""

from urllib.parse import quote

from conformance.check import check
from conformance.outcomes import applies, demand
from conformance.searching import found_ids, scalars, spelt
from conformance.trial import Trial

#: So many paths of a record are searched by.
_TRIED = 3


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


@check("R-410", title="A path may be as deep as the records are", needs=("create", "list"))
async def deep_attributes_are_found(trial: Trial) -> None:
    made = await trial.make(await trial.full())
    record = await trial.look(made["id"]) if trial.offers("retrieve") else made
    mine, paths = (
        f"id={quote(record['id'], safe='')}",
        [
            found
            for found in scalars(record)
            if "." in found[0] and str(found[1]).startswith("kit ")
        ],
    )
    shallow = [found for found in paths if found[0].count(".") == 1]
    applies(shallow, "no attribute of it has another one inside")
    for deep in (False, True):
        for path, value in [p for p in paths if (p[0].count(".") > 1) is deep][:_TRIED]:
            answer = await trial.list(f"{mine}&{path}={spelt(value)}")
            found = found_ids(answer) == {record["id"]}
            applies(found or deep, "search in sub-resources is not offered")
            demand(found or answer.refused, f"the record by its {path}", answer)


@check("R-412", title="@type and @referredType inside others can be searched by",
       needs=("create", "list", "retrieve"))  # fmt: skip
async def inner_classes_are_found(trial: Trial) -> None:
    record = await trial.look((await trial.make(await trial.full()))["id"])
    mine, tried = f"id={quote(record['id'], safe='')}", 0
    for name, value in record.items():
        inner = value[0] if isinstance(value, list) and value else value
        if not isinstance(inner, dict) or not isinstance(inner.get("id"), str):
            continue
        beside = await trial.list(f"{mine}&{name}.id={spelt(inner['id'])}")
        for member in sorted(inner.keys() & {"@type", "@referredType"}):
            if found_ids(beside) == {record["id"]} and tried < _TRIED:
                tried += 1
                answer = await trial.list(f"{mine}&{name}.{member}={spelt(inner[member])}")
                found = found_ids(answer) == {record["id"]}
                demand(found, f"the record by its {name}.{member}", answer)
    applies(tried, "search in sub-resources is not offered, or none has a class")


class _Nested:
    """Records that differ in how values are spread over the elements of a list."""

    def __init__(self, path: str, one: str, other: str, text: str) -> None:
        self.path, self.one, self.other, self.text = path, one, other, text
        self.together = self.apart = ""


async def _nested(trial: Trial) -> _Nested:
    """One record with an element {a, b}; one with {d, b} and {a, c}; one with neither."""
    found = trial.nested_texts()
    nested = _Nested(*found, text=trial.fresh())
    spread = {
        "together": [("a", "b")],
        "apart": [("d", "b"), ("a", "c")],
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
