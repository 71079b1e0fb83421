"""Values of another JSON type than the file declares are refused as bad requests (R-208)."""

from conformance.check import check
from conformance.outcomes import applies, demand, require
from conformance.placing import kind_at
from conformance.trial import Trial
from tmf_apis.spec.types import Kind


@check("R-208", title="An object where a text belongs is refused", needs=("create",))
async def texts_are_no_objects(trial: Trial) -> None:
    body = await trial.full()
    answer = await trial.post(body)
    require(answer.status in (201, 202), f"what is valid is refused as well: {answer}")
    # What the first one refers to may be used up: an order is cancelled once.
    body = await trial.full()
    texts = [
        name
        for name, value in body.items()
        if isinstance(value, str) and kind_at(trial, f"/{name}") is Kind.TEXT and name[0] != "@"
    ]
    applies(texts, "it has no text that clients set")
    for name in texts:
        answer = await trial.post(body | {name: {"kit": "no text"}})
        demand(answer.status in (400, 422), f"400 for an object as {name}", answer)
