"""What was stored is what was sent, and every view shows the same (R-302)."""

from typing import Any

from conformance.check import check
from conformance.cohort import Cohort
from conformance.likeness import unlike
from conformance.outcomes import applies, demand, require
from conformance.trial import Trial
from tmf_apis.spec.types import Kind

Json = dict[str, Any]

#: Texts that narrow columns, tidy parsers and careful templates change.
_TEXTS = {
    "a long text": "kit-" * 80 + "end",
    "outer blanks": "  kit  ",
    "markup": "<b>\"kit\"</b> & 'kit' &amp; \\n",
}


@check("R-302", title="Texts are stored letter by letter", needs=("create", "retrieve"))
async def texts_are_kept(trial: Trial) -> None:
    name = await trial.marker()
    kept = 0
    for what, text in _TEXTS.items():
        answer = await trial.post(await trial.minimal(**{name: text}))
        # A server that refuses a text says so, and loses nothing.
        if answer.status == 201:
            got = (await trial.look(str(answer.entity.get("id")))).get(name)
            demand(got == text, f"{name} with {what} as sent: {text!r}", repr(got))
            kept += 1
    applies(kept, "the server refuses such texts")


@check("R-302", title="Every element of a list is stored, in order", needs=("create", "retrieve"))
async def elements_are_kept(trial: Trial) -> None:
    name, leaf, _ = trial.nested_texts()
    template: Json = trial.shared.bodies.value(trial.spec, name)[0]
    record = await trial.make(**{name: [{**template, leaf: f"kit {n}"} for n in "213"]})
    seen = (await trial.look(record["id"])).get(name)
    got = [e.get(leaf) for e in seen or [] if isinstance(e, dict)]
    demand(got == ["kit 2", "kit 1", "kit 3"], f"three elements of {name}", got)


@check(
    "R-302",
    title="A list and GET of a record show the same values",
    needs=("list", "retrieve"),
    profiles=("read-only",),
)
async def views_agree(trial: Trial) -> None:
    cohort = await trial.searchable()
    # Others may change a record between two answers, but hardly time after time.
    for _ in range(3):
        wrong = await _disagreement(trial, cohort)
        if not wrong:
            return
    demand(False, "the values that GET of the record shows", wrong)


@check(
    "R-302",
    title="A list shows a record as its last change left it",
    needs=("create", "patch", "list", "retrieve"),
)
async def lists_show_changes(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    record = await trial.make(**{name: "kit before"})
    require((await trial.patch(record["id"], {name: "kit after"})).ok, "the patch was refused")
    seen = await trial.look(record["id"])
    require(seen.get(name) == "kit after", "the patch was not carried out")
    listed = (await trial.list({"id": record["id"]})).entities
    require([r.get("id") for r in listed] == [record["id"]], "the server does not select by id")
    require(name in listed[0], f"the list does not show {name} of the record")
    demand(listed[0][name] == "kit after", f"{name}: kit after", listed[0][name])


async def _disagreement(trial: Trial, cohort: Cohort) -> str:
    """What a list shows otherwise than GET of the records does, in words."""
    # What the server moves by itself is left aside.
    moving = {*trial.rules.touched, *filter(None, [trial.rules.state])}
    names = trial.spec.settable - moving
    listed = {r.get("id"): r for r in (await trial.list(cohort.query)).entities}
    for record in cohort.ids:
        shown, seen = listed.get(record, {}), await trial.look(record)
        wrong = unlike({k: v for k, v in seen.items() if k in names & shown.keys()}, shown)
        if wrong:
            return wrong
    return ""
