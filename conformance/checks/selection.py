"""What `fields` leaves out is still there: to be sorted by, and to be kept (R-310, R-801)."""

from conformance.check import check
from conformance.likeness import unlike
from conformance.outcomes import applies, demand, require
from conformance.searching import listed_ids
from conformance.trial import Trial
from tmf_apis.spec.types import Kind


@check("R-310", title="A list can be sorted by what it does not show", needs=("list",))
async def hidden_keys_sort(trial: Trial) -> None:
    cohort, name = await trial.varied(Kind.TEXT)
    whole = listed_ids(await trial.list(f"{cohort.query}&sort=-{name}"))
    require(whole != listed_ids(await trial.list(cohort.query)), f"{name} does not sort")
    answer = await trial.list(f"{cohort.query}&sort=-{name}&fields=id")
    require(answer.ok, f"fields was refused: {answer}")
    demand(listed_ids(answer) == whole, f"the order of sort=-{name}", listed_ids(answer))


@check(
    "R-801",
    title="A patch with fields stores all the record",
    needs=("create", "patch", "retrieve"),
)
async def narrowed_patches_keep_the_rest(trial: Trial) -> None:
    name = trial.patchable(Kind.TEXT)
    sent = await trial.full(**{name: "kit before"})
    made = await trial.make(sent)
    before = await trial.look(made["id"])
    answer = await trial.patch(made["id"], {name: "kit after"}, query={"fields": "id"})
    applies(answer.ok, "fields of a patch is not offered")
    # What the server adds beyond the file, a count of changes for instance, is its own.
    names = (sent.keys() | trial.attributes) - {name, *trial.moving}
    kept = {k: v for k, v in before.items() if k in names}
    wrong = unlike(kept, await trial.look(made["id"]))
    demand(not wrong, "every other attribute as before", wrong)
