"""Generated questions, judged by the kit's own answers (`conformance.oracle`)."""

from conformance.check import BOTH, Run, check
from conformance.likeness import differences
from conformance.oracle import changing
from conformance.oracle.asking import asked
from conformance.oracle.blame import RULES
from conformance.oracle.cohort import hostile
from conformance.oracle.evaluator import values_at
from conformance.outcomes import Failed, applies
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

_TITLES = {
    "filters": "Generated conditions find what the records say",
    "nested": "Generated conditions on what is inside others find what the records say",
    "sorts": "Generated sort keys give the order of the values",
    "dotted_sorts": "Generated sort keys inside others give the order of the values",
    "pages": "Generated windows are parts of the whole list",
    "fields": "Generated selections show what they name, and nothing else",
    "dotted_fields": "Generated selections inside others show what they name",
    "jsonpaths": "Generated JSONPath finds what the records say",
}


def _asking(topic: str) -> Run:
    async def run(trial: Trial) -> None:
        await asked(trial, topic)

    run.__name__ = topic
    return run


for _topic, _title in _TITLES.items():
    check(*RULES[_topic], title=_title, needs=("list",), profiles=("read-only",))(_asking(_topic))


@check("R-801", "R-802", title="Generated merge patches make what RFC 7396 says",
       needs=("create", "patch", "retrieve", "delete"))  # fmt: skip
async def merge_patches(trial: Trial) -> None:
    await changing.merge_patches(trial)


@check("R-803", title="Generated JSON patches make what RFC 6902 says", versions=BOTH,
       needs=("create", "patch", "retrieve", "delete"))  # fmt: skip
async def json_patches(trial: Trial) -> None:
    await changing.json_patches(trial)


@check("R-302", "R-1202", title="Hostile values come back as they were sent",
       needs=("create", "retrieve", "delete"))  # fmt: skip
async def values_come_back(trial: Trial) -> None:
    cohort = await hostile(trial)
    applies(cohort.sent, "its records were there before")
    for record in cohort.records:
        for difference in differences(cohort.sent[record["id"]], record):
            if _is_rounding(difference.sent, difference.got):
                continue
            trial.session.exchanges.append(cohort.made[record["id"]])
            broken = "R-1202" if difference.is_instant else "R-302"
            raise Failed(f"{difference.path}: {difference.sent!r}", repr(difference.got), broken)
        for variable in cohort.variables:
            sides = (cohort.sent[record["id"]], record)
            sent, got = (values_at(side, variable.path) for side in sides)
            # A text that looks like a moment is a text: here no two spellings are equal.
            if variable.kind is Kind.TEXT and sent != got:
                trial.session.exchanges.append(cohort.made[record["id"]])
                raise Failed(f"{variable.path}: {sent!r}", repr(got), "R-302")


def _is_rounding(sent: object, got: object) -> bool:
    """Whether two numbers are one IEEE double: more no JSON promises (RFC 8259, 6)."""
    numbers = (int, float)
    return isinstance(sent, numbers) and isinstance(got, numbers) and float(sent) == float(got)
